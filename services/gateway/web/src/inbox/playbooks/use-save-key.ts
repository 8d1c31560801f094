import { useEffect } from "preact/hooks";
import { asksToSave } from "../../models/keys";
import { useInbox } from "../context";
import type { Editing } from "./editing";
import { texts } from "./texts";
import { useWords } from "./words";

/** Ctrl+S: what waits to be saved is saved now, and it is said; in a form with a button of its own, that form is sent. */
export function useSaveKey(editing: Editing): void {
  const say = useWords(texts);
  const { toast } = useInbox();
  useEffect(() => {
    const hear = (press: KeyboardEvent) => {
      const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift } = press;
      if (!asksToSave({ key, ctrl, meta, alt, shift })) return;
      press.preventDefault();
      if (press.repeat) return;
      const form = document.activeElement?.closest("form");
      if (form?.closest("dialog") === null) form.requestSubmit();
      else void editing.flush().then(() => toast(say(`saving.${editing.saving.value.is}`)));
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [editing, say, toast]);
}
