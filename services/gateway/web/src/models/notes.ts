import type { Note } from "../wire/types";

/** What was done to notes here and carried out, until what is read tells it as well. */
export type Done =
  | { do: "added"; note: Note; version: number }
  | { do: "edited"; note_id: string; text: string; at: string; version: number }
  | { do: "removed"; note_id: string; version: number };

/** The notes as they are: what was read at `version`, and on top of it what was done since. */
export function notesNow(read: readonly Note[], version: number, done: readonly Done[]): Note[] {
  let notes = [...read];
  for (const one of done) {
    if (one.version <= version) continue;
    if (one.do === "removed") notes = notes.filter((note) => note.note_id !== one.note_id);
    else if (one.do === "edited") {
      const edited = (note: Note) => ({ ...note, text: one.text, edited_at: one.at });
      notes = notes.map((note) => (note.note_id === one.note_id ? edited(note) : note));
    } else if (notes.every((note) => note.note_id !== one.note.note_id)) notes = [one.note, ...notes];
  }
  return notes;
}

/** What has to be remembered on, once a version was read. */
export function notTold(done: readonly Done[], version: number): Done[] {
  return done.filter((one) => one.version > version);
}

export interface Caller {
  agent_id: string;
  role: string;
}

export function mayEdit(note: Note, me: Caller): boolean {
  return note.by === me.agent_id;
}

export function mayRemove(note: Note, me: Caller): boolean {
  return note.by === me.agent_id || me.role === "owner";
}
