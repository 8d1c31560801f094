import { useEffect } from "preact/hooks";
import { moved, stepFrom } from "../../models/playbook-edit";
import { isPassing, placesOf, withCard } from "../../models/playbook-flow";
import { useSpeech } from "../context";
import { Button } from "../ui/button";
import { Menu } from "../ui/menu";
import { kindOf, nameOf } from "./kind";
import { FIRST_FIELD, focusCard, useDesk } from "./open";
import { problemWords } from "./problem-words";
import { texts } from "./texts";
import { useWords } from "./words";

/** The form of the selected card, beside the tree. */
export function CardPanel() {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const id = desk.selected.value;
  const card = id === null ? undefined : desk.editing.flow.value.cards[id];
  if (id === null || card === undefined)
    return (
      <aside class="pb-side" aria-label={say("panel.label")}>
        <p class="pb-hint">{say("panel.none")}</p>
      </aside>
    );
  const kind = kindOf(card);
  return (
    <aside class="pb-side" aria-label={say("panel.label")}>
      <div class="pb-side-head">
        <h2>{nameOf(card, language)}</h2>
        <Doings id={id} />
      </div>
      <Wrong id={id} />
      <Forwards />
      {kind === null ? (
        <p class="note">{say("panel.unknown")}</p>
      ) : (
        <div class="pb-form">
          <kind.Form
            key={id}
            id={id}
            card={card}
            change={(now) => desk.editing.change(withCard(desk.editing.flow.value, id, now))}
          />
        </div>
      )}
    </aside>
  );
}

/** Takes the focus to the field that was asked for, once the form is there. */
function Forwards() {
  const desk = useDesk();
  const wanted = desk.wanted.value;
  useEffect(() => {
    if (wanted === null) return;
    desk.wanted.value = null;
    const field =
      wanted === FIRST_FIELD ? ":is(textarea, input, select)" : `[data-field="${CSS.escape(wanted)}"]`;
    document.querySelector<HTMLElement>(`.pb-form ${field}`)?.focus();
  }, [wanted, desk]);
  return null;
}

/** What the check says of this card. */
function Wrong({ id }: { id: string }) {
  const say = useWords(texts);
  const desk = useDesk();
  const found = desk.editing.problems.value.filter((one) => one.card_id === id);
  if (found.length === 0) return null;
  return (
    <ul class="field-error pb-wrong" aria-label={say("problems.title")}>
      {found.map((one) => (
        <li key={one.code}>{problemWords(one, say)}</li>
      ))}
    </ul>
  );
}

function Doings({ id }: { id: string }) {
  const say = useWords(texts);
  const desk = useDesk();
  const { editing } = desk;
  const flow = editing.flow.value;
  const card = flow.cards[id];
  if (card === undefined) return null;
  const branches = isPassing(card) ? undefined : say("move.branches");
  const step = (way: "up" | "down") => {
    const place = stepFrom(flow, id, way);
    return {
      reason: branches ?? (place === null ? say(`move.no.${way}`) : undefined),
      onSelect: () => {
        if (place === null) return;
        editing.change(moved(flow, id, place));
        requestAnimationFrame(() => focusCard(id));
      },
    };
  };
  const add = (place: typeof desk.adding.value) => () => {
    desk.adding.value = place;
  };
  const [before = null] = placesOf(flow, id);
  return (
    <div class="pb-doings">
      <Menu
        label={say("panel.add")}
        button={say("panel.add")}
        items={[
          {
            label: say("panel.addBefore"),
            onSelect: add(before),
            reason: before === null ? say("panel.lost") : undefined,
          },
          {
            label: say("panel.addAfter"),
            onSelect: add(desk.placeAfter(id)),
            reason: card.kind === "end" ? say("panel.afterEnd") : undefined,
          },
        ]}
      />
      <Menu
        label={say("panel.move")}
        button={say("panel.move")}
        items={[
          { label: say("move.up"), hint: "Alt+↑", ...step("up") },
          { label: say("move.down"), hint: "Alt+↓", ...step("down") },
          {
            label: say("move.toPlace"),
            reason: branches,
            onSelect: () => {
              desk.moving.value = id;
            },
          },
        ]}
      />
      <Button
        kind="danger"
        onClick={() => {
          desk.deleting.value = id;
        }}
      >
        {say("panel.delete")}
      </Button>
    </div>
  );
}
