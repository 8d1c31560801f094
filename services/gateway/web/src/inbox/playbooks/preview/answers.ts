import type { Place, Refusal } from "../../../models/playbook-preview";
import type { Frame } from "../../../models/playbook-recorder";
import { isRecord } from "../../../wire/problem";
import type { PanelSocket } from "./sealed";

/** What a panel can do in a preview. */
export interface Doings {
  enter: () => void;
  start: () => void;
  answer: (card: string, choice: string) => Refusal | null;
  detail: (card: string, value: string) => Refusal | null;
  agree: () => Refusal | null;
  say: (text: string, id: string) => Refusal | null;
  /** All frames so far. */
  known: () => readonly Frame[];
  /** Where the visitor stands in line, if that is told. */
  place: () => Place | null;
}

/** Answers a panel's requests and its socket as the services would, from what is played here. */
export class Answers {
  private socket: PanelSocket | null = null;

  constructor(private readonly doings: Doings) {}

  close(): void {
    this.socket = null;
  }

  /** A request of the panel's. */
  request(url: string, init: RequestInit = {}): Response {
    const path = url.replace(/^\/api\//, "").replace(/\?.*/, "");
    const told: unknown = typeof init.body === "string" ? JSON.parse(init.body) : {};
    return this.answer(path, isRecord(told) ? told : {});
  }

  /** A frame that the panel sends. */
  heard(socket: PanelSocket, text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!isRecord(frame)) return;
    if (frame.type === "ping") socket.tell({ type: "pong" });
    if (frame.type !== "authorise") return;
    this.socket = socket;
    const have = isRecord(frame.have) ? frame.have : {};
    // As if it happened now: a visit that was over before is not shown any more.
    socket.tell({ type: "ready" });
    for (const known of this.doings.known())
      if (known.version > Number(have[known.stream] ?? 0)) socket.tell(known);
    this.stands();
  }

  /** Tells the panel what has happened. */
  push(frames: readonly Frame[]): void {
    for (const frame of frames) this.socket?.tell(frame);
    this.stands();
  }

  private stands(): void {
    const place = this.doings.place();
    if (place !== null) this.socket?.tell(place);
  }

  private answer(path: string, body: Readonly<Record<string, unknown>>): Response {
    const last = path.split("/").at(-1);
    const [card, value] = [String(body.card_id), String(body.value)];
    switch (last) {
      case "visits":
        this.doings.enter();
        return json(SESSION, 201);
      case "tokens":
        return json(SESSION, 201);
      case "start":
        this.doings.start();
        return json(ACCEPTED);
      case "answers":
        return answered(this.doings.answer(card, String(body.choice_id)));
      case "details":
        return answered(this.doings.detail(card, value));
      case "consent":
        return answered(this.doings.agree());
      case "messages":
        return answered(this.doings.say(String(body.text), crypto.randomUUID()));
      case "conversations":
        return json({ items: [], next: null });
      case "pages":
      case "read":
      case "sign-out":
        return json(ACCEPTED);
      default:
        // Files, and the end of a chat by its visitor, are not played.
        return problem(403, "not_in_a_preview");
    }
  }
}

const SESSION = {
  token: "preview",
  token_expires_at: "2100-01-01T00:00:00Z",
  session: "preview",
  visit_id: "preview",
  visitor_id: "preview",
};
const ACCEPTED = { stream: "preview", version: 1 };

function answered(refused: Refusal | null): Response {
  if (refused === null) return json(ACCEPTED);
  return problem(409, refused.code, refused.retry === undefined ? {} : { retry_text: refused.retry });
}

function problem(status: number, code: string, facts: Record<string, unknown> = {}): Response {
  return json({ type: "about:blank", title: code, status, code, detail: "", ...facts }, status);
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}
