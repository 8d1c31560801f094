import { pathOf } from "../../models/route";
import type { SavedView } from "../../wire/types";
import { useInbox } from "../context";
import { Icon } from "../ui/icon";
import { problemFrom } from "../ui/loaded";

/** One's own views, under the folders. */
export function ViewLinks() {
  const { t, store, route } = useInbox();
  const views = store.views.all.value;
  if (views.length === 0) return null;
  const shown = route.page === "live-chat" ? store.views.shown(store.search.words.value) : null;
  return (
    <>
      <h2 class="nav-title">{t("views.title")}</h2>
      <ul class="folders" aria-label={t("views.title")}>
        {views.map((view) => (
          <ViewLink key={view.view_id} view={view} here={view === shown} />
        ))}
      </ul>
    </>
  );
}

function ViewLink({ view, here }: { view: SavedView; here: boolean }) {
  const { t, store, go, toast } = useInbox();
  const remove = () => {
    store.views.remove(view).catch((error: unknown) => toast(problemFrom(error), remove));
  };
  const show = () => {
    store.views.choose(view);
    go(pathOf(view.folder));
  };
  return (
    <li class="view-link">
      <button
        type="button"
        class="way"
        title={view.name}
        aria-current={here ? "page" : undefined}
        onClick={show}
      >
        <span class="clip">{view.name}</span>
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={t("views.remove", { name: view.name })}
        title={t("views.remove", { name: view.name })}
        onClick={remove}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}
