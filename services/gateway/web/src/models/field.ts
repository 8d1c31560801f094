import type { Problem } from "../wire/problem";

/** What a person typed over a value: from which value and version they began. */
export interface Draft<T> {
  value: T;
  from: T;
  base: number;
}

/** How its saving stands. What failed or was overtaken keeps what was typed. */
export type Saving<T> =
  | { is: "still" }
  | { is: "sending"; value: T; again: boolean }
  | { is: "saved" }
  | { is: "failed"; problem: Problem };

/** A value that saves by itself: as it was read last, as it was saved since, and what is being typed over it. */
export interface Field<T> {
  read: T;
  version: number;
  draft: Draft<T> | null;
  saving: Saving<T>;
  /** Who set what was read, where that was told; null is the bot. */
  by?: string | null;
  /** Sent without an answer: where the services tell this value, it is one's own and nobody else's. */
  unsure: T | null;
}

/** What is to be sent, as a change of the version that was on the screen. */
export interface Change<T> {
  value: T;
  expected_version: number;
}

export function fieldOf<T>(read: T, version: number): Field<T> {
  return { read, version, draft: null, saving: { is: "still" }, unsure: null };
}

/** Same by content: values are texts, or small records of them. */
export function same<T>(one: T, other: T): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the field shows: what was typed, or else what is known. */
export function shown<T>(field: Field<T>): T {
  return field.draft === null ? field.read : field.draft.value;
}

/** What stands there now, where it is not what the person began from: they choose. */
export function overtaking<T>(field: Field<T>): { now: T; by?: string | null } | null {
  const { draft } = field;
  if (draft === null || field.saving.is === "sending") return null;
  const theirs = !same(field.read, draft.from) && !same(field.read, draft.value);
  if (!theirs) return null;
  return field.by === undefined ? { now: field.read } : { now: field.read, by: field.by };
}

/** Takes what was read. An older answer, on its way for longer than a save, changes nothing. */
export function reread<T>(field: Field<T>, read: T, version: number): Field<T> {
  if (version < field.version) return field;
  const { by, ...rest } = field;
  const news: Field<T> = { ...rest, read, version };
  if (by !== undefined && same(read, field.read)) news.by = by;
  const { draft } = news;
  if (draft === null) return same(read, field.read) ? news : { ...news, saving: { is: "still" } };
  const known = same(read, draft.from) || (field.unsure !== null && same(read, field.unsure));
  if (known) news.draft = { ...draft, from: read, base: version };
  if (field.saving.is !== "sending" && same(read, draft.value)) {
    return { ...news, draft: null, unsure: null, saving: { is: "saved" } };
  }
  return news;
}

export function typed<T>(field: Field<T>, value: T): Field<T> {
  const { draft } = field;
  const saving: Saving<T> = field.saving.is === "sending" ? field.saving : { is: "still" };
  if (draft !== null) return { ...field, saving, draft: { ...draft, value } };
  return { ...field, saving, draft: { value, from: field.read, base: field.version } };
}

/** Leaves what was typed and takes what stands there. */
export function dropped<T>(field: Field<T>): Field<T> {
  return { ...field, draft: null, saving: { is: "still" } };
}

/** Keeps what was typed, knowing what stands there. */
export function insisted<T>(field: Field<T>): Field<T> {
  const { draft } = field;
  if (draft === null) return field;
  return { ...field, draft: { ...draft, from: field.read, base: field.version } };
}

/** The person left the field or pressed Enter: what is to be sent, if anything is. */
export function submitted<T>(field: Field<T>): { field: Field<T>; send: Change<T> | null } {
  const { draft, saving } = field;
  if (draft === null || overtaking(field) !== null) return { field, send: null };
  if (saving.is === "sending") return { field: { ...field, saving: { ...saving, again: true } }, send: null };
  if (same(draft.value, field.read) && field.unsure === null) return { field: dropped(field), send: null };
  const sending: Saving<T> = { is: "sending", value: draft.value, again: false };
  return {
    field: { ...field, saving: sending },
    send: { value: draft.value, expected_version: draft.base },
  };
}

/** It was carried out and led to this version. What was typed meanwhile is sent next where the person left it. */
export function carriedOut<T>(field: Field<T>, version: number): { field: Field<T>; again: boolean } {
  const { saving, draft } = field;
  if (saving.is !== "sending") return { field, again: false };
  const stands = version >= field.version ? { read: saving.value, version } : {};
  const news: Field<T> = { ...field, ...stands, unsure: null, saving: { is: "saved" } };
  if (draft === null || same(draft.value, saving.value))
    return { field: { ...news, draft: null }, again: false };
  return {
    field: { ...news, draft: { value: draft.value, from: news.read, base: news.version } },
    again: saving.again,
  };
}

/** It was refused, or never answered: then it may have been carried out all the same. */
export function failed<T>(field: Field<T>, problem: Problem): Field<T> {
  const { saving } = field;
  const unsure = problem.passes && saving.is === "sending" ? saving.value : field.unsure;
  return { ...field, unsure, saving: { is: "failed", problem } };
}

/** Somebody was faster and set this: the person chooses. Their own answerless try is nobody else: it is sent again. */
export function overtaken<T>(
  field: Field<T>,
  now: T,
  version: number,
  by?: string | null,
): { field: Field<T>; again: boolean } {
  const own = field.unsure !== null && same(field.unsure, now);
  const news = reread({ ...field, saving: { is: "still" } }, now, Math.max(version, field.version));
  const known = { ...news, unsure: null, ...(by === undefined ? {} : { by }) };
  return { field: known, again: own && news.draft !== null };
}

/** The same field, its values told in another way, such as another language's decimal form. */
export function retold<T>(field: Field<T>, tell: (value: T) => T): Field<T> {
  const { read, draft, saving, unsure } = field;
  return {
    ...field,
    read: tell(read),
    draft: draft === null ? null : { ...draft, value: tell(draft.value), from: tell(draft.from) },
    saving: saving.is === "sending" ? { ...saving, value: tell(saving.value) } : saving,
    unsure: unsure === null ? null : tell(unsure),
  };
}
