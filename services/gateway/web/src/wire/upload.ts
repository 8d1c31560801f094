import { AWAY, isRecord, Problem } from "./problem";
import type { Uploaded } from "./types";

export interface Uploading {
  token: string;
  /** Makes it safe to send again. */
  key: string;
  file: File;
  /** From 0 to 1, as bytes go out. */
  progress: (part: number) => void;
  signal: AbortSignal;
}

/** Sends a file to a conversation and tells how far it is, which `fetch` cannot. Raises the Problem of a refusal. */
export function upload(
  conversationId: string,
  { token, key, file, progress, signal }: Uploading,
): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/gateway/conversations/${conversationId}/files`);
    request.responseType = "json";
    request.timeout = 120_000;
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("idempotency-key", key);
    request.setRequestHeader("content-disposition", dispositionOf(file.name));
    request.upload.onprogress = (sent) => {
      if (sent.lengthComputable) progress(sent.loaded / sent.total);
    };
    request.onload = () => {
      const told: unknown = request.response;
      if (request.status === 201 && isRecord(told)) resolve(told as unknown as Uploaded);
      else reject(problemOf(request, told));
    };
    const away = () => reject(new Problem(0, AWAY, ""));
    request.onerror = away;
    request.ontimeout = away;
    request.onabort = away;
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** A file's name in a header: letters of any alphabet, by RFC 8187. */
export function dispositionOf(name: string): string {
  const escaped = encodeURIComponent(wellFormed(name)).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${escaped}`;
}

/** Half of a letter, which no request can carry, is replaced. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function problemOf(request: XMLHttpRequest, told: unknown): Problem {
  const id = request.getResponseHeader("x-correlation-id");
  if (!isRecord(told) || typeof told.code !== "string")
    return new Problem(request.status, "http", "", {}, id);
  return new Problem(request.status, told.code, String(told.detail ?? ""), told, id);
}
