import type { ComponentChildren } from "preact";
import { pieces } from "../models/links";
import type { Body } from "../models/visitor";

/** A text with its form; one without has links where it has addresses of the web. */
export function Linked({ text, body }: { text: string; body?: Body | undefined }) {
  if (!body?.[0])
    return pieces(text).map((piece) => (piece.href === null ? piece.text : anchor(piece.href, piece.text)));
  return body.map((block, place) => {
    if ("address" in block)
      return <img key={place} src={block.address} alt={block.alt} referrerpolicy="no-referrer" />;
    if ("runs" in block) return <p key={place}>{said(block.runs)}</p>;
    const List = block.numbered ? "ol" : "ul";
    return (
      <List key={place}>
        {block.items.map((runs, number) => (
          <li key={number}>{said(runs)}</li>
        ))}
      </List>
    );
  });
}

type Runs = Extract<Body[number], { runs: unknown }>["runs"];

function said(runs: Runs) {
  return runs.map((run) => {
    const bold = run.bold ? <b>{run.text}</b> : run.text;
    const told = run.italic ? <i>{bold}</i> : bold;
    return run.link ? anchor(run.link, told) : told;
  });
}

function anchor(href: string, told: ComponentChildren) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {told}
    </a>
  );
}
