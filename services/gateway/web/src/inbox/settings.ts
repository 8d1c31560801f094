import { effect, signal } from "@preact/signals";
import { kept } from "./kept";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Light or dark, or as the system has it; for this browser. */
export const theme = signal<Theme>(THEMES.find((one) => one === kept.get("theme")) ?? "system");
/** Whether single keys are shortcuts outside of fields; whoever speaks to their computer switches them off. */
export const singleKeys = signal(kept.get("singleKeys") !== "off");

/** Shows the theme, and remembers both from now on. */
export function followSettings(): void {
  effect(() => {
    const chosen = theme.value;
    kept.set("theme", chosen === "system" ? null : chosen);
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  });
  effect(() => kept.set("singleKeys", singleKeys.value ? null : "off"));
}
