import { useMemo } from "preact/hooks";
import { type Run, treeOf } from "../../models/playbook-tree";
import type { VersionFunnel } from "../../wire/types";
import { useInbox, useSpeech } from "../context";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Failure, Skeleton } from "../ui/states";
import { wayNameOf } from "./kind";
import { cameTo, type Figures, figuresOf, wentOn } from "./numbers";
import { useDesk } from "./open";
import { texts } from "./texts";
import { titleOf } from "./title";
import { useWords } from "./words";

const ENDS = ["end_card", "taken_over", "conversation_closed", "left"] as const;
const BESIDE = ["asked_for_person", "qualified", "disqualified"] as const;

/** What became of the visits to a version, in a line: only what there was. */
export function Totals({ funnel }: { funnel: VersionFunnel | undefined }) {
  const say = useWords(texts);
  const told = [...ENDS, ...BESIDE].filter((what) => (funnel?.[what] ?? 0) > 0);
  const visits = say("numbers.went", { count: funnel?.visits ?? 0 });
  return (
    <small>{[visits, ...told.map((what) => `${say(`dry.${what}`)}: ${funnel?.[what]}`)].join(" · ")}</small>
  );
}

interface FiguresProps {
  published: number;
  onClose: () => void;
}

/** What became of the visits to a version, card by card: its own cards, whatever the draft is by now. */
export function VersionFigures({ published, onClose }: FiguresProps) {
  const say = useWords(texts);
  const { t, api } = useInbox();
  const { editing } = useDesk();
  const path = `playbook/playbooks/${editing.playbook.value.playbook_id}`;
  const read = useLoaded(`${path}/${published}`, () => figuresOf(api, path, published));
  return (
    <Dialog title={say("numbers.title", { number: published })} onClose={onClose} wide>
      {read.problem !== null && <Failure problem={read.problem} onRetry={() => void read.again()} />}
      {read.value === null && read.problem === null && <Skeleton lines={4} />}
      {read.value !== null && <Cards figures={read.value} />}
      <div class="dialog-buttons">
        <Button kind="primary" onClick={onClose}>
          {t("pages.done")}
        </Button>
      </div>
    </Dialog>
  );
}

function Cards({ figures }: { figures: Figures }) {
  const tree = useMemo(() => treeOf(figures.flow), [figures]);
  return (
    <div class="pb-changes">
      {[tree.main, ...tree.lost].map((run) => (
        <Steps key={run.place.key} run={run} figures={figures} />
      ))}
    </div>
  );
}

function Steps({ run, figures }: { run: Run; figures: Figures }) {
  const say = useWords(texts);
  const { language } = useSpeech();
  const { flow } = figures;
  return (
    <ul>
      {run.steps.map(({ id, ways }) => {
        const card = flow.cards[id];
        const { came = 0, left = 0 } = cameTo(figures, id) ?? {};
        return (
          <li key={id}>
            <bdi>{titleOf(flow, id, language)}</bdi>{" "}
            <span class="pb-came">
              {say("numbers.came", { count: came })}
              {left > 0 && ` · ${say("numbers.left", { count: left })}`}
            </span>
            {card !== undefined && ways.length > 0 && (
              <ul>
                {ways.map(({ key, run: below }) => (
                  <li key={key}>
                    <strong dir="auto">{wayNameOf(card, key, language)}</strong>{" "}
                    <span class="pb-went">
                      {say("numbers.went", { count: wentOn(figures, id, card, key) ?? 0 })}
                    </span>
                    <Steps run={below} figures={figures} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
      {run.goesTo !== null && (
        <li>{say("tree.goesTo", { title: titleOf(flow, run.goesTo.id, language) })}</li>
      )}
    </ul>
  );
}

/** Which version's figures stand beside the draft's cards. */
export function WhoseFigures() {
  const say = useWords(texts);
  const { numbers } = useDesk();
  const shown = numbers.shown.value;
  return (
    <p class="pb-hint" role="status">
      {shown !== null && say("numbers.of", { number: shown.published })}
    </p>
  );
}
