import { useEffect, useRef } from "preact/hooks";
import { SITES_MAX, sitesTyped } from "../../models/sites";
import { useInbox } from "../context";
import { Field } from "../ui/field";

interface SitesFieldProps {
  text: string;
  onText: (text: string) => void;
}

/** The sites that may show the widget, one on each line; what is none keeps the form from being sent. */
export function SitesField({ text, onText }: SitesFieldProps) {
  const { t } = useInbox();
  const area = useRef<HTMLTextAreaElement>(null);
  const { sites, mistakes } = sitesTyped(text);
  const [first] = mistakes;
  const mistake =
    first !== undefined
      ? t("chatbot.siteMistake", { site: first })
      : sites.length > SITES_MAX
        ? t("chatbot.tooManySites", { count: SITES_MAX })
        : "";
  useEffect(() => area.current?.setCustomValidity(mistake), [mistake]);
  return (
    <Field label={t("chatbot.sites")} hint={t("chatbot.sitesHint")}>
      {(wiring) => (
        <textarea
          {...wiring}
          ref={area}
          rows={4}
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          placeholder={"https://www.example.com"}
          value={text}
          onInput={(input) => onText(input.currentTarget.value)}
        />
      )}
    </Field>
  );
}
