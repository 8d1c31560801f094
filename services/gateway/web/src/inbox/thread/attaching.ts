import { useEffect, useRef, useState } from "preact/hooks";
import type { OutgoingFile } from "../../models/outgoing";
import type { Problem } from "../../wire/problem";
import { upload } from "../../wire/upload";
import { useInbox } from "../context";
import { problemFrom } from "../ui/loaded";
import { useOpen } from "./open";

/** A file that is to go with the next message. */
export interface Attaching {
  name: string;
  size: number;
  part: number;
  token: string | null;
  problem: Problem | null;
}

/** Sends a file ahead of its message, one at a time. */
export function useAttaching() {
  const { api } = useInbox();
  const { conversationId } = useOpen();
  const [attaching, setAttaching] = useState<Attaching | null>(null);
  const running = useRef<{ file: File; abort: AbortController } | null>(null);
  useEffect(() => () => running.current?.abort.abort(), []);

  const begin = async (file: File) => {
    running.current?.abort.abort();
    const abort = new AbortController();
    running.current = { file, abort };
    const tell = (change: Partial<Attaching>) => {
      if (running.current?.abort !== abort) return;
      setAttaching((now) => now && { ...now, ...change });
    };
    setAttaching({ name: file.name, size: file.size, part: 0, token: null, problem: null });
    try {
      const token = await api.token();
      const key = crypto.randomUUID();
      const progress = (part: number) => tell({ part });
      const told = await upload(conversationId, { token, key, file, progress, signal: abort.signal });
      tell({ token: told.attachment_token, part: 1 });
    } catch (error) {
      tell({ problem: problemFrom(error) });
    }
  };
  const drop = () => {
    running.current?.abort.abort();
    running.current = null;
    setAttaching(null);
  };
  const retry = () => {
    if (running.current !== null) void begin(running.current.file);
  };
  /** The file for a message, if it has arrived; it is with the message from then on. */
  const taken = (): OutgoingFile | null => {
    if (attaching?.token == null) return null;
    const { name, size, token } = attaching;
    running.current = null;
    setAttaching(null);
    return { name, size, token };
  };
  return { attaching, begin: (file: File) => void begin(file), drop, retry, taken };
}

/** The first file of a paste or a drop. */
export function fileOf(data: DataTransfer | null): File | null {
  return data?.files[0] ?? null;
}
