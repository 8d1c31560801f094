import { pieces } from "../models/links";

/** A text in which the addresses of the web are links. */
export function Linked({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece) =>
        piece.href === null ? (
          piece.text
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}
