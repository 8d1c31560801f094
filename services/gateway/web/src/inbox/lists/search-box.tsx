import { useInbox } from "../context";

/** Looks through all conversations; Escape ends it. */
export function SearchBox() {
  const { t, store } = useInbox();
  const { search } = store;
  return (
    <search>
      <input
        type="search"
        aria-label={t("search.label")}
        placeholder={t("search.label")}
        maxLength={200}
        value={search.words.value}
        onInput={(input) => search.type(input.currentTarget.value, search.found.value?.folder)}
        onKeyDown={(press) => {
          if (press.key === "Enter") void search.begin();
          if (press.key === "Escape") search.type("");
        }}
      />
    </search>
  );
}
