import { signal } from "@preact/signals";
import type { Api } from "../../wire/api";
import type { CannedReply } from "../../wire/types";
import { everyPage } from "../pages";

const FRESH_MS = 60_000;

/** The workspace's canned replies, read when one is looked for, and again after a while. */
export class Replies {
  readonly all = signal<readonly CannedReply[]>([]);
  private readAt = 0;

  constructor(private readonly api: Api) {}

  async wanted(): Promise<void> {
    const now = Date.now();
    if (now - this.readAt < FRESH_MS) return;
    this.readAt = now;
    try {
      this.all.value = await everyPage<CannedReply>(this.api, "conversation/replies");
    } catch {
      // The next slash asks again: until then there is what was read before.
      this.readAt = 0;
    }
  }
}
