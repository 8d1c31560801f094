import { pieces } from "../../models/links";

/** A text of somebody's: text and nothing else, but that addresses of the web can be followed. */
export function LinkedText({ text }: { text: string }) {
  return (
    <p class="text" dir="auto">
      {pieces(text).map((piece, at) =>
        piece.href === null ? (
          piece.text
        ) : (
          <a key={String(at)} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </p>
  );
}
