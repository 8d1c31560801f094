const HUES = 12;

/** A person's initials on a colour of their own; it says nothing that the name beside it does not. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  const hue = (codeOf(name) % HUES) * (360 / HUES);
  return (
    <span class={small ? "avatar small" : "avatar"} style={{ "--hue": String(hue) }} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

function codeOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
}
