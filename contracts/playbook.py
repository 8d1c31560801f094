"""Events of the playbook service: streams `playbook-<id>` and `visit-<id>` (one visitor's walk through one version)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.conditions import FieldKey
from contracts.envelope import Event, UtcTime
from contracts.flow import Bounds, CardId, Currency, DealValueMinor, DetailType, DueInDays, Flow, Label
from contracts.formatted import Body
from contracts.hours import HoursSeen
from contracts.ids import AgentId, ConversationId, PlaybookId, RequestId, VisitId, VisitorId
from contracts.look import BotName, Colour, Greeting, Icon, Language
from contracts.page_rules import ChosenBy
from contracts.personal import Personal
from contracts.privacy import Privacy
from contracts.said import Captured as Captured
from contracts.said import Option as Option
from contracts.said import Said as Said
from contracts.unfinished import Unfinished, UnfinishedAfterS

NAME_CHARS_MAX = 120
PlaybookName = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS_MAX)]


class PlaybookServiceEvent(Event, service="playbook"):
    """Parent of this service's events."""


class PlaybookCreated(PlaybookServiceEvent):
    """A playbook was made, with a first draft of its flow; `template` names the built-in one it came from."""

    playbook_id: PlaybookId
    name: str
    template: str | None = None
    flow: Flow
    language: Language = "en"
    by: AgentId


class PlaybookRenamed(PlaybookServiceEvent):
    """The playbook got another name."""

    playbook_id: PlaybookId
    name: str
    by: AgentId


class LookChanged(PlaybookServiceEvent):
    """The playbook's look was changed; the fields are those of Look."""

    playbook_id: PlaybookId
    bot_name: BotName
    colour: Colour
    text_colour: Colour = "#ffffff"
    icon: Icon = "chat"
    position: Literal["left", "right"] = "right"
    greeting: Greeting = ""
    language: Language
    by: AgentId


class FlowEdited(PlaybookServiceEvent):
    """The draft's flow was replaced: by an edit, its undoing or redoing (`way`), or by that of version `restored`."""

    playbook_id: PlaybookId
    flow: Flow
    by: AgentId
    way: Literal["edit", "undo", "redo"] = "edit"
    restored: int | None = None


class SitesChanged(PlaybookServiceEvent):
    """The list of sites (origins) that may load the playbook's widget was replaced."""

    playbook_id: PlaybookId
    sites: tuple[str, ...]
    by: AgentId


class UnfinishedChatsSet(PlaybookServiceEvent):
    """Visits that begin from now on become a lead once they are unfinished for so many seconds; None: none does."""

    playbook_id: PlaybookId
    after_s: UnfinishedAfterS | None = None
    by: AgentId


class PlaybookPublished(PlaybookServiceEvent):
    """The draft became version `published` (1, 2, 3 …), complete with its flow; new visits walk this version."""

    playbook_id: PlaybookId
    published: int
    flow: Flow
    note: str = ""
    by: AgentId


class PlaybookRolledBack(PlaybookServiceEvent):
    """New visits walk the older version `published` again."""

    playbook_id: PlaybookId
    published: int
    by: AgentId


class PlaybookActivated(PlaybookServiceEvent):
    """The playbook takes visits from now on."""

    playbook_id: PlaybookId
    by: AgentId


class PlaybookDeactivated(PlaybookServiceEvent):
    """The playbook takes no new visits; running ones go on."""

    playbook_id: PlaybookId
    by: AgentId


class PlaybookArchived(PlaybookServiceEvent):
    """The playbook was put away for good."""

    playbook_id: PlaybookId
    by: AgentId


class VisitEvent(PlaybookServiceEvent, service="playbook"):
    """Parent of the events of a visit; what follows the wish for a person names the conversation where it belongs."""

    visit_id: VisitId
    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class VisitStarted(VisitEvent):
    """A visitor opened the panel; the walk keeps to version `published` of the playbook. `pages` are the last URLs.

    `identified`: the customer's own server has signed who the visitor is; `known` is what it told of them, which counts
    as captured. `chosen`: the page rule by which it is this playbook. `privacy`: what is told of personal data.
    `unfinished`: when the visit becomes a lead because it is left unfinished.
    """

    playbook_id: PlaybookId
    published: int
    pages: Annotated[tuple[Annotated[str, Personal], ...], Field(max_length=20)] = ()
    locale: str = "en"
    identified: bool = False
    known: tuple[Captured, ...] = ()
    chosen: ChosenBy | None = None
    unfinished: Unfinished | None = None
    privacy: Privacy | None = None


class CardShown(VisitEvent):
    """The bot showed a card. `arrival` counts the cards shown in this visit: 1, 2, 3 …

    A capture card asks for its `field` within `bounds`, or for one of the options' labels. `body` is the text with its
    form. A Live Chat card's note tells `hours`; its offline message, where nobody had come in time before, `missed`."""

    card_id: CardId
    kind: str
    arrival: int
    text: str
    body: Body = ()
    options: tuple[Option, ...] = ()
    field: str | None = None
    detail_type: DetailType | None = None
    bounds: Bounds | None = None
    conversation_id: ConversationId | None = None
    hours: HoursSeen | None = None
    missed: bool = False


class AnswerGiven(VisitEvent):
    """The visitor picked one of a question's choices. It is unfinished at `unfinished_at` if they say no more."""

    card_id: CardId
    arrival: int
    choice_id: CardId
    label: Annotated[str, Personal]
    conversation_id: ConversationId | None = None
    unfinished_at: UtcTime | None = None


class DetailCaptured(VisitEvent):
    """The visitor gave the detail that a capture card asked for: a name, an email, a phone, a company, or a free field
    under its key, with its label. `unfinished_at` as in an answer."""

    card_id: CardId
    arrival: int
    field: FieldKey
    label: Label | None = None
    value: Annotated[str, Personal]
    conversation_id: ConversationId | None = None
    unfinished_at: UtcTime | None = None


class PageViewed(VisitEvent):
    """The visitor went to another page during the visit."""

    url: Annotated[str, Personal]


class LiveChatRequested(VisitEvent):
    """The visitor's path reached a Live Chat card: a person is wanted. `wait_time_s` is in seconds.

    Carries all that a conversation needs: its id (derived from the request), the walk so far, what was captured, and
    whether the visitor is `identified` by a signature. `hours` chose the messages, where the card has others for
    outside the business hours. `show_queue_position`: the visitor is told their place in line while they wait.
    """

    request_id: RequestId
    conversation_id: ConversationId
    playbook_id: PlaybookId
    card_id: CardId
    online_message: str
    wait_time_s: int
    offline_message: str
    online_body: Body = ()
    offline_body: Body = ()
    walk: tuple[Said, ...] = ()
    captured: tuple[Captured, ...] = ()
    identified: bool = False
    hours: HoursSeen | None = None
    show_queue_position: bool = False


class LiveChatStarted(VisitEvent):
    """The conversation was opened: a person may come; the bot waits."""

    request_id: RequestId
    conversation_id: ConversationId


class LiveChatDropped(VisitEvent):
    """The request was declined after the bot had stopped waiting for a decision: no conversation stands for it."""

    request_id: RequestId
    conversation_id: ConversationId


class OfflineFlowStarted(VisitEvent):
    """The offline flow began: nobody was online, nobody answered in the wait time, or no decision came back in time.

    `card_id` is the Live Chat card under which the flow hangs.
    """

    request_id: RequestId
    conversation_id: ConversationId
    reason: Literal["nobody_online", "wait_expired", "no_decision"]
    card_id: CardId


class VisitorQualified(VisitEvent):
    """The walk qualified the visitor."""

    card_id: CardId


class VisitorDisqualified(VisitEvent):
    """The walk disqualified the visitor."""

    card_id: CardId


class FollowUpRequested(VisitEvent):
    """An action card asked for a follow-up, or a chat was left `unfinished` at a card, which is its `cause` then;
    (visit, card, arrival) is its identity for the CRM.

    `title` and `note` (each at most 2,000 characters) are the card's, with captured details in the places that it
    left for them; `deal_value_minor` is in minor units of `currency` (ISO 4217).
    """

    card_id: CardId
    arrival: int
    follow_up: Literal["activity", "lead", "deal"]
    title: Annotated[str, Personal] | None = None
    note: Annotated[str, Personal] | None = None
    deal_value_minor: DealValueMinor | None = None
    currency: Currency | None = None
    due_in_days: DueInDays | None = None
    captured: tuple[Captured, ...] = ()
    conversation_id: ConversationId | None = None
    cause: Literal["action_card", "unfinished"] = "action_card"


class VisitTakenOver(VisitEvent):
    """An agent took the conversation: the bot steps back."""

    conversation_id: ConversationId
    agent_id: AgentId


class VisitEnded(VisitEvent):
    """The walk is over: it reached an end card, or its conversation was closed."""

    reason: Literal["end_card", "conversation_closed"]
    conversation_id: ConversationId | None = None
