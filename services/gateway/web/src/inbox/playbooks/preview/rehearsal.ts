import { inked } from "../../../models/colours";
import type { Facts } from "../../../models/playbook-conditions";
import { PreviewWalk, type Refusal } from "../../../models/playbook-preview";
import type { Privacy } from "../../../models/visitor";
import type { Flow, Look } from "../../../wire/types";
import { Answers } from "./answers";
import { sealed } from "./sealed";

type Act =
  | { readonly is: "answer"; readonly card: string; readonly choice: string }
  | { readonly is: "detail"; readonly card: string; readonly value: string }
  | { readonly is: "say"; readonly text: string; readonly id: string }
  | { readonly is: "agree" }
  | { readonly is: "expire" };

/** Somebody new, on a page of the site, while the team is there. */
export const USUAL: Facts = {
  online: true,
  open: true,
  opens: null,
  returning: false,
  page: "https://www.example.com/",
  locale: "en",
};
const OPENS = { en: "Monday, 9:00", "pt-BR": "segunda-feira, 9:00" } as const;
const EMPTY: Flow = { start: "end", cards: { end: { kind: "end", text: " " } } };

/** What is played in the preview: a walk through the draft, what was done in it, and the panel that shows it. */
export class Rehearsal {
  onChange: (walk: PreviewWalk) => void = () => {};
  private id = "";
  private flow = EMPTY;
  private facts: Facts = USUAL;
  private look: Look = {};
  private privacy: Privacy | null = null;
  private acts: Act[] = [];
  private walk: PreviewWalk | null = null;
  private answers: Answers | null = null;
  private met = false;

  set(id: string, flow: Flow, facts: Facts, look: Look, privacy: Privacy | null): void {
    [this.id, this.flow, this.facts, this.look, this.privacy] = [id, flow, facts, look, privacy];
  }

  /** Shows it from the beginning. */
  begin(frame: HTMLIFrameElement | null): void {
    this.acts = [];
    this.reload(frame);
  }

  /** Shows what was done once more, on what is set now. A panel folds events and forgets none: it begins anew. */
  reload(frame: HTMLIFrameElement | null): void {
    if (this.met) frame?.contentWindow?.location.reload();
  }

  /** Meets a panel that has just been loaded: it gets a host, and answers of ours in place of the services'. */
  meet(frame: HTMLIFrameElement): void {
    const inside = frame.contentWindow as (Window & typeof globalThis) | null;
    if (inside === null) return;
    this.met = true;
    this.answers?.close();
    this.walk = null;
    const answers = new Answers({
      enter: () => this.enter(),
      start: () => this.start(),
      answer: (card, choice) => this.act({ is: "answer", card, choice }),
      detail: (card, value) => this.act({ is: "detail", card, value }),
      agree: () => this.act({ is: "agree" }),
      say: (text, id) => this.act({ is: "say", text, id }),
      known: () => this.walk?.all() ?? [],
      place: () => this.walk?.place ?? null,
    });
    this.answers = answers;
    sealed(inside, answers);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      // Nobody is signed in, and nothing was kept.
      if (Array.isArray(data) && data[0] === "who") port1.postMessage(["identify", [null, {}]]);
    };
    inside.postMessage([inked(this.look), {}, true], location.origin, [port2]);
  }

  expire(): void {
    this.act({ is: "expire" });
  }

  /** A second visit of one panel is another one: its visitor asked for it. */
  private enter(): void {
    if (this.walk === null) return;
    this.walk = null;
    this.acts = [];
  }

  /** The walk begins once the panel asks for it, and goes as far as it was; what no longer fits ends it there. */
  private start(): void {
    if (this.walk !== null) return;
    // Which hours there are does not matter here: it is closed until some Monday.
    const facts = { ...this.facts, opens: OPENS[this.look.language ?? "en"] };
    const walk = new PreviewWalk(this.flow, facts, this.id, () => Date.now(), this.privacy);
    const had = this.acts;
    this.walk = walk;
    this.acts = [];
    for (const act of had) {
      if (carriedOut(walk, act) !== null) break;
      this.acts.push(act);
    }
    this.tell(walk);
  }

  private act(act: Act): Refusal | null {
    if (this.walk === null) return { code: "not_waiting_for_this_card" };
    const refused = carriedOut(this.walk, act);
    if (refused === null) this.acts.push(act);
    this.tell(this.walk);
    return refused;
  }

  private tell(walk: PreviewWalk): void {
    this.answers?.push(walk.frames());
    this.onChange(walk);
  }
}

function carriedOut(walk: PreviewWalk, act: Act): Refusal | null {
  switch (act.is) {
    case "answer":
      return walk.answer(act.card, act.choice);
    case "detail":
      return walk.detail(act.card, act.value);
    case "say":
      walk.say(act.text, act.id);
      return null;
    case "agree":
      return walk.agree();
    case "expire":
      if (!walk.isWaiting) return { code: "not_waiting_for_this_card" };
      walk.expire();
      return null;
  }
}
