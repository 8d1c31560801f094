import { type Difference, touched } from "../../models/playbook-merge";
import type { Flow } from "../../wire/types";
import { useInbox } from "../context";
import { Button } from "../ui/button";
import { useDesk } from "./open";
import { useWho } from "./people";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

const NAMED_MAX = 6;

/** Two people changed the same: what the other one did, and whose it is to be. */
export function Conflict() {
  const say = useWords(texts);
  const { editing } = useDesk();
  const saving = editing.saving.value;
  const name = useWho(saving.is === "conflict" ? saving.theirs.changed_by : null);
  if (saving.is !== "conflict") return null;
  const { theirs, did, cards } = saving;
  return (
    <div class="note pb-conflict" role="alert">
      <p>
        <strong>{say("conflict.title", { name })}</strong>
      </p>
      <Did did={did} before={editing.flow.value} after={theirs.draft} />
      {cards.length > 0 && (
        <>
          <p>{say("conflict.both")}</p>
          <Names ids={cards} flows={[theirs.draft, editing.flow.value]} />
        </>
      )}
      <div class="row">
        <Button onClick={() => editing.decide("theirs")}>{say("conflict.theirs")}</Button>
        <Button onClick={() => editing.decide("mine")}>{say("conflict.mine")}</Button>
      </div>
      <small>{say("conflict.hint")}</small>
    </div>
  );
}

/** Somebody else's changes that were taken over beside one's own. */
export function News() {
  const say = useWords(texts);
  const { editing } = useDesk();
  const name = useWho(editing.playbook.value.changed_by);
  const did = editing.news.value;
  if (did === null) return null;
  return (
    <div class="note pb-conflict" role="status">
      <p>{say("news.title", { name, count: touched(did).length + Number(did.start) })}</p>
      <div class="row">
        <Button
          onClick={() => {
            editing.news.value = null;
          }}
        >
          {say("news.seen")}
        </Button>
      </div>
    </div>
  );
}

function Did({ did, before, after }: { did: Difference; before: Flow; after: Flow }) {
  const say = useWords(texts);
  return (
    <ul class="pb-did">
      {(["added", "changed", "removed"] as const).map((what) =>
        did[what].length === 0 ? null : (
          <li key={what}>
            {say(`conflict.${what}`)} <Names ids={did[what]} flows={[after, before]} />
          </li>
        ),
      )}
      {did.start && <li>{say("conflict.start")}</li>}
    </ul>
  );
}

function Names({ ids, flows }: { ids: readonly string[]; flows: readonly Flow[] }) {
  const say = useWords(texts);
  const { language } = useInbox();
  const more = ids.length - NAMED_MAX;
  return (
    <ul class="pb-names">
      {ids.slice(0, NAMED_MAX).map((id) => {
        const flow = flows.find((one) => Object.hasOwn(one.cards, id));
        return <li key={id}>{flow === undefined ? id : titleOf(flow, id, language)}</li>;
      })}
      {more > 0 && <li>{say("conflict.more", { count: more })}</li>}
    </ul>
  );
}
