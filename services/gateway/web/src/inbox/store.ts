import { computed, signal } from "@preact/signals";
import {
  colleagues,
  folderId,
  type InboxState,
  NOTHING,
  type Team,
  withAgents,
  withCounts,
  withRows,
} from "../models/inbox";
import type { Standing } from "../wire/connection";
import { isRecord } from "../wire/problem";
import type { Account, Agent, Folders, Member } from "../wire/types";
import { type FrameListener, Frames, type StreamListener } from "./frames";
import { markBegun } from "./kept";
import { FolderReader } from "./lists/folder-reader";
import { Search } from "./lists/search";
import { Views } from "./lists/views";
import type { OwnApi } from "./own-api";
import { everyPage } from "./pages";
import { Switch } from "./presence";
import { tabId } from "./tab";
import { Bots } from "./thread/bots";
import { AllDrafts } from "./thread/drafts";
import { Outboxes } from "./thread/outboxes";
import { Replies } from "./thread/replies";

/** So long after a row moved the counts are read anew: what moved unseen is in them then. */
const COUNT_AGAIN_MS = 1_500;
const READ_AGAIN_MS = 3_000;
const WAKING = ["online", "pageshow", "focus"];

export type NoticeFrame = Readonly<Record<string, unknown>>;

/**
 * All that the screens of one agent share: one socket, and what came over it. Views read its signals; whoever has to
 * know of single frames listens.
 */
export class Store {
  readonly standing = signal<Standing>({ is: "connecting" });
  readonly state = signal<InboxState>(NOTHING);
  readonly isOnline = computed(() => this.state.value.agents.get(this.me.agent_id)?.online ?? null);
  readonly agents = computed(() => this.state.value.agents);
  readonly counts = computed(() => this.state.value.counts);
  readonly colleagues = computed(() => colleagues(this.state.value, this.me.agent_id, this.team.value));
  readonly presence: Switch;
  readonly folders: FolderReader;
  readonly outboxes: Outboxes;
  readonly drafts: AllDrafts;
  readonly search: Search;
  readonly views: Views;
  readonly replies: Replies;
  readonly bots: Bots;
  /** It is asked whether to sign out, because something would be lost by it. */
  readonly signingOut = signal(false);
  /** Run before the session ends, while its token still counts, e.g. to take this browser's device off. */
  readonly beforeSignOut: (() => Promise<void>)[] = [];
  private readonly frames: Frames;
  private readonly wake = () => this.outboxes.again();
  private readonly comes = () => markBegun();
  private readonly goes = () => markBegun(false);
  private counting: number | undefined;
  private readonly known = signal(false);
  private readonly counted = signal(false);
  private readonly team = signal<Team>(new Map());

  constructor(
    private readonly api: OwnApi,
    readonly me: Account,
    heard: { over: (why: "unauthorised" | "bad_frame") => void; roleChanged: () => void },
  ) {
    this.presence = new Switch(
      api,
      me.agent_id,
      computed(() => (this.known.value ? (this.isOnline.value ?? false) : null)),
    );
    this.folders = new FolderReader(api, this.state, me.agent_id);
    this.search = new Search(api);
    this.views = new Views(api);
    this.replies = new Replies(api);
    this.bots = new Bots(api);
    this.outboxes = new Outboxes(api, me.agent_id);
    this.drafts = new AllDrafts(api, me.agent_id);
    this.frames = new Frames(api, tabId(), (standing) => {
      this.standing.value = standing;
      if (standing.is === "waiting") this.presence.sees("cut");
      if (standing.is === "ready") this.read();
      if (standing.is === "over") heard.over(standing.why);
    });
    // A socket that was ended for another role goes on with a new token, and the screen with what it may show.
    this.frames.onFrame("refused", heard.roleChanged);
    this.frames.onFrame("rows", (frame) => this.rows(frame.rows));
    // Whatever is told shows that somebody is there: what reached nobody may arrive now.
    for (const type of ["rows", "event"]) this.frames.onFrame(type, this.wake);
  }

  start(): void {
    this.outboxes.start();
    this.drafts.start();
    addEventListener("pageshow", this.comes);
    addEventListener("pagehide", this.goes);
    for (const on of WAKING) addEventListener(on, this.wake);
    this.frames.start();
  }

  /** Ends it for good: nothing more is asked in the agent's name. */
  stop(): void {
    this.api.end();
    clearTimeout(this.counting);
    this.outboxes.stop();
    removeEventListener("pageshow", this.comes);
    removeEventListener("pagehide", this.goes);
    this.drafts.stop();
    for (const on of WAKING) removeEventListener(on, this.wake);
    this.frames.stop();
  }

  /** For so long nothing has shown that the server is there. */
  get silentMs(): number {
    return this.frames.silentMs;
  }

  /** Tries to connect now. */
  tryNow(): void {
    this.frames.hurry();
    this.wake();
  }

  send(frame: Readonly<Record<string, unknown>>): boolean {
    return this.frames.send(frame);
  }

  /** Hears every frame of this type; gives what ends it. */
  onFrame(type: string, listener: FrameListener): () => void {
    return this.frames.onFrame(type, listener);
  }

  /** Hears every notice to this agent; gives what ends it. */
  onNotice(listener: (notice: NoticeFrame) => void): () => void {
    return this.frames.onFrame("notice", listener);
  }

  /** Hears the events of a conversation that some screen follows; gives what ends it. */
  onEvent(conversationId: string, listener: StreamListener): () => void {
    return this.frames.onEvent(`conversation-${conversationId}`, listener);
  }

  /** Follows a conversation that was read up to this version; gives what ends it. */
  follow(conversationId: string, after: number, listener: StreamListener): () => void {
    const stream = `conversation-${conversationId}`;
    const deaf = this.frames.onEvent(stream, listener);
    this.frames.follow(stream, after);
    return () => {
      deaf();
      this.frames.unfollow(stream);
    };
  }

  /** What an agent is called, also one who was removed. */
  nameOf(agentId: string): string | undefined {
    return this.agents.value.get(agentId)?.name ?? this.team.value.get(agentId)?.name ?? undefined;
  }

  /** How many conversations a folder of an address holds; null before that is known. */
  count(folder: string): number | null {
    return this.counted.value ? (this.counts.value[folderId(folder, this.me.agent_id)] ?? 0) : null;
  }

  /** From here on rows keep up to date what is read now. A service that is away holds up nothing of the others'. */
  private read(): void {
    this.folders.again();
    this.outboxes.again();
    // Without them the inbox is as good as with them.
    void this.views.read().catch(() => undefined);
    void this.keepReading(() => this.readAgents());
    void this.keepReading(() => this.readTeam());
    void this.keepReading(() => this.readCounts());
  }

  /** The socket is there and the service is not: it is read again with the next connection, or a little later. */
  private async keepReading(part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch {
      if (this.standing.value.is === "ready") setTimeout(() => void this.keepReading(part), READ_AGAIN_MS);
    }
  }

  private async readAgents(): Promise<void> {
    const before = this.state.value;
    const agents = await everyPage<Agent>(this.api, "presence/agents");
    this.state.value = withAgents(this.state.value, agents, before);
    this.known.value = true;
    this.presence.sees("row");
  }

  private async readTeam(): Promise<void> {
    const team = await everyPage<Member>(this.api, "gateway/agents");
    this.team.value = new Map(team.map((member) => [member.agent_id, member]));
  }

  private async readCounts(): Promise<void> {
    const { counts } = await this.api.get<Folders>("gateway/folders");
    this.state.value = withCounts(this.state.value, counts);
    this.counted.value = true;
  }

  private rows(rows: unknown): void {
    if (!Array.isArray(rows)) return;
    const told = rows.filter(isRecord);
    this.state.value = withRows(this.state.value, told);
    this.presence.sees("row");
    // Who was removed is an agent no more; what they are called, the team tells.
    if (told.some((row) => row.kind === "agent" && row.gone === true)) {
      void this.keepReading(() => this.readTeam());
    }
    clearTimeout(this.counting);
    this.counting = setTimeout(() => void this.readCounts().catch(() => undefined), COUNT_AGAIN_MS);
  }
}
