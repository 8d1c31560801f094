/** A part of a text, and whether it is what was looked for. */
export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** A text in parts by the places where something was found in it; places that make no sense mark nothing. */
export function marked(text: string, places: readonly Place[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { start, end } of [...places].sort((one, other) => one.start - other.start)) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) parts.push({ text: text.slice(from, start), hit: false });
    parts.push({ text: text.slice(start, end), hit: true });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}
