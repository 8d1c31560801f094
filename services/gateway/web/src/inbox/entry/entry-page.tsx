import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { LANGUAGES } from "../../i18n/texts";
import { useSpeech } from "../context";
import { NAMES } from "../language";

/** The frame of pages for those who are not inside yet. */
export function EntryPage({ title, children }: { title: string; children?: ComponentChildren }) {
  const { t, language, setLanguage } = useSpeech();
  useEffect(() => {
    document.title = `${title} · ${t("shell.product")}`;
  }, [title, t]);
  return (
    <main class="entry">
      <div class="entry-card">
        <p class="brand">{t("shell.product")}</p>
        <h1>{title}</h1>
        {children}
      </div>
      <p class="entry-languages">
        {LANGUAGES.map((one) => (
          <button
            type="button"
            key={one}
            class="button quiet"
            lang={one}
            aria-pressed={one === language}
            onClick={() => setLanguage(one)}
          >
            {NAMES[one]}
          </button>
        ))}
      </p>
    </main>
  );
}
