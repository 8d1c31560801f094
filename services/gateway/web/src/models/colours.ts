/** The contrast of two colours (#rrggbb) as WCAG 2 measures it: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** What to write with on a colour: what its owner wants where that can be read, else black or white. */
export function inkOn(colour: string, wanted: string): string {
  if (contrast(colour, wanted) >= READABLE) return wanted;
  return contrast(colour, "#ffffff") >= READABLE ? "#ffffff" : "#000000";
}

/** A look as visitors get it: what stands on its colour can be read. */
export function inked<Of extends { colour?: string; text_colour?: string }>(look: Of): Of {
  const { colour, text_colour } = look;
  return colour && text_colour ? { ...look, text_colour: inkOn(colour, text_colour) } : look;
}

const READABLE = 4.5;

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
