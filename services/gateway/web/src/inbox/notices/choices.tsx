import { useRef } from "preact/hooks";
import { KINDS, type Kind, withChoice } from "../../models/notices";
import type { NoticeChoices } from "../../wire/types";
import { useInbox } from "../context";
import { problemFrom, useLoaded } from "../ui/loaded";
import { Failure } from "../ui/states";
import { Check } from "./check";

const PATH = "notifier/choices";

/** Which kinds of notices the agent is told of, on all of their devices and in all tabs. */
export function Choices() {
  const { t, api, toast } = useInbox();
  const loaded = useLoaded("choices", async () => (await api.get<NoticeChoices>(PATH)).off ?? []);
  // One after the other: what was chosen last is to be what counts.
  const sending = useRef(Promise.resolve());
  const { value, problem } = loaded;
  if (value === null) return problem === null ? null : <Failure problem={problem} onRetry={loaded.again} />;
  const choose = (kind: Kind, wanted: boolean) => {
    const off = withChoice(value, kind, wanted);
    loaded.set(off);
    sending.current = sending.current.then(async () => {
      try {
        await api.post(PATH, { off });
      } catch (error) {
        toast(problemFrom(error));
        await loaded.again();
      }
    });
  };
  return (
    <fieldset class="notice-shown">
      <legend>{t("notices.kinds")}</legend>
      <p class="field-hint">{t("notices.what")}</p>
      {KINDS.map((kind) => (
        <Check key={kind} checked={!value.includes(kind)} onChange={(wanted) => choose(kind, wanted)}>
          {t(`notices.kind_${kind}` as const)}
        </Check>
      ))}
    </fieldset>
  );
}
