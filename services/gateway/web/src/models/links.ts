/** A piece of a text: with an address it is a link. */
export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/gi;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Splits a text where addresses of the web stand; nothing else becomes a link, and no letter is lost. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (!isAddress(address)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), href: null });
  return found;
}

/** Without the punctuation of the sentence around it. */
function trimmed(address: string): string {
  let kept = address;
  for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
    const opens = CLOSES[last];
    const alone = opens !== undefined && kept.split(last).length > kept.split(opens).length;
    if (!alone && !".,;:!?'*_~".includes(last)) return kept;
    kept = kept.slice(0, -1);
  }
  return kept;
}

function isAddress(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text);
    return (protocol === "http:" || protocol === "https:") && hostname !== "";
  } catch {
    return false;
  }
}
