import type { Listing, MessageCard, Paragraph, Picture, Run } from "../wire/types";

export type Body = NonNullable<MessageCard["body"]>;
type Block = Paragraph | Listing | Picture;

const LINK = /^(https?:\/\/|mailto:|tel:)[\x21-\x7e]{1,1000}$/;
const PICTURE = /^!\[([^\]\n]+)\]\((https:\/\/[\x21-\x7e]{1,1000}?)\)$/;
const ITEM = /^(?:[-*•] |(\d{1,3})\. )(.+)$/;
/** Bold, italics, a link; what stands in none of them is plain. Within a word, one underscore is a sign like others. */
const MARKS =
  /\*\*(.+?)\*\*|__(.+?)__|(?<![\p{L}\p{N}])_([^_]+)_(?![\p{L}\p{N}])|\[([^\]]+)\]\(([^()\s]+)\)/gu;
/** Signs that mark something; behind a backslash each is only itself. */
const SIGNS = "*_[]\\!-.";
const ESCAPED = /\\([*_[\]\\!.-])/g;
/** While a line is read, an escaped sign is a character that nobody types. */
const HIDDEN = 0xf8e0;

/**
 * Reads a text as it is typed in the form: `**bold**`, `_italics_`, `[words](https://…)`, lines that begin with `- ` or
 * `1. `, and `![what is to be seen](https://…)` for a picture. An empty body: the text has no form.
 */
export function bodyOf(text: string): Body {
  const body: Block[] = [];
  for (const typed of text.split("\n")) {
    if (typed.trim() === "") continue;
    const line = hidden(typed);
    const picture = PICTURE.exec(line.trim());
    const item = ITEM.exec(line);
    const last = body.at(-1);
    if (picture !== null)
      body.push({ kind: "picture", alt: shown(picture[1] ?? ""), address: shown(picture[2] ?? "") });
    else if (item === null) body.push({ kind: "paragraph", runs: runsOf(line) });
    else {
      const numbered = item[1] !== undefined;
      const runs = runsOf(item[2] ?? "");
      if (last?.kind === "list" && last.numbered === numbered) last.items.push(runs);
      else body.push({ kind: "list", numbered, items: [runs] });
    }
  }
  return body.every(isPlain) ? [] : body;
}

function isPlain(block: Block): boolean {
  return (
    block.kind === "paragraph" &&
    block.runs.every(({ bold, italic, link }) => !bold && !italic && (link ?? null) === null)
  );
}

function hidden(line: string): string {
  return line.replace(ESCAPED, (_, sign: string) => String.fromCharCode(HIDDEN + SIGNS.indexOf(sign)));
}

function shown(text: string): string {
  return [...text].map((it) => SIGNS[it.charCodeAt(0) - HIDDEN] ?? it).join("");
}

function runsOf(line: string, look: Partial<Run> = {}): Run[] {
  const runs: Run[] = [];
  const add = (text: string, more: Partial<Run> = {}) => {
    const run: Run = { text: shown(text), ...look, ...more };
    const last = runs.at(-1);
    if (text === "") return;
    if (last !== undefined && looksLike(last, run)) last.text += run.text;
    else runs.push(run);
  };
  let at = 0;
  for (const found of line.matchAll(MARKS)) {
    add(line.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, bold, inWord, italic = inWord, words, link] = found;
    if (bold !== undefined) runs.push(...runsOf(bold, { ...look, bold: true }));
    else if (italic !== undefined) runs.push(...runsOf(italic, { ...look, italic: true }));
    else if (words !== undefined && link !== undefined && LINK.test(shown(link)))
      add(words, { link: shown(link) });
    else add(whole);
  }
  add(line.slice(at));
  return runs;
}

function looksLike(one: Run, other: Run): boolean {
  return (
    (one.bold ?? false) === (other.bold ?? false) &&
    (one.italic ?? false) === (other.italic ?? false) &&
    (one.link ?? null) === (other.link ?? null)
  );
}

/** A body as it is typed in the form; read again it is the same. */
export function typedOf(body: Body): string {
  return body.map(typedBlock).join("\n");
}

function typedBlock(block: Block): string {
  if ("runs" in block) return paragraph(typedRuns(block.runs));
  if ("address" in block) return `![${block.alt}](${block.address})`;
  return block.items.map((runs, at) => `${bullet(block, at, "-")} ${typedRuns(runs)}`).join("\n");
}

function bullet({ numbered = false }: Listing, at: number, plain: string): string {
  return numbered ? `${at + 1}.` : plain;
}

/** What only looks like an item of a list, or like a picture, is none. */
function paragraph(typed: string): string {
  if (PICTURE.test(typed)) return `\\${typed}`;
  const numbered = /^\d{1,3}(?=\. )/.exec(typed);
  if (numbered !== null) return `${numbered[0]}\\${typed.slice(numbered[0].length)}`;
  return /^[-*] /.test(typed) ? `\\${typed}` : typed;
}

function typedRuns(runs: readonly Run[]): string {
  return runs
    .map((run, at) => {
      const inWord =
        /[\p{L}\p{N}]$/u.test(runs[at - 1]?.text ?? "") || /^[\p{L}\p{N}]/u.test(runs[at + 1]?.text ?? "");
      return typedRun(run, inWord ? "__" : "_");
    })
    .join("");
}

function typedRun({ text, bold, italic, link }: Run, mark: string): string {
  const plain = text.replace(/[*_[\]\\]/g, "\\$&");
  let typed = link == null ? plain : `[${plain}](${link.replace(/[_*]/g, "\\$&")})`;
  if (italic) typed = `${mark}${typed}${mark}`;
  return bold ? `**${typed}**` : typed;
}

/** A text, with its form where it has one. */
export interface Formed {
  readonly text: string;
  readonly body?: Body;
}

/** A text as it is typed in the form. A plain one's signs stay as they are. */
export function typedText({ text, body = [] }: Formed): string {
  return body.length > 0 ? typedOf(body) : text;
}

/** What was typed: with its form, or as a plain text. */
export function withTyped(typed: string): { text: string; body: Body } {
  const body = bodyOf(typed);
  return { text: body.length > 0 ? plainOf(body) : typed, body };
}

/** A body without its form, in the words that the services make of it. */
function plainOf(body: Body): string {
  return body.flatMap(plainLines).join("\n");
}

function plainLines(block: Block): string[] {
  if ("runs" in block) return [plainRuns(block.runs)];
  if ("address" in block) return [block.alt];
  return block.items.map((runs, at) => `${bullet(block, at, "•")} ${plainRuns(runs)}`);
}

function plainRuns(runs: readonly Run[]): string {
  const address = (link: string) => link.replace(/^mailto:/, "").replace(/^tel:/, "");
  return runs
    .map(({ text, link }) => (link == null || link === text ? text : `${text} (${address(link)})`))
    .join("");
}
