import type { Api } from "../wire/api";
import { type Standing, type Wires, wires } from "../wire/connection";
import { isRecord } from "../wire/problem";
import { ProvedConnection } from "../wire/proved";
import { Versions } from "../wire/versions";

const PING_MS = 8_000;

export type Frame = Readonly<Record<string, unknown>>;
export type FrameListener = (frame: Frame) => void;
export type StreamListener = (version: number, event: Frame | null) => void;

/** The socket of a screen: who listens to which frames, and which versions of which streams are there. */
export class Frames {
  private readonly versions = new Versions();
  private readonly streams = new Map<string, Set<StreamListener>>();
  private readonly types = new Map<string, Set<FrameListener>>();
  /** The streams that this connection was told when it was authorised. */
  private told: ReadonlySet<string> = new Set();
  private readonly connection: ProvedConnection;
  private readonly look = () => {
    if (document.visibilityState === "visible") this.connection.hurry();
  };

  constructor(api: Api, tab: string, stands: (standing: Standing) => void, around: Wires = wires) {
    const url = `${location.origin.replace("http", "ws")}/api/gateway/socket`;
    const authorise = async () => {
      const token = await api.token();
      const have = this.versions.have();
      this.told = new Set(Object.keys(have));
      return { token, have, folders: true, tab };
    };
    const listener = {
      authorise,
      refused: () => {
        api.forgetToken();
        this.hear({ type: "refused" });
      },
      frame: (frame: Frame) => this.hear(frame),
      stands,
    };
    this.connection = new ProvedConnection(url, PING_MS, listener, around);
  }

  start(): void {
    this.connection.start();
    for (const on of ["online", "pageshow"]) addEventListener(on, this.look);
    document.addEventListener("visibilitychange", this.look);
  }

  stop(): void {
    this.connection.stop();
    for (const on of ["online", "pageshow"]) removeEventListener(on, this.look);
    document.removeEventListener("visibilitychange", this.look);
  }

  /** For so long nothing has shown that the server is there. */
  get silentMs(): number {
    return this.connection.silentMs;
  }

  hurry(): void {
    this.connection.hurry();
  }

  send(frame: Frame): boolean {
    return this.connection.send(frame);
  }

  onFrame(type: string, listener: FrameListener): () => void {
    return heardBy(this.types, type, listener);
  }

  onEvent(stream: string, listener: StreamListener): () => void {
    return heardBy(this.streams, stream, listener);
  }

  /** Gets what a conversation's stream tells after this version, also over cuts. */
  follow(stream: string, after: number): void {
    this.versions.startAt(stream, after);
    this.send({ type: "follow", stream, after });
  }

  unfollow(stream: string): void {
    this.versions.forget(stream);
    this.send({ type: "unfollow", stream });
  }

  private hear(frame: Frame): void {
    if (frame.type === "ready") this.tell();
    if (frame.type === "event") this.event(String(frame.stream), Number(frame.version), frame.event);
    for (const listener of this.types.get(String(frame.type)) ?? []) listener(frame);
  }

  /** What was opened after this connection was authorised, and before it was ready, it has not been told yet. */
  private tell(): void {
    for (const [stream, after] of Object.entries(this.versions.have())) {
      if (!this.told.has(stream)) this.send({ type: "follow", stream, after });
    }
  }

  private event(stream: string, version: number, event: unknown): void {
    // What was on its way when a screen left its conversation is nobody's, and no gap.
    if (!(stream in this.versions.have())) return;
    const what = this.versions.next(stream, version);
    if (what === "gap") this.connection.again();
    if (what !== "new") return;
    for (const listener of this.streams.get(stream) ?? []) listener(version, isRecord(event) ? event : null);
  }
}

function heardBy<L>(all: Map<string, Set<L>>, name: string, listener: L): () => void {
  const those = all.get(name) ?? new Set<L>();
  all.set(name, those.add(listener));
  return () => {
    those.delete(listener);
    if (those.size === 0) all.delete(name);
  };
}
