/** As a file, a playbook's document has at most so many bytes. */
export const FILE_BYTES_MAX = 262_144;
/** So many spaces before a token are told apart from it. */
const SPACES_MAX = 1_000;

/** What a picked file holds, or why it can hold no playbook; where it is no JSON, from which place on. */
export type Read =
  | { readonly is: "document"; readonly document: unknown }
  | { readonly is: "too_large" | "unreadable" }
  | { readonly is: "no_json"; readonly at: { readonly line: number; readonly column: number } };

/** Reads it; what is in the document, the services judge. */
export async function readFile(file: Blob): Promise<Read> {
  if (file.size > FILE_BYTES_MAX) return { is: "too_large" };
  let text: string;
  try {
    text = await file.text();
  } catch {
    // It was deleted, or changed, after it was picked.
    return { is: "unreadable" };
  }
  try {
    return { is: "document", document: JSON.parse(text) };
  } catch {
    return { is: "no_json", at: placeIn(text) };
  }
}

/** The first place at which it can be no JSON any more: not every browser tells it. */
function placeIn(text: string): { line: number; column: number } {
  const lines = text.slice(0, brokenAt(text)).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

function brokenAt(text: string): number {
  /** What closes each list and record that is open. */
  const open: string[] = [];
  let wanted: "value" | "name" | "colon" | "after" = "value";
  let mayClose = false;
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const at = from + (/^[ \t\n\r]*/.exec(text.slice(from, from + SPACES_MAX))?.[0].length ?? 0);
    const token = TOKEN.exec(text);
    if (token === null) return at;
    const [, sign, words] = token;
    const closes = sign !== undefined && sign === open.at(-1) && (mayClose || wanted === "after");
    if (closes) {
      open.pop();
      wanted = "after";
    } else if (wanted === "after" && sign === "," && open.length > 0)
      wanted = open.at(-1) === "}" ? "name" : "value";
    else if (wanted === "colon" && sign === ":") wanted = "value";
    else if (wanted === "name" && words !== undefined) wanted = "colon";
    else if (wanted === "value" && (sign === "{" || sign === "[")) {
      open.push(sign === "{" ? "}" : "]");
      wanted = sign === "{" ? "name" : "value";
    } else if (wanted === "value" && sign === undefined) wanted = "after";
    else return at;
    mayClose = sign === "{" || sign === "[";
  }
}

/** A file's name for a playbook of this name, which every system takes. */
export function fileNameOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return `${[...plain].slice(0, 60).join("") || "playbook"}.json`;
}
