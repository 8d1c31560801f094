import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Language } from "../../i18n/texts";
import { askUntil } from "../../models/asking";
import { textMistake } from "../../models/detail-texts";
import {
  type AnyField,
  chosen,
  type Details,
  dealMistake,
  emptyDetails,
  inLanguage,
  type Save,
  submit,
  type TextField,
  type TypedDeal,
  unsaved,
  withDeal,
  withRead,
  withRefusal,
  withSaved,
  withText,
} from "../../models/details";
import { draftsOf, withDrafts } from "../../models/drafts";
import { shown } from "../../models/field";
import type { Api } from "../../wire/api";
import { Problem } from "../../wire/problem";
import type { Accepted, ShownDetails } from "../../wire/types";
import { keptInTab } from "../kept";
import { problemFrom } from "../ui/loaded";
import { Notes } from "./notes-kept";
import { Outcomes } from "./outcomes-kept";

/**
 * The details of one conversation, as long as the page lives: what is typed and not saved stays here while the agent looks
 * at something else, and for this agent in this tab when the page is loaded anew.
 */
export class Panel {
  readonly details = signal<Details>(emptyDetails("en"));
  /** Why they cannot be read. */
  readonly problem = signal<Problem | null>(null);
  /** Fields that the person has left since they typed: from then on it is said what is wrong with them. */
  readonly left = signal<ReadonlySet<AnyField>>(new Set());
  readonly hasUnsaved: ReadonlySignal<boolean> = computed(() => unsaved(this.details.value).length > 0);
  readonly notes: Notes;
  readonly outcomes: Outcomes;
  private readonly path: string;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly api: Api,
    readonly conversationId: string,
    me: string,
    language: Language,
  ) {
    this.path = `crm/conversations/${conversationId}`;
    const kept = `details.${me}.${conversationId}`;
    this.details.value = inLanguage(withDrafts(emptyDetails(language), keptInTab.get(kept)), language);
    effect(() => keptInTab.set(kept, draftsOf(this.details.value)));
    this.notes = new Notes(api, conversationId, `note.${me}.${conversationId}`);
    this.outcomes = new Outcomes(api, this.path);
  }

  speak(language: Language): void {
    this.details.value = inLanguage(this.details.value, language);
  }

  /** Reads all of it. A conversation that has just begun is not known here for a moment: then it is asked again. */
  async read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => {
      this.reading = null;
    });
    await this.reading;
  }

  private async readOnce(): Promise<void> {
    const ask = () => this.api.get<ShownDetails>(`${this.path}/details`);
    const begins = this.details.value.known === null;
    const notYet = (failure: unknown) => begins && failure instanceof Problem && failure.status === 404;
    try {
      const told = await askUntil(ask, () => true, notYet);
      this.details.value = withRead(this.details.value, told);
      this.notes.take(told.notes, told.version);
      this.problem.value = null;
      // What was typed before the page was loaded anew is saved now where it can be, or says why not.
      if (begins) this.leaveAll();
      await this.outcomes.read();
    } catch (error) {
      this.problem.value = problemFrom(error);
    }
  }

  typeText(name: TextField, value: string): void {
    this.stay(name);
    this.details.value = withText(this.details.value, name, value);
  }

  typeDeal(value: TypedDeal): void {
    this.stay("deal_value");
    this.details.value = withDeal(this.details.value, value);
  }

  /** The person left a field, or tries again: it saves by itself where it can. */
  async leave(name: AnyField): Promise<void> {
    this.left.value = new Set([...this.left.value, name]);
    if (this.isMistaken(name)) return;
    const { details, save } = submit(this.details.value, name);
    this.details.value = details;
    if (save !== null) await this.send(save);
  }

  /** Leaves all fields, because the panel goes away. */
  leaveAll(): void {
    for (const name of unsaved(this.details.value)) void this.leave(name);
  }

  async choose(name: AnyField, mine: boolean): Promise<void> {
    this.details.value = chosen(this.details.value, name, mine);
    if (mine) await this.leave(name);
  }

  private isMistaken(name: AnyField): boolean {
    const { value } = this.details;
    if (name === "deal_value") return dealMistake(value) !== null;
    return textMistake(name, shown(value.texts[name])) !== null;
  }

  private async send(save: Save): Promise<void> {
    let again: boolean;
    try {
      const done = await this.api.post<Accepted>(`${this.path}/details/${save.path}`, save.body);
      ({ details: this.details.value, again } = withSaved(this.details.value, save.field, done.version));
    } catch (error) {
      ({ details: this.details.value, again } = withRefusal(
        this.details.value,
        save.field,
        problemFrom(error),
      ));
    }
    if (again) await this.leave(save.field);
  }

  private stay(name: AnyField): void {
    if (!this.left.value.has(name)) return;
    this.left.value = new Set([...this.left.value].filter((one) => one !== name));
  }
}
