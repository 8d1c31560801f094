import { useMemo, useRef } from "preact/hooks";
import type { Card, Place } from "../../models/playbook-flow";
import { type Run, type Step, treeOf } from "../../models/playbook-tree";
import type { Flow } from "../../wire/types";
import { useSpeech } from "../context";
import { memo } from "../ui/memo";
import type { Editor } from "./beside";
import { dragging } from "./dragging";
import { headlineOf, nameOf, wayNameOf } from "./kind";
import { cameTo, type Figures, wentOn } from "./numbers";
import { useDesk } from "./open";
import { texts } from "./texts";
import { titleOf } from "./title";
import { pressed } from "./tree-keys";
import { useWords } from "./words";

const HEADINGS = ["h3", "h4", "h5", "h6"] as const;

/** All cards: runs as columns, and below a card with several ways the runs side by side. */
export function TreeView() {
  const say = useWords(texts);
  const desk = useDesk();
  const flow = desk.editing.flow.value;
  const tree = useMemo(() => treeOf(flow), [flow]);
  const wrong = desk.editing.problems.value;
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const { card_id } of wrong) found.set(card_id, (found.get(card_id) ?? 0) + 1);
    return found;
  }, [wrong]);
  const others = desk.beside.others.value;
  const beside = useMemo(() => namesByCard(others), [others]);
  const box = useRef<HTMLElement>(null);
  const selected = desk.selected.value;
  const shown = {
    flow,
    counts,
    numbers: desk.numbers.shown.value,
    beside,
    selected,
    stop: selected !== null && flow.cards[selected] ? selected : flow.start,
  };
  return (
    <section
      ref={box}
      class="pb-tree"
      aria-label={say("tree.label")}
      onKeyDown={(press) => pressed(press, desk, tree)}
      onPointerDown={(down) => dragging(down, desk)}
    >
      <h2 class="unseen">{say("tree.label")}</h2>
      <p class="unseen">{say("tree.keys")}</p>
      <RunView run={tree.main} level={0} shown={shown} />
      {tree.lost.length > 0 && (
        <div class="pb-lost">
          <h3>{say("tree.lost")}</h3>
          <p>{say("tree.lostText")}</p>
          {tree.lost.map((run) => (
            <RunView key={run.place.key} run={run} level={1} shown={shown} />
          ))}
        </div>
      )}
    </section>
  );
}

interface Shown {
  flow: Flow;
  counts: ReadonlyMap<string, number>;
  numbers: Figures | null;
  /** Who else is at which card. */
  beside: ReadonlyMap<string, string>;
  selected: string | null;
  /** The one card at which Tab stops. */
  stop: string;
}

function namesByCard(others: readonly Editor[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, cardId } of others)
    if (cardId !== null) found.set(cardId, [found.get(cardId) ?? [], name].flat().join(", "));
  return found;
}

function RunView({ run, level, shown }: { run: Run; level: number; shown: Shown }) {
  const { goesTo } = run;
  return (
    <ol class="pb-run">
      {run.steps.map((step) => (
        <li key={step.id}>
          {isReal(step.place) && <Gap from={step.place.from} way={step.place.key} />}
          <StepView step={step} level={level} shown={shown} />
        </li>
      ))}
      {goesTo !== null && (
        <li key="goes-to">
          <Gap from={goesTo.place.from} way={goesTo.place.key} />
          <Elsewhere id={goesTo.id} shown={shown} />
        </li>
      )}
    </ol>
  );
}

/** What hangs nowhere has no place where something could hang instead. */
function isReal(place: Place): boolean {
  return place.from !== null || place.key === "start";
}

function StepView({ step, level, shown }: { step: Step; level: number; shown: Shown }) {
  const { language } = useSpeech();
  const { flow, counts, numbers, beside, selected, stop } = shown;
  const came = cameTo(numbers, step.id);
  const card = flow.cards[step.id];
  if (card === undefined) return null;
  const Heading = HEADINGS[Math.min(level, HEADINGS.length - 1)] ?? "h6";
  return (
    <>
      <CardButton
        id={step.id}
        card={card}
        wrong={counts.get(step.id) ?? 0}
        came={came?.came ?? null}
        left={came?.left ?? 0}
        beside={beside.get(step.id) ?? ""}
        selected={selected === step.id}
        stop={stop === step.id}
      />
      {step.ways.length > 0 && (
        <ol class="pb-ways">
          {step.ways.map(({ key, run }) => (
            <li key={key} class={key === "offline_flow" ? "pb-way pb-offline" : "pb-way"}>
              <Heading>
                <PathLabel
                  id={step.id}
                  way={key}
                  label={wayNameOf(card, key, language)}
                  went={wentOn(numbers, step.id, card, key)}
                />
              </Heading>
              <RunView run={run} level={level + 1} shown={shown} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

interface CardButtonProps {
  id: string;
  card: Card;
  wrong: number;
  /** How many visits came to it, and how many of them went no further; null while that is not shown. */
  came: number | null;
  left: number;
  /** The names of others who have it selected. */
  beside: string;
  selected: boolean;
  stop: boolean;
}

const CardButton = memo(function CardButton(props: CardButtonProps) {
  const { id, card, wrong, came, left, beside, selected, stop } = props;
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  const headline = headlineOf(card, language);
  return (
    <button
      type="button"
      class={wrong > 0 ? "pb-card wrong" : "pb-card"}
      data-card={id}
      data-kind={card.kind}
      aria-current={selected ? "true" : undefined}
      tabIndex={stop ? 0 : -1}
      onClick={() => desk.select(id)}
    >
      <span class="pb-grip" aria-hidden="true">
        ⠿
      </span>
      <span class="pb-kind">{nameOf(card, language)}</span>
      <span class={headline === "" ? "pb-said pb-unwritten" : "pb-said"} dir="auto">
        {headline === "" ? say("tree.unwritten") : headline}
      </span>
      {came !== null && (
        <span class="pb-came">
          {say("numbers.came", { count: came })}
          {left > 0 && ` · ${say("numbers.left", { count: left })}`}
        </span>
      )}
      {beside !== "" && (
        <span class="badge" dir="auto">
          {beside}
        </span>
      )}
      {wrong > 0 && <span class="badge danger">{say("tree.wrong", { count: wrong })}</span>}
    </button>
  );
});

interface PathLabelProps {
  id: string;
  way: string;
  label: string;
  went: number | null;
}

const PathLabel = memo(function PathLabel({ id, way, label, went }: PathLabelProps) {
  const say = useWords(texts);
  const desk = useDesk();
  const blank = label.trim() === "" || label === way;
  return (
    <button
      type="button"
      class={blank ? "pb-label pb-unwritten" : "pb-label"}
      tabIndex={-1}
      dir="auto"
      onClick={() => desk.select(id, way)}
    >
      {blank ? say("tree.unlabelled") : label}
      {went !== null && <small class="pb-went"> {say("numbers.went", { count: went })}</small>}
    </button>
  );
});

/** Between two cards: here another one can be added, or dropped. */
const Gap = memo(function Gap({ from, way }: { from: string | null; way: string }) {
  const say = useWords(texts);
  const desk = useDesk();
  return (
    <button
      type="button"
      class="pb-gap"
      data-from={from ?? ""}
      data-way={way}
      tabIndex={-1}
      title={say("tree.add")}
      aria-label={say("tree.add")}
      onClick={() => {
        desk.adding.value = { from, key: way };
      }}
    >
      +
    </button>
  );
});

function Elsewhere({ id, shown }: { id: string; shown: Shown }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const desk = useDesk();
  return (
    <button type="button" class="pb-elsewhere" tabIndex={-1} onClick={() => desk.goTo(id)}>
      {say("tree.goesTo", { title: titleOf(shown.flow, id, language) })}
    </button>
  );
}
