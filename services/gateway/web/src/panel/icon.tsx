/** A drawing of one path, that says nothing by itself. */
export function Icon({ of }: { of: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={of} />
    </svg>
  );
}

/** What sends. */
export const SEND = "M4 12l16-8-6 16-3-6z";
