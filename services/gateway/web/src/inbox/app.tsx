import { useEffect, useMemo, useState } from "preact/hooks";
import { formatOf, regionOf } from "../i18n/format";
import { type Language, translator } from "../i18n/texts";
import type { Account } from "../wire/types";
import { type Inbox, InboxContext, type Speech, SpeechContext, useSpeech } from "./context";
import { EntryPage } from "./entry/entry-page";
import { SignIn } from "./entry/sign-in";
import { WithLink } from "./entry/with-link";
import { language, pick } from "./language";
import { OwnApi } from "./own-api";
import { go, route } from "./router";
import { api, begin, chooseLanguage, type Entry, entry, over, refreshMe } from "./session";
import { Shell } from "./shell/shell";
import { askToSignOut } from "./sign-out";
import { Store } from "./store";
import { textsOf } from "./texts/dictionary";
import { toast } from "./toasts";
import { problemFrom } from "./ui/loaded";
import { Failure, Skeleton } from "./ui/states";
import { Toasts } from "./ui/toasts";

export function App() {
  const spoken = language.value;
  const speech = useMemo<Speech>(
    () => ({
      t: translator(spoken, textsOf(spoken)),
      format: formatOf(spoken, undefined, regionOf(spoken, navigator.languages)),
      language: spoken,
      setLanguage: pick,
      toast,
    }),
    [spoken],
  );
  useEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  return (
    <SpeechContext.Provider value={speech}>
      <Way />
      <Toasts />
    </SpeechContext.Provider>
  );
}

/** The page of a one-time link is shown to whoever comes with one, also to somebody who is signed in. */
function Way() {
  const at = route.value;
  if (at.page === "join" || at.page === "reset")
    return <WithLink key={at.page} page={at.page} link={at.link} />;
  return <Inside entry={entry.value} />;
}

function Inside({ entry }: { entry: Entry }) {
  const { t } = useSpeech();
  switch (entry.is) {
    case "starting":
      return (
        <EntryPage title={t("entry.starting")}>
          <Skeleton />
        </EntryPage>
      );
    case "stuck":
      return (
        <EntryPage title={t("shell.product")}>
          <Failure problem={entry.problem} onRetry={() => void begin()} />
        </EntryPage>
      );
    case "out":
      return <SignIn ended={entry.ended} />;
    case "in":
      return <SignedIn key={entry.me.agent_id} me={entry.me} />;
  }
}

/** For the agent, wherever they read. */
function choose(chosen: Language): void {
  chooseLanguage(chosen).catch((error) => toast(problemFrom(error), () => choose(chosen)));
}

/** Everything that needs somebody; its store lives as long as they are signed in. */
function SignedIn({ me }: { me: Account }) {
  const speech = useSpeech();
  const [outdated, setOutdated] = useState(false);
  const [own] = useState(() => new OwnApi(api));
  const [store] = useState(
    () =>
      new Store(own, me, {
        over: (why) => (why === "bad_frame" ? setOutdated(true) : over()),
        // Where the session is over as well, the socket tells so by itself.
        roleChanged: () => void refreshMe().catch(() => undefined),
      }),
  );
  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);
  const at = route.value;
  useEffect(() => {
    if (at.page === "sign-in") go("/inbox", true);
  }, [at]);
  const inbox = useMemo<Inbox>(
    () => ({
      ...speech,
      setLanguage: choose,
      api: own,
      me,
      store,
      route: at,
      go,
      signOut: () => askToSignOut(store),
      refreshMe,
    }),
    [speech, own, me, store, at],
  );
  return (
    <InboxContext.Provider value={inbox}>
      <Shell outdated={outdated} />
    </InboxContext.Provider>
  );
}
