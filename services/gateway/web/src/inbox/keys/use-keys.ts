import { useEffect } from "preact/hooks";
import { commandOf } from "../../models/keys";
import { useInbox } from "../context";
import { singleKeys } from "../settings";
import { run } from "./run";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]";

/** Listens to the keys of the whole page. */
export function useKeys(): void {
  const inbox = useInbox();
  useEffect(() => {
    const hear = (press: KeyboardEvent) => {
      if (press.defaultPrevented || press.isComposing || press.repeat) return;
      const at = press.target instanceof Element ? press.target : document.body;
      const command = commandOf({
        key: press.key,
        ctrl: press.ctrlKey,
        meta: press.metaKey,
        alt: press.altKey,
        shift: press.shiftKey,
        inField: at.closest(FIELDS) !== null,
        inDialog: document.querySelector("dialog[open]") !== null || at.closest("[popover]") !== null,
        single: singleKeys.value,
      });
      if (command === null) return;
      press.preventDefault();
      run(inbox, command);
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [inbox]);
}
