import { Help } from "./help";
import { Palette } from "./palette";
import { shown } from "./run";
import { useKeys } from "./use-keys";

/** Everything that the keyboard does in all of the inbox; mounted once. */
export function Keyboard() {
  useKeys();
  if (shown.value === "palette") return <Palette />;
  return shown.value === "help" ? <Help /> : null;
}
