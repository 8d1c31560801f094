// Made from wire.schema.json; `make types` writes it anew.

/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OutgoingFrame".
 */
export type OutgoingFrame = Authorise | Renew | Follow | Unfollow | Ping | View | Edit | IsTyping;
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "StreamEvent".
 */
export type StreamEvent =
  | EventAnswerGiven
  | EventAnswerWithheld
  | EventAssigned
  | EventBotPosted
  | EventCardShown
  | EventClosed
  | EventConsentGiven
  | EventConversationStarted
  | EventDetailCaptured
  | EventLiveChatDeclined
  | EventLiveChatDropped
  | EventLiveChatRequested
  | EventLiveChatStarted
  | EventMessagePosted
  | EventMessagesRead
  | EventOfflineFlowStarted
  | EventReassigned
  | EventReleased
  | EventVisitEnded
  | EventVisitStarted
  | EventVisitTakenOver
  | EventVisitorLeft
  | EventVisitorReturned
  | EventWaitExpired;

export interface Wire {}
/**
 * A command was carried out: its stream and the version that it led to; `ids` names what it made.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Accepted".
 */
export interface Accepted {
  stream: string;
  version: number;
  repeated?: boolean;
  ids?: {
    [k: string]: string;
  };
}
/**
 * Who the caller is, and where. `language` is what they chose for the inbox; null: nothing yet.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Account".
 */
export interface Account {
  agent_id: string;
  workspace_id: string;
  name: string;
  role: "owner" | "editor" | "agent";
  language: ("en" | "pt-BR") | null;
}
/**
 * Asks the CRM for a follow-up and goes on.
 *
 * `title` and `note` may hold the names of captured fields in braces, as in "Call {name}". `deal_value_minor` is in
 * minor units of `currency` (ISO 4217); `due_in_days` is for an activity. `deal_value_field` and `due_field` name
 * captured fields that tell them instead, where the visitor gave such a number of whole units, or such a date.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ActionCard".
 */
export interface ActionCard {
  kind?: "action";
  follow_up: "activity" | "lead" | "deal";
  title?: string | null;
  note?: string | null;
  deal_value_minor?: number | null;
  currency?: string | null;
  due_in_days?: number | null;
  deal_value_field?: string | null;
  due_field?: string | null;
  next: string;
}
/**
 * Something to do, with the time by which it is due.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ActivityBody".
 */
export interface ActivityBody {
  title?: string | null;
  note?: string | null;
  kind?: "call" | "meeting" | "task" | "email";
  due_at?: string | null;
}
/**
 * An agent in a list. `version` is that of the last event that changed the row.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Agent".
 */
export interface Agent {
  agent_id: string;
  name: string;
  online: boolean;
  changed_at: string;
  version: number;
}
/**
 * One agent's presence (`agents.state.v1`, key = agent id).
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "AgentRow".
 */
export interface AgentRow {
  kind: "agent";
  generation: number;
  version: number;
  agent_id: string;
  name: string;
  online: boolean;
  changed_at: string;
}
/**
 * An agent's session; shown once, and null where it went into the browser's cookie.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "AgentSession".
 */
export interface AgentSession {
  token: string;
  token_expires_at: string;
  session_expires_at: string;
  session: string | null;
  agent_id: string;
  workspace_id: string;
}
/**
 * A choice. `arrival` says which showing of the card it answers, where a card may be shown twice.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "AnswerBody".
 */
export interface AnswerBody {
  card_id: string;
  choice_id: string;
  arrival?: number | null;
}
/**
 * Assign to an agent; `expected_holder` is who held the conversation on the asking agent's screen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "AssignBody".
 */
export interface AssignBody {
  agent_id: string;
  expected_holder: string | null;
}
/**
 * A file that a message brings: its name as its sender gave it, its type by its content, its size in bytes.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Attachment".
 */
export interface Attachment {
  file_id: string;
  name: string;
  content_type: string;
  size_bytes: number;
}
/**
 * The first frame: who it is and what the screen has, as the last version of each stream.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Authorise".
 */
export interface Authorise {
  type: "authorise";
  token: string;
  have?: {
    [k: string]: number;
  };
  folders?: boolean;
  tab?: string;
}
/**
 * How a playbook's widget behaves. `hides_offline`: its button is not on the page while no agent is online.
 *
 * The panel opens by itself `opens_after_s` seconds after the page was there, where that is not 0, once a day in a
 * browser; `opens_on_phones`: also where it fills the screen. `privacy` is what visits are told of personal data.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Behaviour".
 */
export interface Behaviour {
  hides_offline?: boolean;
  opens_after_s?: number;
  opens_on_phones?: boolean;
  privacy?: Privacy | null;
}
/**
 * A text about personal data; `asks`: visitors agree to it before they give the bot any.
 *
 * One with a form has it in `body`; `text` is then the same in plain words, made of it whatever was sent there.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Privacy".
 */
export interface Privacy {
  text: string;
  body?: (Paragraph | Listing | Picture)[];
  asks?: boolean;
}
/**
 * Runs, one after the other.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Paragraph".
 */
export interface Paragraph {
  kind?: "paragraph";
  runs: Run[];
}
/**
 * Letters that stand together and look alike; with a `link` they lead there.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Run".
 */
export interface Run {
  text: string;
  bold?: boolean;
  italic?: boolean;
  link?: string | null;
}
/**
 * A list, with bullets or numbers; each item is runs, one after the other.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Listing".
 */
export interface Listing {
  kind?: "list";
  numbered?: boolean;
  items: Run[][];
}
/**
 * A picture at an address of somebody's; `alt` tells in words what is to be seen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Picture".
 */
export interface Picture {
  kind?: "picture";
  address: string;
  alt: string;
}
/**
 * Another behaviour, whole.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BehaviourBody".
 */
export interface BehaviourBody {
  behaviour: Behaviour;
}
/**
 * Whether a conversation's visitor is blocked; by whom, why and since when, where they are.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Block".
 */
export interface Block {
  visitor_id: string;
  blocked: boolean;
  by_name?: string | null;
  reason?: string | null;
  blocked_at?: string | null;
}
/**
 * Why, for the other agents.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BlockBody".
 */
export interface BlockBody {
  reason?: string | null;
}
/**
 * A blocked visitor: by whom, why, and in which conversation. `version` is that of the visitor's stream.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BlockedVisitor".
 */
export interface BlockedVisitor {
  visitor_id: string;
  conversation_id: string;
  by: string;
  by_name: string;
  reason: string | null;
  blocked_at: string;
  version: number;
}
/**
 * Whoever speaks until an agent comes, as the playbook's look names them now.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Bot".
 */
export interface Bot {
  name: string;
}
/**
 * Between which a free number lies, or the length of a free text in characters.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Bounds".
 */
export interface Bounds {
  least?: number | null;
  most?: number | null;
}
/**
 * When the team is there, by the wall clocks of `time_zone` (an IANA name), also where clocks are changed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "BusinessHours".
 */
export interface BusinessHours {
  time_zone: string;
  week: Week;
  special_days?: SpecialDay[];
}
/**
 * The intervals of each day of the week; a day that is not named is closed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Week".
 */
export interface Week {
  monday?: OpenInterval[];
  tuesday?: OpenInterval[];
  wednesday?: OpenInterval[];
  thursday?: OpenInterval[];
  friday?: OpenInterval[];
  saturday?: OpenInterval[];
  sunday?: OpenInterval[];
}
/**
 * From `opens` until just before `closes`, on one day; 24:00 is its end.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OpenInterval".
 */
export interface OpenInterval {
  opens: string;
  closes: string;
}
/**
 * A date with intervals of its own, whatever day of the week it is; none: closed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SpecialDay".
 */
export interface SpecialDay {
  date: string;
  intervals?: OpenInterval[];
}
/**
 * A text that all agents share. Only its author, or an owner, may change or remove it.
 *
 * `{visitor_name}` and `{agent_name}` in the text are for the screen to fill in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CannedReply".
 */
export interface CannedReply {
  reply_id: string;
  shortcut: string;
  title: string;
  text: string;
  author_id: string;
  author_name: string;
  changed_at: string;
  version: number;
}
/**
 * Asks for one detail and waits for it. `field` names where the detail goes.
 *
 * A free field has a `key` and a `label` of its own and a `type`; one of type choice takes one of `options`. `least`
 * and `most` bound a free number, and the length of a free text in characters.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CaptureCard".
 */
export interface CaptureCard {
  kind?: "capture";
  text: string;
  field: "name" | "email" | "phone" | "company" | "free";
  key?: string | null;
  label?: string | null;
  type?: "text" | "number" | "date" | "choice";
  options?: string[];
  least?: number | null;
  most?: number | null;
  retry_text: string;
  next: string;
}
/**
 * One captured detail; a free field's has its label. `verified`: the customer's own server has signed for it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Captured".
 */
export interface Captured {
  field: string;
  label?: string | null;
  value: string;
  verified?: boolean;
}
/**
 * What a capture card asked for: a name, an e-mail, or a free field's key. Capitals do not matter.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CapturedIs".
 */
export interface CapturedIs {
  compare: "known" | "is" | "contains" | "at_least" | "at_most";
  value?: string;
  of?: "captured";
  field: string;
}
/**
 * A card, whole.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CardBody".
 */
export interface CardBody {
  card: QuestionCard | MessageCard | CaptureCard | ConditionCard | LiveChatCard | QualifyCard | ActionCard | EndCard;
}
/**
 * Asks, and waits for one of its choices.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QuestionCard".
 */
export interface QuestionCard {
  kind?: "question";
  text: string;
  body?: (Paragraph | Listing | Picture)[];
  choices: Choice[];
}
/**
 * One answer that a question card offers: the label of a path and the first card of that path.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Choice".
 */
export interface Choice {
  choice_id: string;
  label: string;
  next: string;
}
/**
 * Says something and goes on.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MessageCard".
 */
export interface MessageCard {
  kind?: "message";
  text: string;
  body?: (Paragraph | Listing | Picture)[];
  next: string;
}
/**
 * Goes on to the first of its cases that holds, or else to `otherwise`; the visitor sees nothing of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ConditionCard".
 */
export interface ConditionCard {
  kind?: "condition";
  cases: Case[];
  otherwise: string;
}
/**
 * Where a condition card leads if all of this is so.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Case".
 */
export interface Case {
  when: (CapturedIs | PageIs | UtmIs | LocaleIs | HoursAre | SomebodyOnline | VisitorReturns)[];
  next: string;
}
/**
 * The address of the page that the visitor sees.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PageIs".
 */
export interface PageIs {
  compare: "is" | "contains" | "starts_with";
  value?: string;
  of?: "page";
}
/**
 * A UTM parameter of the last page that the visitor came to with any.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "UtmIs".
 */
export interface UtmIs {
  compare: "known" | "is" | "contains";
  value?: string;
  of?: "utm";
  parameter: "source" | "medium" | "campaign" | "term" | "content";
}
/**
 * The browser's locale is one of these; `pt` stands for all of its regions, `pt-BR` for one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LocaleIs".
 */
export interface LocaleIs {
  of?: "locale";
  locales: string[];
}
/**
 * Whether it is within the workspace's business hours; one that has set none is always open.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoursAre".
 */
export interface HoursAre {
  of?: "hours";
  open?: boolean;
}
/**
 * Whether an agent is online. It opens no conversation: the Live Chat card asks that for itself.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SomebodyOnline".
 */
export interface SomebodyOnline {
  of?: "online";
  online?: boolean;
}
/**
 * Whether the visitor has been in a visit before this one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VisitorReturns".
 */
export interface VisitorReturns {
  of?: "returning";
  returning?: boolean;
}
/**
 * Asks for a person. `wait_time_s` is in seconds; the offline flow begins at `offline_flow`. `outside_hours` are
 * other texts; hours never decide whether a person is asked for. `show_queue_position`: who waits is told their place
 * in line.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LiveChatCard".
 */
export interface LiveChatCard {
  kind?: "live_chat";
  online_message: string;
  online_body?: (Paragraph | Listing | Picture)[];
  wait_time_s: number;
  offline_message: string;
  offline_body?: (Paragraph | Listing | Picture)[];
  outside_hours?: OutsideHours | null;
  show_queue_position?: boolean;
  offline_flow: string;
}
/**
 * What a Live Chat card says outside the business hours in place of its online and its offline message, and the
 * `note` with which its offline flow begins then for those who did not wait; what is missing is as usual.
 *
 * `{opens}` stands for when the hours begin next; a text with it is not said where that is not known.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OutsideHours".
 */
export interface OutsideHours {
  online_message?: string | null;
  offline_message?: string | null;
  note?: string | null;
}
/**
 * Notes whether the visitor is qualified and goes on.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "QualifyCard".
 */
export interface QualifyCard {
  kind?: "qualify";
  qualified: boolean;
  next: string;
}
/**
 * Says goodbye; the walk is over.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EndCard".
 */
export interface EndCard {
  kind?: "end";
  text: string;
  body?: (Paragraph | Listing | Picture)[];
}
/**
 * A card that is in both, with the fields in which it differs; another kind is a change of `kind` as well.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CardChange".
 */
export interface CardChange {
  card_id: string;
  kind: string;
  fields: FieldChange[];
}
/**
 * A field of a card, before and after; null where it was not there.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FieldChange".
 */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}
/**
 * The visits that came to a card, each counted once however often it came.
 *
 * `paths` has how many went which way: a question's by choice, a condition's by `case-1`, `case-2` … or `otherwise`,
 * and of a Live Chat card those into its offline flow, by its reason, or `missed`: they came to it after nobody had
 * come in time at another one. Of the visits that came no further, `left` have not ended, be it that they are there
 * still; the others are counted by how they ended.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CardFunnel".
 */
export interface CardFunnel {
  card_id: string;
  arrived: number;
  answered: number;
  left: number;
  end_card: number;
  taken_over: number;
  conversation_closed: number;
  paths: {
    [k: string]: number;
  };
}
/**
 * What an outcome came from: an agent's command, or an event by its stream and version.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CausedBy".
 */
export interface CausedBy {
  command_id?: string | null;
  stream?: string | null;
  version?: number | null;
}
/**
 * The kinds of notices that the caller does not want, all of them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChoicesBody".
 */
export interface ChoicesBody {
  off: ("new_conversation" | "new_message" | "assigned_to_you")[];
}
/**
 * The rule by which a visit got its playbook: number `rule` (1, 2, 3 …) of the playbook `snippet`.
 *
 * It is that one's snippet which the site shows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChosenBy".
 */
export interface ChosenBy {
  snippet: string;
  rule: number;
}
/**
 * Close; `expected_holder` is who held the conversation on the asking agent's screen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CloseBody".
 */
export interface CloseBody {
  expected_holder: string | null;
}
/**
 * What the copy is called.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CopyBody".
 */
export interface CopyBody {
  name: string;
}
/**
 * A new playbook. `wait_time_s` is in seconds.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "CreateBody".
 */
export interface CreateBody {
  name: string;
  template?: "live_chat" | "blank" | "lead_qualification" | "support";
  wait_time_s?: number;
  language?: "en" | "pt-BR";
}
/**
 * A deal. `value_minor` is in minor units of the currency, which then has to be said; without, it is the details'
 * deal value.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DealBody".
 */
export interface DealBody {
  title?: string | null;
  note?: string | null;
  currency?: string | null;
  value_minor?: number | null;
}
/**
 * What the deal may be worth, in minor units of the currency; null: nothing is said.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DealValueBody".
 */
export interface DealValueBody {
  expected_version?: number | null;
  value_minor: number | null;
  currency: string;
}
/**
 * A detail. `arrival` as in an answer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DetailBody".
 */
export interface DetailBody {
  card_id: string;
  value: string;
  arrival?: number | null;
}
/**
 * A device of the caller; its address and keys are told to nobody.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Device".
 */
export interface Device {
  device_id: string;
  label: string;
  allowed_at: string;
}
/**
 * A device that may show notices; `label` is what its agent knows it by, such as "Firefox on Linux".
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DeviceBody".
 */
export interface DeviceBody {
  subscription: SubscriptionBody;
  label?: string;
}
/**
 * A browser's subscription, as its own JSON form has it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SubscriptionBody".
 */
export interface SubscriptionBody {
  endpoint: string;
  keys: Keys;
}
/**
 * The keys of a subscription, in base64url.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Keys".
 */
export interface Keys {
  p256dh: string;
  auth: string;
}
/**
 * What differs, in the order of the cards. `start` where visits begin with another card.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Difference".
 */
export interface Difference {
  start: FieldChange | null;
  added: NamedCard[];
  removed: NamedCard[];
  changed: CardChange[];
}
/**
 * A card by its id, of this kind.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NamedCard".
 */
export interface NamedCard {
  card_id: string;
  kind: string;
}
/**
 * A playbook as an export wrote it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DocumentBody".
 */
export interface DocumentBody {
  document: PlaybookDocument;
}
/**
 * A playbook's name, look and draft, and what it tells visitors of their personal data. Where it is installed, and
 * whether it is active, is not part of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PlaybookDocument".
 */
export interface PlaybookDocument {
  format?: "livechat.playbook.v1";
  name: string;
  look?: Look;
  flow: Flow;
  privacy?: Privacy | null;
}
/**
 * How a playbook's widget looks, and which language its own texts are in. Colours are #rrggbb.
 *
 * `text_colour` stands on `colour`; the icon is on the button, the greeting beside it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Look".
 */
export interface Look {
  bot_name?: string;
  colour?: string;
  text_colour?: string;
  icon?: "chat" | "bot" | "help" | "people" | "phone" | "star";
  position?: "left" | "right";
  greeting?: string;
  language?: "en" | "pt-BR";
}
/**
 * All cards of one version of a playbook, and the card that every visit begins with.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Flow".
 */
export interface Flow {
  start: string;
  cards: {
    [k: string]:
      QuestionCard | MessageCard | CaptureCard | ConditionCard | LiveChatCard | QualifyCard | ActionCard | EndCard;
  };
}
/**
 * How past visits would go. `visits` were walked again, of which `same` became what they had become; `passed_over`
 * are visits that are too long to be kept whole. Not `complete` where the time was over before all were walked.
 * `changes` are the most frequent ones, `more_changes` how many there are beside them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRun".
 */
export interface DryRun {
  visits: number;
  same: number;
  passed_over: number;
  complete: boolean;
  before: DryRunTotals;
  after: DryRunTotals;
  changes: DryRunChange[];
  more_changes: number;
  stuck: DryRunStuck[];
}
/**
 * Of all visits, how many ended how, and how many asked for a person, were qualified, disqualified, or made which
 * follow-ups.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRunTotals".
 */
export interface DryRunTotals {
  end_card?: number;
  taken_over?: number;
  conversation_closed?: number;
  left?: number;
  stuck?: number;
  asked_for_person?: number;
  qualified?: number;
  disqualified?: number;
  leads?: number;
  deals?: number;
  activities?: number;
}
/**
 * Visits of which something else becomes; `examples` are the newest of them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRunChange".
 */
export interface DryRunChange {
  before: DryRunOutcome;
  after: DryRunOutcome;
  visits: number;
  examples: string[];
}
/**
 * What becomes of a visit. `card_id` is where it ended, was left, or is stuck; `asked_at` the Live Chat card at
 * which it asked for a person the last time, `offline` why that one's offline flow began. `follow_ups` counts by kind.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRunOutcome".
 */
export interface DryRunOutcome {
  ended: "end_card" | "taken_over" | "conversation_closed" | "left" | "stuck";
  card_id: string | null;
  asked_at: string | null;
  offline: ("nobody_online" | "wait_expired" | "no_decision") | null;
  qualified: boolean | null;
  follow_ups: {
    [k: string]: number;
  };
}
/**
 * Visits that do not get past a card.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRunStuck".
 */
export interface DryRunStuck {
  card_id: string;
  reason:
    | "choice_gone"
    | "card_gone"
    | "kind_changed"
    | "value_not_valid"
    | "never_answered"
    | "no_person_asked_then"
    | "person_asked_twice"
    | "fact_not_known"
    | "walk_too_long";
  visits: number;
  examples: string[];
}
/**
 * How many of the playbook's last visits are walked again, and through which version; without one, the draft.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "DryRunBody".
 */
export interface DryRunBody {
  published?: number | null;
  visits?: number;
}
/**
 * The playbook that an editor's tab shows now, and the card that is selected there; null for none.
 *
 * Others who edit it are told, and this socket is told of them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Edit".
 */
export interface Edit {
  type: "edit";
  playbook_id: string | null;
  card_id?: string | null;
}
/**
 * The session that was ended.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EndedSession".
 */
export interface EndedSession {
  session_id: string;
}
/**
 * The visitor picked one of a question's choices. It is unfinished at `unfinished_at` if they say no more.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventAnswerGiven".
 */
export interface EventAnswerGiven {
  type: "playbook.answer_given.v1";
  at: string;
  card_id: string;
  arrival: number;
  choice_id: string;
  label: string;
  conversation_id?: string | null;
}
/**
 * A visitor who was blocked answered a card, which nobody reads here, also when they are welcome again: what was
 * answered is in the visit alone. `visitor_version`: by that version of the visitor's stream they were.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventAnswerWithheld".
 */
export interface EventAnswerWithheld {
  type: "conversation.answer_withheld.v1";
  at?: string;
  conversation_id?: string;
  visitor_id?: string;
  message_id?: string;
  card_id?: string;
  reason?: "visitor_blocked";
  visitor_version?: number | null;
}
/**
 * An agent holds the conversation now, who was nobody's before; `late` when the wait time was already over.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventAssigned".
 */
export interface EventAssigned {
  type: "conversation.assigned.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  visit_id?: string;
  agent_id?: string;
  agent_name: string;
  by?: string;
  late?: boolean;
}
/**
 * The bot said something in the conversation: a card of the walk, the online or the offline message.
 *
 * A text with a form has it in `body`, and the same in plain words in `text`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventBotPosted".
 */
export interface EventBotPosted {
  type: "conversation.bot_posted.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  message_id: string;
  text: string;
  body?: (Paragraph | Listing | Picture)[];
  card_id?: string | null;
  options?: Option[];
  field?: string | null;
}
/**
 * A choice as the visitor sees it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Option".
 */
export interface Option {
  choice_id: string;
  label: string;
}
/**
 * The bot showed a card. `arrival` counts the cards shown in this visit: 1, 2, 3 …
 *
 * A capture card asks for its `field` within `bounds`, or for one of the options' labels. `body` is the text with its
 * form. A Live Chat card's note tells `hours`; its offline message, where nobody had come in time before, `missed`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventCardShown".
 */
export interface EventCardShown {
  type: "playbook.card_shown.v1";
  at: string;
  card_id: string;
  kind: string;
  arrival: number;
  text: string;
  body?: (Paragraph | Listing | Picture)[];
  options?: Option[];
  field?: string | null;
  detail_type?: ("text" | "number" | "date" | "choice") | null;
  bounds?: Bounds | null;
  conversation_id?: string | null;
}
/**
 * The conversation is over for good. `by` is the agent who closed it; None where nobody did.
 *
 * `due_at`: nobody had come until then, so that the timer of a missed conversation closed it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventClosed".
 */
export interface EventClosed {
  type: "conversation.closed.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  visit_id?: string;
  reason: "resolved" | "missed" | "visitor_ended";
  by?: string | null;
  due_at?: string | null;
}
/**
 * The visitor agreed, at this time, to the privacy text with which the visit began; `text_sha256` is its digest.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventConsentGiven".
 */
export interface EventConsentGiven {
  type: "playbook.consent_given.v1";
  at: string;
  text_sha256: string;
}
/**
 * A conversation was opened in Unassigned; the visitor waits until `answer_by`. `wait_time_s` is in seconds.
 *
 * `online` are the agents as the decision saw them; `request_age_ms` is in milliseconds, from the request to it.
 * `identified`: the customer's own server has signed who the visitor is. `show_queue_position`: the visitor is told
 * their place in line while they wait.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventConversationStarted".
 */
export interface EventConversationStarted {
  type: "conversation.conversation_started.v1";
  at: string;
  conversation_id: string;
  visitor_id?: string;
  visit_id?: string;
  request_id?: string;
  playbook_id?: string;
  wait_time_s: number;
  answer_by: string;
  online_message?: string;
  offline_message?: string;
  offline_body?: (Paragraph | Listing | Picture)[];
  captured?: Captured[];
  request_age_ms?: number | null;
  identified?: boolean;
  show_queue_position?: boolean;
}
/**
 * The visitor gave the detail that a capture card asked for: a name, an email, a phone, a company, or a free field
 * under its key, with its label. `unfinished_at` as in an answer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventDetailCaptured".
 */
export interface EventDetailCaptured {
  type: "playbook.detail_captured.v1";
  at: string;
  card_id: string;
  arrival: number;
  field: string;
  label?: string | null;
  value: string;
  conversation_id?: string | null;
}
/**
 * A person was wanted and no conversation was opened: nobody was online, the request came too late, the visit has
 * an open conversation already, or the visitor is blocked.
 *
 * `seen` are the agents as the decision saw them; `request_age_ms` is in milliseconds, from the request to it, by two
 * clocks, and `request_age_ms_max` what it may be. `visitor_version`: by that version of the visitor's stream they are
 * blocked.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventLiveChatDeclined".
 */
export interface EventLiveChatDeclined {
  type: "conversation.live_chat_declined.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  visit_id?: string;
  request_id?: string;
  reason: "nobody_online" | "request_too_old" | "visit_has_conversation" | "visitor_blocked";
  request_age_ms?: number | null;
  request_age_ms_max?: number | null;
  visitor_version?: number | null;
}
/**
 * The request was declined after the bot had stopped waiting for a decision: no conversation stands for it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventLiveChatDropped".
 */
export interface EventLiveChatDropped {
  type: "playbook.live_chat_dropped.v1";
  at: string;
  request_id: string;
  conversation_id: string;
}
/**
 * The visitor's path reached a Live Chat card: a person is wanted. `wait_time_s` is in seconds.
 *
 * Carries all that a conversation needs: its id (derived from the request), the walk so far, what was captured, and
 * whether the visitor is `identified` by a signature. `hours` chose the messages, where the card has others for
 * outside the business hours. `show_queue_position`: the visitor is told their place in line while they wait.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventLiveChatRequested".
 */
export interface EventLiveChatRequested {
  type: "playbook.live_chat_requested.v1";
  at: string;
  request_id: string;
  conversation_id: string;
  card_id: string;
}
/**
 * The conversation was opened: a person may come; the bot waits.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventLiveChatStarted".
 */
export interface EventLiveChatStarted {
  type: "playbook.live_chat_started.v1";
  at: string;
  request_id: string;
  conversation_id: string;
}
/**
 * A person said something. `card_id` names the card that a visitor's answer belongs to; with an `attachment` the
 * text may be empty.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventMessagePosted".
 */
export interface EventMessagePosted {
  type: "conversation.message_posted.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  message_id: string;
  author: "visitor" | "agent";
  author_id?: string;
  author_name?: string | null;
  text: string;
  card_id?: string | null;
  attachment?: Attachment | null;
}
/**
 * A participant has seen everything up to a version of this stream; told only when it is more than before.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventMessagesRead".
 */
export interface EventMessagesRead {
  type: "conversation.messages_read.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  reader: "visitor" | "agent";
  reader_id?: string;
  up_to: number;
}
/**
 * The offline flow began: nobody was online, nobody answered in the wait time, or no decision came back in time.
 *
 * `card_id` is the Live Chat card under which the flow hangs.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventOfflineFlowStarted".
 */
export interface EventOfflineFlowStarted {
  type: "playbook.offline_flow_started.v1";
  at: string;
  request_id: string;
  conversation_id: string;
  reason: "nobody_online" | "wait_expired" | "no_decision";
  card_id: string;
}
/**
 * The conversation passed from one agent to another.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventReassigned".
 */
export interface EventReassigned {
  type: "conversation.reassigned.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  visit_id?: string;
  agent_id?: string;
  agent_name: string;
  previous_agent_id?: string;
  by?: string;
}
/**
 * The holder was removed from the workspace; the conversation is back in Unassigned with a new wait time.
 *
 * `removal` is what the decision knew of it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventReleased".
 */
export interface EventReleased {
  type: "conversation.released.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  previous_agent_id?: string;
  reason?: "agent_removed";
  answer_by: string;
  visit_id?: string | null;
}
/**
 * The walk is over: it reached an end card, or its conversation was closed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventVisitEnded".
 */
export interface EventVisitEnded {
  type: "playbook.visit_ended.v1";
  at: string;
  reason: "end_card" | "conversation_closed";
  conversation_id?: string | null;
}
/**
 * A visitor opened the panel; the walk keeps to version `published` of the playbook. `pages` are the last URLs.
 *
 * `identified`: the customer's own server has signed who the visitor is; `known` is what it told of them, which counts
 * as captured. `chosen`: the page rule by which it is this playbook. `privacy`: what is told of personal data.
 * `unfinished`: when the visit becomes a lead because it is left unfinished.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventVisitStarted".
 */
export interface EventVisitStarted {
  type: "playbook.visit_started.v1";
  at: string;
  playbook_id: string;
  published: number;
  locale?: string;
  privacy?: Privacy | null;
}
/**
 * An agent took the conversation: the bot steps back.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventVisitTakenOver".
 */
export interface EventVisitTakenOver {
  type: "playbook.visit_taken_over.v1";
  at: string;
  conversation_id: string;
}
/**
 * The visitor has had no socket for two minutes. If nobody takes a missed conversation, it closes at `close_at`.
 *
 * `silent_since` is from when on the decision knew of no socket, by the clock of who listened.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventVisitorLeft".
 */
export interface EventVisitorLeft {
  type: "conversation.visitor_left.v1";
  at?: string;
  conversation_id?: string;
  visitor_id?: string;
  close_at?: string | null;
  silent_since?: string | null;
}
/**
 * The visitor is back: a socket of theirs was heard at `heard_at`, by the clock of who listened.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventVisitorReturned".
 */
export interface EventVisitorReturned {
  type: "conversation.visitor_returned.v1";
  at?: string;
  conversation_id?: string;
  visitor_id?: string;
  heard_at?: string | null;
}
/**
 * Nobody took the conversation in time: it is marked missed and stays in Unassigned.
 *
 * Without `offline_message` the bot goes on. With it an agent was here before, so no bot message follows: the screen
 * shows this text, once, and a plain contact form. `due_at` is when the wait was to end. `close_at`, where the visitor
 * had left before, is when the conversation closes if they stay away.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventWaitExpired".
 */
export interface EventWaitExpired {
  type: "conversation.wait_expired.v1";
  at: string;
  conversation_id?: string;
  visitor_id?: string;
  visit_id?: string;
  request_id?: string;
  reason: "wait_time" | "no_decision";
  offline_message?: string | null;
  due_at?: string | null;
  close_at?: string | null;
}
/**
 * One agent as the decision saw them: online or not, at which version of their stream, how old that knowledge was.
 *
 * `age_ms` is in milliseconds, from the agent's last event to the command's time.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Evidence".
 */
export interface Evidence {
  agent_id: string;
  online: boolean;
  version: number;
  age_ms: number;
}
/**
 * Part of a message, as plain text in one line; `matches` are where in it the words stand.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Excerpt".
 */
export interface Excerpt {
  version: number;
  at: string;
  by: "visitor" | "agent";
  author_name: string | null;
  text: string;
  matches: Match[];
}
/**
 * Where something stands in a text, counted in UTF-16 code units, as JavaScript does; `end` is behind it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Match".
 */
export interface Match {
  start: number;
  end: number;
}
/**
 * Only conversations of which all that is true here is so, and which have these words; without any, all.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FiltersBody".
 */
export interface FiltersBody {
  missed?: boolean;
  unread?: boolean;
  visitor_left?: boolean;
  words?: string;
}
/**
 * Another draft.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FlowBody".
 */
export interface FlowBody {
  flow: Flow;
}
/**
 * One thing that is wrong, at one card. `code` never changes for the same problem; `detail` is for people.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FlowProblem".
 */
export interface FlowProblem {
  card_id: string;
  code: string;
  detail: string;
}
/**
 * How many conversations are in each folder: unassigned, closed, and one for each agent, by id.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Folders".
 */
export interface Folders {
  counts: {
    [k: string]: number;
  };
}
/**
 * An agent opens a conversation and has it up to the version `after`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Follow".
 */
export interface Follow {
  type: "follow";
  stream: string;
  after?: number;
}
/**
 * The fields of a row of kind `conversation`, and the latest message that has the words; null where only the
 * visitor's name has them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FoundConversation".
 */
export interface FoundConversation {
  conversation_id: string;
  excerpt: Excerpt | null;
  [k: string]: unknown;
}
/**
 * What a capture card of the playbook's own captured.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "FreeField".
 */
export interface FreeField {
  field: string;
  label: string | null;
  value: string;
}
/**
 * When the team is there; null: at any time. `revision` counts how often that was set.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Hours".
 */
export interface Hours {
  hours: BusinessHours | null;
  revision: number;
}
/**
 * The hours, whole; null: the team is there at any time. `expected_revision` is that of the hours that were
 * changed; without it they are set in any case.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoursBody".
 */
export interface HoursBody {
  hours: BusinessHours | null;
  expected_revision?: number | null;
}
/**
 * Whether it was within business hours, by this `revision` of them; 0: the workspace had set none.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "HoursSeen".
 */
export interface HoursSeen {
  open: boolean;
  revision: number;
}
/**
 * A key that counts. `used_at`: when a visit last came with its signature, to the minute.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "IdentityKey".
 */
export interface IdentityKey {
  kid: string;
  made_at: string;
  by: string;
  used_at: string | null;
}
/**
 * The keys that count, the oldest first; there are two at most.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "IdentityKeys".
 */
export interface IdentityKeys {
  items: IdentityKey[];
}
/**
 * One conversation in the inbox (`inbox.state.v1`, key = conversation id); `version` is that of its stream.
 *
 * Its folder is Closed when `status` is closed, Unassigned when it has no holder, else that holder's. `late`: it was
 * taken after the wait. The visitor waits, or waited last, since `waiting_since`: the begin, or when a removed holder
 * let go of it. Its holder has it since `assigned_at`, by `assigned_by`. `unread` counts what the visitor wrote and no
 * holder has read, up to 99. `visitor_name` is what the bot captured before the conversation began; personal, and
 * blanked when the visitor is erased. `identified`: the customer's own server has signed who the visitor is.
 *
 * What was said last is of `last_by`; an agent's name is `last_author_name`. `last_text` is its text in one line of
 * 200 characters at most, `last_file` the file that came with it; both are personal as the name is. Private notes are
 * never among it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InboxRow".
 */
export interface InboxRow {
  kind: "conversation";
  folder: string;
  generation: number;
  version: number;
  conversation_id: string;
  visit_id: string;
  status: "open" | "closed";
  holder_id: string | null;
  holder_name: string | null;
  missed: boolean;
  started_at: string;
  answer_by: string;
  changed_at: string;
  waiting_since: string | null;
  assigned_at: string | null;
  assigned_by: string | null;
  visitor_id: string | null;
  visitor_name: string | null;
  late: boolean;
  visitor_left: boolean;
  last_by: ("visitor" | "agent" | "bot") | null;
  last_message_at: string | null;
  last_text: string | null;
  last_file: LastFile | null;
  last_author_name: string | null;
  unread: number;
  identified: boolean;
}
/**
 * The file that came with the last message: its name as its sender gave it, its type by its content.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LastFile".
 */
export interface LastFile {
  name: string;
  content_type: string;
}
/**
 * Whom to invite, and as what.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InviteBody".
 */
export interface InviteBody {
  email: string;
  role: "owner" | "editor" | "agent";
}
/**
 * The caller is writing in a conversation that this socket follows, or no longer is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "IsTyping".
 */
export interface IsTyping {
  type: "typing";
  conversation_id: string;
  typing: boolean;
}
/**
 * What a path is called.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LabelBody".
 */
export interface LabelBody {
  label: string;
}
/**
 * Another language.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LanguageBody".
 */
export interface LanguageBody {
  language: "en" | "pt-BR";
}
/**
 * A one-time link to an account; shown once.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Link".
 */
export interface Link {
  agent_id: string;
  link: string;
}
/**
 * A conversation as lists of a person's show it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedConversation".
 */
export interface ListedConversation {
  conversation_id: string;
  visit_id: string;
  status: "open" | "closed";
  started_at: string;
}
/**
 * Whom a visitor is with, as known last. `person_id` is who the visitor is now, null where that is not known.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedOrganization".
 */
export interface ListedOrganization {
  organization_id: string;
  visitor_id: string;
  person_id: string | null;
  name: string | null;
  website: string | null;
  created_at: string;
  changed_at: string;
}
/**
 * A person with what is known of them last, be it of the persons in `merged`, who turned out to be this one.
 * `merged_into` is who this person turned out to be: the one to ask for instead.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedPerson".
 */
export interface ListedPerson {
  person_id: string;
  visitor_id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  merged_into: string | null;
  merged: string[];
  created_at: string;
  changed_at: string;
}
/**
 * A playbook in the list; `published` is null before the first version.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedPlaybook".
 */
export interface ListedPlaybook {
  playbook_id: string;
  name: string;
  active: boolean;
  published: number | null;
  changed_at: string;
}
/**
 * A published version in the list; `published` is its number.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ListedVersion".
 */
export interface ListedVersion {
  published: number;
  note: string;
  published_by: string;
  published_at: string;
}
/**
 * What changes of a Live Chat card; what is missing stays. `wait_time_s` is in seconds.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LiveChatBody".
 */
export interface LiveChatBody {
  online_message?: string | null;
  wait_time_s?: number | null;
  offline_message?: string | null;
  show_queue_position?: boolean | null;
}
/**
 * A new path to a person: which question offers it, under which label, and what its card says.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LiveChatCardBody".
 */
export interface LiveChatCardBody {
  question_id: string;
  label: string;
  online_message?: string | null;
  wait_time_s?: number;
  offline_message?: string | null;
}
/**
 * Another look, whole.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LookBody".
 */
export interface LookBody {
  look: Look;
}
/**
 * Somebody who was invited to the workspace. Address and reset link are shown to owners alone.
 *
 * `reset_link_by` is who made the last link to another password, an agent's id or `command_line`; null once another
 * password was set.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Member".
 */
export interface Member {
  agent_id: string;
  email: string | null;
  name: string | null;
  role: "owner" | "editor" | "agent";
  state: string;
  online: boolean;
  invited_at: string;
  joined_at: string | null;
  removed_at: string | null;
  reset_link_by: string | null;
  reset_link_at: string | null;
}
/**
 * Who the person turned out to be: `into`, somebody who was known before them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MergeBody".
 */
export interface MergeBody {
  into: string;
}
/**
 * A message; with the token of an uploaded file it needs no text.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MessageBody".
 */
export interface MessageBody {
  attachment_token?: string | null;
  text?: string;
}
/**
 * An amount in minor units of a currency (ISO 4217); null where none was said.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Money".
 */
export interface Money {
  value_minor: number | null;
  currency: string;
}
/**
 * Another name.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NameBody".
 */
export interface NameBody {
  name: string;
}
/**
 * A key; the secret is shown once. Sign with the text as it is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NewIdentityKey".
 */
export interface NewIdentityKey {
  kid: string;
  secret: string;
  algorithm?: "HS256";
}
/**
 * A note about the conversation.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Note".
 */
export interface Note {
  note_id: string;
  text: string;
  by: string;
  by_name: string;
  created_at: string;
  edited_at: string | null;
}
/**
 * A note's text.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NoteBody".
 */
export interface NoteBody {
  text: string;
}
/**
 * The kinds of notices that the caller has switched off, in no order. `version` is that of their choices' stream, 0
 * where they have never chosen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "NoticeChoices".
 */
export interface NoticeChoices {
  off?: ("new_conversation" | "new_message" | "assigned_to_you")[];
  version?: number;
}
/**
 * Go offline. With a `tab`, only as far as the agent switched on in it, or in the session of the token.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OfflineBody".
 */
export interface OfflineBody {
  tab?: string | null;
}
/**
 * Go online in a tab, which its client names as it likes.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OnlineBody".
 */
export interface OnlineBody {
  tab: string;
}
/**
 * All choices of a question, in the order in which they are offered.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrderBody".
 */
export interface OrderBody {
  choice_ids: string[];
}
/**
 * Something about the organization.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrganizationBody".
 */
export interface OrganizationBody {
  expected_version?: number | null;
  name?: string | null;
  website?: string | null;
}
/**
 * Whom the visitor is with.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OrganizationShown".
 */
export interface OrganizationShown {
  name?: string | null;
  website?: string | null;
}
/**
 * A lead, a deal or an activity as lists show it. `conversation_id` is the conversation in which it was made, or
 * which its visit became later; null where the visit met nobody. `person` is what was known of the visitor then,
 * `person_id` who they are now, null where that is not known. `caused_by` is the command or the event that it came
 * from, and `playbook_name` what the playbook is called now whose card made it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Outcome".
 */
export interface Outcome {
  kind: "lead" | "deal" | "activity";
  outcome_id: string;
  conversation_id: string | null;
  conversation_status: ("open" | "closed") | null;
  visit_id: string | null;
  person_id: string | null;
  title: string;
  note: string | null;
  person: Captured[];
  value_minor: number | null;
  currency: string | null;
  activity_kind: ("call" | "meeting" | "task" | "email") | null;
  due_at: string | null;
  cause: "agent" | "action_card";
  by: string | null;
  playbook_name: string | null;
  caused_by: CausedBy;
  created_at: string;
}
/**
 * What is said of an outcome of any kind. Without a title it is named after the person.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OutcomeBody".
 */
export interface OutcomeBody {
  title?: string | null;
  note?: string | null;
}
/**
 * A newer token of the same caller.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Renew".
 */
export interface Renew {
  type: "renew";
  token: string;
}
/**
 * An agent left a conversation.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Unfollow".
 */
export interface Unfollow {
  type: "unfollow";
  stream: string;
}
/**
 * A sign of life.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
  type: "ping";
}
/**
 * The conversation that an agent's tab shows now; null for none. Other agents who follow it are told.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "View".
 */
export interface View {
  type: "view";
  conversation_id: string | null;
}
/**
 * A conversation of the visitor who asks; `agent_name` is whoever joined last, null where nobody came.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "OwnConversation".
 */
export interface OwnConversation {
  conversation_id: string;
  visit_id: string;
  started_at: string;
  closed_at: string | null;
  agent_name: string | null;
}
/**
 * The page to which the visitor went.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PageBody".
 */
export interface PageBody {
  url: string;
}
/**
 * Visits that come where all of this is so get this playbook.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PageRule".
 */
export interface PageRule {
  when: (PageIs | UtmIs | LocaleIs)[];
  playbook_id: string;
}
/**
 * All rules, in their order: visits get the playbook of the first that holds, and the snippet's where none does.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PageRulesBody".
 */
export interface PageRulesBody {
  rules: PageRule[];
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_Agent_".
 */
export interface Page_Agent_ {
  items: Agent[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_BlockedVisitor_".
 */
export interface Page_BlockedVisitor_ {
  items: BlockedVisitor[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_CannedReply_".
 */
export interface Page_CannedReply_ {
  items: CannedReply[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_CardFunnel_".
 */
export interface Page_CardFunnel_ {
  items: CardFunnel[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_Device_".
 */
export interface Page_Device_ {
  items: Device[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_FoundConversation_".
 */
export interface Page_FoundConversation_ {
  items: FoundConversation[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_ListedConversation_".
 */
export interface Page_ListedConversation_ {
  items: ListedConversation[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_ListedOrganization_".
 */
export interface Page_ListedOrganization_ {
  items: ListedOrganization[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_ListedPerson_".
 */
export interface Page_ListedPerson_ {
  items: ListedPerson[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_ListedPlaybook_".
 */
export interface Page_ListedPlaybook_ {
  items: ListedPlaybook[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_ListedVersion_".
 */
export interface Page_ListedVersion_ {
  items: ListedVersion[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_Member_".
 */
export interface Page_Member_ {
  items: Member[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_Note_".
 */
export interface Page_Note_ {
  items: Note[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_Outcome_".
 */
export interface Page_Outcome_ {
  items: Outcome[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_OwnConversation_".
 */
export interface Page_OwnConversation_ {
  items: OwnConversation[];
  next?: string | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_SnippetSite_".
 */
export interface Page_SnippetSite_ {
  items: SnippetSite[];
  next?: string | null;
}
/**
 * A site whose pages loaded the playbook's snippet. `allowed`: whether it was among the playbook's sites then.
 *
 * `last_seen_at` is told anew once an hour at most, so it may be up to an hour old.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SnippetSite".
 */
export interface SnippetSite {
  site: string;
  allowed: boolean;
  first_seen_at: string;
  last_seen_at: string;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_TranscriptEntry_".
 */
export interface Page_TranscriptEntry_ {
  items: TranscriptEntry[];
  next?: string | null;
}
/**
 * A version of a conversation; `event` is null where it is not for this reader.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TranscriptEntry".
 */
export interface TranscriptEntry {
  version: number;
  event: {
    [k: string]: unknown;
  } | null;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_VersionFunnel_".
 */
export interface Page_VersionFunnel_ {
  items: VersionFunnel[];
  next?: string | null;
}
/**
 * The visits that walked a version, each in exactly one of `left`, `end_card`, `taken_over` (by an agent) and
 * `conversation_closed` (without one). Who is still there is among `left`. Beside that: how many `asked_for_person`,
 * and were `qualified` or `disqualified`.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VersionFunnel".
 */
export interface VersionFunnel {
  published: number;
  visits: number;
  left: number;
  end_card: number;
  taken_over: number;
  conversation_closed: number;
  asked_for_person: number;
  qualified: number;
  disqualified: number;
}
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Page_dict_str__Any__".
 */
export interface PageDictStr__Any__ {
  items: {
    [k: string]: unknown;
  }[];
  next?: string | null;
}
/**
 * The password so far and the one from now on; `cookie` as for a sign-in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PasswordBody".
 */
export interface PasswordBody {
  old: string;
  new: string;
  cookie?: boolean;
}
/**
 * Something about the person.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PersonBody".
 */
export interface PersonBody {
  expected_version?: number | null;
  name?: string | null;
  email?: string | null;
  phone?: string | null;
}
/**
 * Who the visitor is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PersonShown".
 */
export interface PersonShown {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
}
/**
 * A playbook. `published` is the version that new visits walk, `versions` how many there are; 0: none yet.
 *
 * `version` counts the changes of the playbook itself: it is its stream's, which commands answer and edits name;
 * `changed_by` is the agent who made the last one. The event with the version `draft_at` carries the draft; those of
 * `undo` carry it as it was before each edit, the last one last, and those of `redo` as it was before each undoing.
 * `draft_changed`: what would be published is not what is published; `digests` are those of the last versions' flows.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Playbook".
 */
export interface Playbook {
  playbook_id: string;
  version?: number;
  name: string;
  look: Look;
  draft: Flow;
  draft_changed?: boolean;
  draft_at?: number;
  undo?: number[];
  redo?: number[];
  sites?: string[];
  rules?: PageRule[];
  behaviour?: Behaviour;
  unfinished_after_s?: number | null;
  published?: number;
  versions?: number;
  digests?: string[];
  active?: boolean;
  archived?: boolean;
  changed_by?: string | null;
}
/**
 * What keeps the draft from being published; `version` is the playbook's.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Problems".
 */
export interface Problems {
  version: number;
  problems: FlowProblem[];
}
/**
 * A word about what changed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PublishBody".
 */
export interface PublishBody {
  note?: string;
}
/**
 * The last version of the conversation that was seen.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReadBody".
 */
export interface ReadBody {
  up_to: number;
}
/**
 * A one-time link, what its new owner wants to be called, and their password.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RedeemBody".
 */
export interface RedeemBody {
  cookie?: boolean;
  link: string;
  name: string;
  password: string;
}
/**
 * An agent's removal as the decision knew of it: at which version of their account's stream, and how old it was.
 *
 * `age_ms` is in milliseconds, from the removal to the command's time.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Removal".
 */
export interface Removal {
  version: number;
  age_ms: number;
}
/**
 * A canned reply, whole. `{visitor_name}` and `{agent_name}` in the text are for the screen to fill in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReplyBody".
 */
export interface ReplyBody {
  shortcut: string;
  title: string;
  text: string;
}
/**
 * A one-time link to another password, and the password.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ResetBody".
 */
export interface ResetBody {
  cookie?: boolean;
  link: string;
  password: string;
}
/**
 * As what from now on.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RoleBody".
 */
export interface RoleBody {
  role: "owner" | "editor" | "agent";
}
/**
 * The number of the version that new visits walk from now on.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RollBackBody".
 */
export interface RollBackBody {
  published: number;
}
/**
 * One line of a walk: what the bot showed, or what the visitor answered.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Said".
 */
export interface Said {
  by: "bot" | "visitor";
  text: string;
  card_id: string;
  body?: (Paragraph | Listing | Picture)[];
}
/**
 * A view of the inbox that an agent keeps.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SavedView".
 */
export interface SavedView {
  view_id: string;
  name: string;
  folder: string;
  filters: ViewFilters;
}
/**
 * Which of a folder's conversations a view shows: those of which all of this is so, and which have these words.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ViewFilters".
 */
export interface ViewFilters {
  missed?: boolean;
  unread?: boolean;
  visitor_left?: boolean;
  words?: string;
}
/**
 * One's own views, 50 at most; `version` is that of the account's stream when they changed last, 0 where never.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SavedViews".
 */
export interface SavedViews {
  items?: SavedView[];
  version?: number;
}
/**
 * A session of one's own. `browser`: the words by which the client named itself; they prove nothing.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Session".
 */
export interface Session {
  session_id: string;
  browser: string;
  began_at: string;
  used_at: string;
  expires_at: string;
}
/**
 * The session that is meant; left out, it is the one in the browser's cookie.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SessionBody".
 */
export interface SessionBody {
  session?: string | null;
}
/**
 * One's own sessions, the newest first; there are 50 at most.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Sessions".
 */
export interface Sessions {
  items: Session[];
}
/**
 * The details panel. `person_id` is who the visitor is now, `organization_id` whom they are with, each null while
 * that is not known; `by_bot` names the fields ("person.name") that the bot captured and nobody has set since,
 * `verified` those whose values the customer's own server has signed for; `notes` is the first page of them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ShownDetails".
 */
export interface ShownDetails {
  conversation_id: string;
  version: number;
  person_id: string | null;
  organization_id: string | null;
  deal_value: Money | null;
  person: PersonShown;
  organization: OrganizationShown;
  free: FreeField[];
  by_bot: string[];
  verified: string[];
  notes: Page_Note_;
}
/**
 * A version of a stream as its reader is told of it; `event` is null where nothing of it is for them.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ShownEvent".
 */
export interface ShownEvent {
  type?: "event";
  stream: string;
  version: number;
  event: {
    [k: string]: unknown;
  } | null;
}
/**
 * What the visitor's screen shows: the last lines of the walk, the card that waits, and whether the visitor has to
 * agree before they give a detail.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ShownVisit".
 */
export interface ShownVisit {
  visit_id: string;
  status: "walking" | "taken_over" | "ended";
  waiting: Waiting | null;
  walk: Said[];
  conversation_id: string | null;
  consent: ("needed" | "given") | null;
}
/**
 * The card that waits for the visitor.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Waiting".
 */
export interface Waiting {
  card_id: string;
  arrival: number;
  kind: string;
  options?: Option[];
  field?: string | null;
  detail_type?: ("text" | "number" | "date" | "choice") | null;
}
/**
 * Which workspace, who, and their password.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SignInBody".
 */
export interface SignInBody {
  cookie?: boolean;
  workspace_id: string;
  email: string;
  password: string;
}
/**
 * Whether there was a session to end.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SignedOut".
 */
export interface SignedOut {
  ended: boolean;
}
/**
 * The origins that may load the widget, e.g. "https://www.example.com".
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SitesBody".
 */
export interface SitesBody {
  sites: string[];
}
/**
 * The text that a site puts into its pages, once, anywhere.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Snippet".
 */
export interface Snippet {
  snippet: string;
}
/**
 * The caller's password; `cookie` as for a sign-in.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "StayBody".
 */
export interface StayBody {
  password: string;
  cookie?: boolean;
}
/**
 * Take a conversation that nobody holds.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TakeBody".
 */
export interface TakeBody {
  expected_holder?: string | null;
}
/**
 * A token and when it is over; `session_expires_at`: when the session is, of which further ones are made.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Token".
 */
export interface Token {
  token: string;
  token_expires_at: string;
  session_expires_at: string;
}
/**
 * After how many seconds a visit counts as unfinished, and in which language the lead that it becomes says so.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Unfinished".
 */
export interface Unfinished {
  after_s: number;
  language?: "en" | "pt-BR";
}
/**
 * After how many seconds; null: unfinished chats become no leads.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "UnfinishedBody".
 */
export interface UnfinishedBody {
  after_s: number | null;
}
/**
 * A file that is kept. `attachment_token` names it in the same sender's messages to this chat, until it is over.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Uploaded".
 */
export interface Uploaded {
  file_id: string;
  name: string;
  content_type: string;
  size_bytes: number;
  attachment_token: string;
  attachment_token_expires_at: string;
}
/**
 * The key that a browser subscribes with; null where this installation sends no web push.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VapidKey".
 */
export interface VapidKey {
  public_key: string | null;
}
/**
 * A view, whole. `folder` is `unassigned`, `mine`, `closed`, or an agent's id.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ViewBody".
 */
export interface ViewBody {
  name: string;
  folder: string;
  filters?: FiltersBody;
}
/**
 * Which playbook is visited; an earlier session keeps the visitor the same, unless a signature said who it was.
 *
 * A frame of ours, whose own origin says nothing, tells in `site` the origin of the page that shows it. `identity` is
 * the JWT by which the company's own server says who the visitor is.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VisitBody".
 */
export interface VisitBody {
  workspace_id: string;
  playbook_id: string;
  site?: string | null;
  visitor_session?: string | null;
  identity?: string | null;
}
/**
 * A visitor's session of one visit; shown once.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VisitorSession".
 */
export interface VisitorSession {
  token: string;
  token_expires_at: string;
  session_expires_at: string;
  session: string;
  visit_id: string;
  visitor_id: string;
}
/**
 * Accepted, with what the command recorded: `frames`, as the visitor's socket brings them, sooner or later.
 *
 * Whoever has the version before the first one may show them at once, and passes over what the socket brings again.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Walked".
 */
export interface Walked {
  stream: string;
  version: number;
  repeated?: boolean;
  ids?: {
    [k: string]: string;
  };
  frames: ShownEvent[];
}
/**
 * The card with which visits begin.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "services__playbook__api__drafts__StartBody".
 */
export interface Services_Playbook_Api_Drafts__StartBody {
  card_id: string;
}
/**
 * The last pages that the visitor saw, oldest first, and the browser's locale.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "services__playbook__api__visits__StartBody".
 */
export interface Services_Playbook_Api_Visits__StartBody {
  pages?: string[];
  locale?: string;
}
