import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Change,
  carriedOut,
  dropped,
  type Field,
  failed,
  fieldOf,
  insisted,
  overtaken,
  overtaking,
  reread,
  shown,
  submitted,
  typed,
} from "../../src/models/field";
import { AWAY, Problem } from "../../src/wire/problem";

const away = new Problem(0, AWAY, "");

/** What the services keep of one value, and how they decide. */
class Server {
  version = 0;
  value = "";
  readonly overwritten: { was: string; expected: number }[] = [];
  private changedAt = 0;

  set(value: string, expected: number | null): "done" | "changed" {
    if (value === this.value) return "done";
    if (expected !== null && this.changedAt > expected) return "changed";
    this.value = value;
    this.version += 1;
    this.changedAt = this.version;
    return "done";
  }

  /** Somebody set another field of the panel. */
  other(): void {
    this.version += 1;
  }
}

type Step =
  | { do: "type"; text: string }
  | { do: "leave" | "answer" | "lose" | "cut" | "read" | "stale" | "other" | "mine" | "theirs" }
  | { do: "remote"; text: string };

const text = fc.constantFrom("", "a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("type" as const), text }),
  fc.record({ do: fc.constant("remote" as const), text }),
  fc.record({
    do: fc.constantFrom(
      "leave",
      "answer",
      "lose",
      "cut",
      "read",
      "stale",
      "other",
      "mine",
      "theirs" as const,
    ),
  }),
);

/** A panel with one field, before a server, with answers that may be late, lost, or never asked for. */
class Screen {
  field: Field<string> = fieldOf("", 0);
  wanted: string | null = null;
  private sent: Change<string> | null = null;
  private reads: { value: string; version: number }[] = [{ value: "", version: 0 }];

  constructor(readonly server: Server) {}

  step(step: Step): void {
    this.reads.push({ value: this.server.value, version: this.server.version });
    if (step.do === "type") {
      this.field = typed(this.field, step.text);
      this.wanted = step.text;
    } else if (step.do === "remote") this.server.set(step.text, null);
    else if (step.do === "other") this.server.other();
    else if (step.do === "leave") this.leave();
    else if (step.do === "answer") this.answer();
    else if (step.do === "lose") this.lose(true);
    else if (step.do === "cut") this.lose(false);
    else if (step.do === "mine") this.field = insisted(this.field);
    else if (step.do === "theirs") this.theirs();
    else this.read(step.do === "stale" ? 1 : this.reads.length);
  }

  leave(): void {
    const { field, send } = submitted(this.field);
    this.field = field;
    if (send !== null) this.sent = send;
  }

  /** The request arrives, and so does its answer. */
  answer(): void {
    if (this.sent === null) return;
    const { value, expected_version } = this.sent;
    this.sent = null;
    const done = this.server.set(value, expected_version) === "done";
    const { field, again } = done
      ? carriedOut(this.field, this.server.version)
      : overtaken(this.field, this.server.value, this.server.version);
    this.field = field;
    if (again) this.leave();
  }

  /** No answer comes; the request itself arrived, or did not. */
  private lose(arrived: boolean): void {
    if (this.sent === null) return;
    if (arrived) this.server.set(this.sent.value, this.sent.expected_version);
    this.sent = null;
    this.field = failed(this.field, away);
  }

  private theirs(): void {
    if (overtaking(this.field) === null) return;
    this.field = dropped(this.field);
    this.wanted = null;
  }

  read(back = this.reads.length): void {
    const told = this.reads[Math.max(0, back - 1)];
    if (told !== undefined) this.field = reread(this.field, told.value, told.version);
  }

  settle(): void {
    for (let tries = 0; tries < 8; tries += 1) {
      this.reads.push({ value: this.server.value, version: this.server.version });
      this.read();
      this.field = overtaking(this.field) === null ? this.field : insisted(this.field);
      this.leave();
      this.answer();
    }
  }
}

describe("a field that saves by itself", () => {
  it("loses nothing that was typed, whatever is late, lost or overtaken", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const screen = new Screen(new Server());
        for (const one of steps) {
          screen.step(one);
          if (screen.field.draft !== null && screen.wanted !== null)
            expect(shown(screen.field)).toBe(screen.wanted);
        }
        const pending = screen.field.draft !== null;
        screen.settle();
        expect(screen.field.draft).toBeNull();
        expect(shown(screen.field)).toBe(screen.server.value);
        if (pending) expect(screen.server.value).toBe(screen.wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  it("overwrites nothing that the person has not seen", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const server = new Server();
        const screen = new Screen(server);
        const seen = new Set([""]);
        const own = new Set<string>();
        for (const one of steps) {
          const before = server.value;
          if (one.do === "leave" && screen.field.draft !== null) own.add(screen.field.draft.value);
          screen.step(one);
          const wrote = server.value !== before && one.do !== "remote";
          if (wrote) expect(seen.has(before) || own.has(before)).toBe(true);
          seen.add(screen.field.read);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("shows at once what others set where nobody types", () => {
    const field = reread(fieldOf("Ana", 3), "Anna", 4);
    expect(shown(field)).toBe("Anna");
    expect(overtaking(field)).toBeNull();
  });

  it("keeps what is typed while others set something else, and lets the person choose", () => {
    const field = reread(typed(fieldOf("Ana", 3), "Ana Lima"), "Anna", 4);
    expect(shown(field)).toBe("Ana Lima");
    expect(overtaking(field)).toEqual({ now: "Anna" });
    expect(submitted(field).send).toBeNull();
    expect(submitted(insisted(field)).send).toEqual({ value: "Ana Lima", expected_version: 4 });
    expect(shown(dropped(field))).toBe("Anna");
  });

  it("takes no older answer after its own save", () => {
    const sent = submitted(typed(fieldOf("Ana", 3), "Bea")).field;
    const { field } = carriedOut(sent, 5);
    expect(shown(reread(field, "Ana", 4))).toBe("Bea");
    expect(shown(reread(field, "Cai", 6))).toBe("Cai");
  });

  it("does not take its own answerless try for somebody else's", () => {
    const lost = failed(submitted(typed(fieldOf("", 0), "Ana")).field, away);
    const { field, send } = submitted(typed(lost, "Bea"));
    expect(send).toEqual({ value: "Bea", expected_version: 0 });
    const answered = overtaken(field, "Ana", 1);
    expect(answered.again).toBe(true);
    expect(submitted(answered.field).send).toEqual({ value: "Bea", expected_version: 1 });
  });

  it("sends what was typed while it was being saved once that is done", () => {
    let { field } = submitted(typed(fieldOf("", 0), "An"));
    field = submitted(typed(field, "Ana")).field;
    const done = carriedOut(field, 1);
    expect(done.again).toBe(true);
    expect(submitted(done.field).send).toEqual({ value: "Ana", expected_version: 1 });
  });
});
