import { useState } from "preact/hooks";
import { canDelete, deleted, inserted, isFull, moved, whyNotThere } from "../../models/playbook-edit";
import { type Place, START, waysOf } from "../../models/playbook-flow";
import { differenceOf } from "../../models/playbook-merge";
import { orderOf, treeOf } from "../../models/playbook-tree";
import type { Flow } from "../../wire/types";
import { useSpeech } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { KINDS, wayNameOf } from "./kind";
import { FIRST_FIELD, useDesk } from "./open";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

/** What is asked for about a card: which kind to add, where to move it, whether to take it out. */
export function Dialogs() {
  const desk = useDesk();
  const { adding, moving, deleting } = desk;
  if (adding.value !== null) return <AddCard place={adding.value} />;
  if (moving.value !== null) return <MoveCard id={moving.value} />;
  if (deleting.value !== null) return <DeleteCard id={deleting.value} />;
  return null;
}

function AddCard({ place }: { place: Place }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const { editing } = desk;
  const full = isFull(editing.flow.value);
  const close = () => {
    desk.adding.value = null;
  };
  const spoken = editing.playbook.value.look.language ?? "en";
  return (
    <Dialog title={say("add.title")} onClose={close}>
      {full && <p class="note">{say("add.full")}</p>}
      <ul class="pb-kinds">
        {KINDS.map((kind) => (
          <li key={kind.kind}>
            <Button
              reason={full ? say("add.full") : null}
              onClick={() => {
                close();
                const made = (next: string) => kind.fresh(next, spoken);
                const { flow, id } = inserted(editing.flow.value, place, kind.kind, made);
                editing.change(flow);
                // A new card is written at once.
                desk.select(id, FIRST_FIELD);
              }}
            >
              <strong>{kind.name[language]}</strong>
              <small>{kind.hint[language]}</small>
            </Button>
          </li>
        ))}
      </ul>
      <div class="dialog-buttons">
        <Button onClick={close}>{say("cancel")}</Button>
      </div>
    </Dialog>
  );
}

interface Target {
  place: Place;
  name: string;
}

function MoveCard({ id }: { id: string }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const flow = desk.editing.flow.value;
  const targets = targetsOf(flow, id, say("move.start"), (name, way) =>
    way === null ? say("move.after", { name }) : say("move.onPath", { name, way }),
  );
  const [at, setAt] = useState(0);
  const close = () => {
    desk.moving.value = null;
  };
  return (
    <Dialog title={say("move.title", { name: titleOf(flow, id, language) })} onClose={close}>
      <form
        class="form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          const target = targets[at];
          close();
          if (target === undefined) return;
          desk.editing.change(moved(flow, id, target.place));
          desk.goTo(id);
        }}
      >
        <Field label={say("move.to")}>
          {(wiring) => (
            <select {...wiring} value={at} onChange={(changed) => setAt(Number(changed.currentTarget.value))}>
              {targets.map(({ name }, index) => (
                <option key={name} value={index}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div class="dialog-buttons">
          <Button onClick={close}>{say("cancel")}</Button>
          <Button kind="primary" type="submit">
            {say("move.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );

  function targetsOf(
    all: Flow,
    card: string,
    start: string,
    named: (name: string, way: string | null) => string,
  ): Target[] {
    const found: Target[] = [{ place: START, name: start }];
    for (const [number, from] of orderOf(treeOf(all)).entries()) {
      const other = all.cards[from];
      if (other === undefined || from === card) continue;
      const ways = waysOf(other);
      for (const { key } of ways) {
        const way = ways.length === 1 && key === "next" ? null : wayNameOf(other, key, language);
        // Its number tells apart cards that say the same.
        const name = named(`${number + 1}. ${titleOf(all, from, language)}`, way);
        found.push({ place: { from, key }, name });
      }
    }
    return found.filter(({ place }) => whyNotThere(all, card, place) === null);
  }
}

function DeleteCard({ id }: { id: string }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const flow = desk.editing.flow.value;
  const possible = canDelete(flow, id);
  const after = deleted(flow, id);
  const others = differenceOf(flow, after).removed.filter((one) => one !== id);
  const close = () => {
    desk.deleting.value = null;
  };
  const go = () => {
    const order = orderOf(treeOf(flow));
    const left = order.filter((one) => Object.hasOwn(after.cards, one));
    const before = order.slice(0, order.indexOf(id)).findLast((one) => left.includes(one));
    close();
    desk.editing.change(after);
    desk.goTo(before ?? after.start);
  };
  return (
    <Dialog title={say("delete.title", { name: titleOf(flow, id, language) })} onClose={close}>
      {!possible && <p>{say("delete.onlyWay")}</p>}
      {possible && others.length === 0 && <p>{say("delete.text")}</p>}
      {others.length > 0 && (
        <>
          <p>{say("delete.others", { count: others.length })}</p>
          <ul class="pb-names">
            {others.map((one) => (
              <li key={one}>{titleOf(flow, one, language)}</li>
            ))}
          </ul>
        </>
      )}
      <div class="dialog-buttons">
        <Button onClick={close}>{say("cancel")}</Button>
        {possible && (
          <Button kind="danger" onClick={go}>
            {say("delete.do")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
