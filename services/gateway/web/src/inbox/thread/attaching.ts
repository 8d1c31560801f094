import { signal } from "@preact/signals";
import { hasTexts } from "../../models/kept";
import type { OutgoingFile } from "../../models/outgoing";
import type { Api } from "../../wire/api";
import { isRecord, Problem } from "../../wire/problem";
import { upload } from "../../wire/upload";
import { kept } from "../kept";
import { serverClock } from "../server-clock";
import { problemFrom } from "../ui/loaded";

/** What was sent ahead counts only for a while: so long before its end it is sent anew. */
const TOKEN_SPARE_MS = 120_000;
/** The code of the problem that it waited too long. */
const OVER = "attachment_over";

/** A file that is to go with the next message. */
export interface Attaching {
  name: string;
  size: number;
  part: number;
  token: string | null;
  problem: Problem | null;
}

/** What a file that has arrived is kept as: its bytes are the server's, and its token counts until then. */
interface Arrived {
  name: string;
  size: number;
  token: string;
  until: number;
}

interface Running {
  /** Its bytes; null after a reload, which they do not outlive. */
  file: File | null;
  abort: AbortController;
  until: number;
  /** What it is kept by; null before it has arrived. */
  name: string | null;
}

/**
 * The file of a conversation's next message. It is sent ahead, one at a time, also while one looks elsewhere; once it has
 * arrived it is kept over reloads, as the texts are. Each file is kept by its own name: two tabs lose none of each other's,
 * and what one of them sends or takes out is gone from the other.
 */
export class Attachment {
  readonly now = signal<Attaching | null>(null);
  private running: Running | null = null;

  constructor(
    private readonly api: Api,
    private readonly conversationId: string,
    private readonly place: string,
  ) {
    this.restore();
  }

  begin(file: File): void {
    this.drop();
    const running = { file, abort: new AbortController(), until: Number.POSITIVE_INFINITY, name: null };
    this.running = running;
    this.now.value = { name: file.name, size: file.size, part: 0, token: null, problem: null };
    void this.send(running);
  }

  /** Takes out what is here; what another tab keeps stays. */
  drop(): void {
    const name = this.running?.name ?? null;
    this.stop();
    if (name !== null) kept.set(name, null);
  }

  /** Another tab sent or took out what is kept by this name. */
  gone(name: string): void {
    if (this.running?.name === name) this.stop();
  }

  /** Its agent is signed in no more: what was kept of it waits for them. */
  stop(): void {
    this.running?.abort.abort();
    this.running = null;
    this.now.value = null;
  }

  retry(): void {
    if (this.running?.file) this.begin(this.running.file);
  }

  /** The conversation is looked at again: another tab may have sent it, or it waited too long. */
  look(): void {
    if (this.isGone) this.stop();
    if (this.running === null) this.restore();
    else if (isOver(this.running)) this.anew(this.running);
  }

  /** The file for a message, if it has arrived and no other tab was faster; it is with the message from then on. */
  take(): OutgoingFile | null {
    if (this.isGone) this.stop();
    const now = this.now.peek();
    if (now?.token == null) return null;
    this.drop();
    return { name: now.name, size: now.size, token: now.token };
  }

  private get isGone(): boolean {
    const name = this.running?.name ?? null;
    return name !== null && kept.get(name) === null;
  }

  /** Shows what is kept, of several what arrived last. */
  private restore(): void {
    const all = kept.names(this.place).flatMap((name) => read(name) ?? []);
    const arrived = all.sort((a, b) => b.until - a.until)[0];
    if (arrived === undefined) return;
    const { until, keptBy: name, ...file } = arrived;
    this.running = { file: null, abort: new AbortController(), until, name };
    this.now.value = { ...file, part: 1, problem: null };
    if (isOver(this.running)) this.anew(this.running);
  }

  /** What was sent ahead counts no more: it is sent again where its bytes are still here, else that is told. */
  private anew({ file }: Running): void {
    const now = this.now.peek();
    if (file !== null) this.begin(file);
    else if (now !== null) this.now.value = { ...now, token: null, problem: new Problem(409, OVER, "") };
  }

  private async send(run: Running & { file: File }): Promise<void> {
    const { file, abort } = run;
    const tell = (change: Partial<Attaching>) => {
      if (this.running === run && this.now.peek() !== null)
        this.now.value = { ...(this.now.peek() as Attaching), ...change };
    };
    try {
      const token = await this.api.token();
      const key = crypto.randomUUID();
      const progress = (part: number) => tell({ part });
      const told = await upload(this.conversationId, { token, key, file, progress, signal: abort.signal });
      if (this.running !== run) return;
      run.until = Date.parse(told.attachment_token_expires_at);
      const arrived: Arrived = {
        name: file.name,
        size: file.size,
        token: told.attachment_token,
        until: run.until,
      };
      run.name = `${this.place}.${crypto.randomUUID()}`;
      kept.set(run.name, JSON.stringify(arrived));
      tell({ token: arrived.token, part: 1 });
    } catch (error) {
      tell({ problem: problemFrom(error) });
    }
  }
}

function isOver({ until }: Running): boolean {
  return until - TOKEN_SPARE_MS < serverClock.now();
}

/** What was kept by this name; null where nothing is that can be read. */
function read(keptBy: string): (Arrived & { keptBy: string }) | null {
  try {
    const told: unknown = JSON.parse(kept.get(keptBy) ?? "null");
    const whole = hasTexts(told, "name", "token") && isRecord(told);
    return whole && typeof told.size === "number" && typeof told.until === "number"
      ? { ...(told as unknown as Arrived), keptBy }
      : null;
  } catch {
    return null;
  }
}

/** The first file of a paste or a drop. */
export function fileOf(data: DataTransfer | null): File | null {
  return data?.files[0] ?? null;
}
