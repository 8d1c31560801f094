import {
  CHOICES_MAX,
  isFull,
  UNWRITTEN,
  withoutPath,
  withPath,
  withPathMoved,
} from "../../../models/playbook-edit";
import type { QuestionCard } from "../../../wire/types";
import { Button } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { FormedField } from "../formed";
import type { FormProps, KindView } from "../kind";
import { LeadsTo } from "../leads-to";
import { useDesk } from "../open";
import { texts } from "../texts";
import { useWords } from "../words";
import { Written } from "../written";

function Form({ id, card, change }: FormProps<QuestionCard>) {
  const say = useWords(texts);
  const { editing } = useDesk();
  const flow = editing.flow.value;
  const full =
    card.choices.length >= CHOICES_MAX
      ? say("form.tooManyPaths", { count: CHOICES_MAX })
      : isFull(flow)
        ? say("add.full")
        : null;
  return (
    <>
      <FormedField
        label={say("form.question")}
        text={card.text}
        body={card.body}
        lines={3}
        name="question"
        onFormed={(formed) => change({ ...card, ...formed })}
      />
      <section class="pb-paths" aria-label={say("form.paths")}>
        <h3>{say("form.paths")}</h3>
        <ol>
          {card.choices.map((choice, at) => (
            <li key={choice.choice_id}>
              <Path id={id} card={card} at={at} change={change} />
            </li>
          ))}
        </ol>
        <Button reason={full} onClick={() => editing.change(withPath(flow, id))}>
          {say("form.addPath")}
        </Button>
      </section>
    </>
  );
}

function Path({ id, card, at, change }: FormProps<QuestionCard> & { at: number }) {
  const say = useWords(texts);
  const desk = useDesk();
  const { editing } = desk;
  const choice = card.choices[at];
  if (choice === undefined) return null;
  const label = (text: string) =>
    change({
      ...card,
      choices: card.choices.map((one, place) => (place === at ? { ...one, label: text } : one)),
    });
  const number = at + 1;
  const move = (to: number) => editing.change(withPathMoved(editing.flow.value, id, at, to));
  const count = card.choices.length;
  return (
    <>
      <div class="pb-path">
        <Written
          label={say("form.label", { number })}
          value={choice.label}
          maxLength={120}
          name={`choices/${at}`}
          onValue={label}
        />
        <Menu
          label={say("form.pathMenu", { number })}
          button="…"
          kind="quiet"
          items={[
            {
              label: say("form.addHere"),
              onSelect: () => (desk.adding.value = { from: id, key: `choices/${at}` }),
            },
            {
              label: say("form.pathUp"),
              reason: at === 0 ? say("form.first") : undefined,
              onSelect: () => move(at - 1),
            },
            {
              label: say("form.pathDown"),
              reason: at === count - 1 ? say("form.last") : undefined,
              onSelect: () => move(at + 1),
            },
            {
              label: say("form.pathDelete"),
              danger: true,
              reason: count < 2 ? say("form.onlyPath") : undefined,
              onSelect: () => editing.change(withoutPath(editing.flow.value, id, at)),
            },
          ]}
        />
      </div>
      <LeadsTo id={id} way={`choices/${at}`} label={say("form.leadsTo")} />
    </>
  );
}

export const kind: KindView<QuestionCard> = {
  kind: "question",
  order: 10,
  name: { en: "Question", "pt-BR": "Pergunta" },
  hint: {
    en: "Asks, and offers paths to choose from.",
    "pt-BR": "Pergunta e oferece caminhos para escolher.",
  },
  headline: (card) => card.text,
  fresh: (next) => ({
    kind: "question",
    text: UNWRITTEN,
    choices: [{ choice_id: "path_1", label: UNWRITTEN, next }],
  }),
  wayName: (card, key) => card.choices[Number(key.split("/")[1])]?.label ?? "",
  Form,
};
