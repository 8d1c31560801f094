import { signal } from "@preact/signals";
import type { OutgoingFile } from "../../models/outgoing";
import type { Api } from "../../wire/api";
import type { Problem } from "../../wire/problem";
import { upload } from "../../wire/upload";
import { serverClock } from "../server-clock";
import { problemFrom } from "../ui/loaded";

/** What was sent ahead counts only for a while: so long before its end it is sent anew. */
const TOKEN_SPARE_MS = 120_000;

/** A file that is to go with the next message. */
export interface Attaching {
  name: string;
  size: number;
  part: number;
  token: string | null;
  problem: Problem | null;
}

/** The file of a conversation's next message. It is sent ahead, one at a time, also while one looks elsewhere. */
export class Attachment {
  readonly now = signal<Attaching | null>(null);
  private running: { file: File; abort: AbortController; until: number } | null = null;

  constructor(
    private readonly api: Api,
    private readonly conversationId: string,
  ) {}

  begin(file: File): void {
    this.running?.abort.abort();
    this.running = { file, abort: new AbortController(), until: Number.POSITIVE_INFINITY };
    this.now.value = { name: file.name, size: file.size, part: 0, token: null, problem: null };
    void this.send(this.running);
  }

  drop(): void {
    this.running?.abort.abort();
    this.running = null;
    this.now.value = null;
  }

  retry(): void {
    if (this.running !== null) this.begin(this.running.file);
  }

  /** The conversation is looked at again. */
  look(): void {
    if (this.running !== null && this.running.until - TOKEN_SPARE_MS < serverClock.now()) this.retry();
  }

  /** The file for a message, if it has arrived; it is with the message from then on. */
  take(): OutgoingFile | null {
    const now = this.now.peek();
    if (now?.token == null) return null;
    this.running = null;
    this.now.value = null;
    return { name: now.name, size: now.size, token: now.token };
  }

  private async send(run: NonNullable<typeof this.running>): Promise<void> {
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
      run.until = Date.parse(told.attachment_token_expires_at);
      tell({ token: told.attachment_token, part: 1 });
    } catch (error) {
      tell({ problem: problemFrom(error) });
    }
  }
}

/** The first file of a paste or a drop. */
export function fileOf(data: DataTransfer | null): File | null {
  return data?.files[0] ?? null;
}
