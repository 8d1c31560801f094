import { contrast } from "./colours";

export const READABLE = 4.5;
const COLOUR = /^#[0-9a-f]{6}$/;

export function isColour(text: string): boolean {
  return COLOUR.test(text);
}

/** The colour nearest to this one on which the text can be read: lighter or darker, as little as it takes. */
export function nearestReadable(colour: string, text: string): string | null {
  const shades = [0, 255].flatMap((towards) => {
    const found = firstReadable(colour, text, towards);
    return found === null ? [] : [found];
  });
  return shades.sort((a, b) => a.step - b.step)[0]?.colour ?? null;
}

function firstReadable(
  colour: string,
  text: string,
  towards: number,
): { step: number; colour: string } | null {
  for (let step = 0; step <= 100; step += 1) {
    const mixed = blended(colour, towards, step / 100);
    if (contrast(mixed, text) >= READABLE) return { step, colour: mixed };
  }
  return null;
}

function blended(colour: string, towards: number, part: number): string {
  const mixed = [1, 3, 5].map((at) => {
    const had = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(had + (towards - had) * part);
  });
  return `#${mixed.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
}
