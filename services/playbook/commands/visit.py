"""What visitors, conversations and timers may ask of a visit."""

from dataclasses import dataclass
from datetime import datetime

from contracts.deciding import AgentSeen
from contracts.flow import Flow
from contracts.hours import HoursSeen
from contracts.page_rules import ChosenBy
from contracts.playbook import Captured
from contracts.privacy import Privacy
from contracts.unfinished import Unfinished

ALWAYS_OPEN = HoursSeen(open=True, revision=0)
"""The hours of a workspace that has set none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so around a visit when a run of its cards is walked, for the cards that ask for it.

    `hours` say whether it is within business hours, `opens` when they begin next, in the bot's words, where that is
    asked for and known; `online` are the agents who are, `returning` says that the visitor was in a visit before.
    """

    hours: HoursSeen = ALWAYS_OPEN
    online: tuple[AgentSeen, ...] = ()
    returning: bool = False
    opens: str | None = None


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a playbook offers to new visits: one published version, when they count as unfinished, if ever, and what
    it tells of personal data."""

    published: int
    flow: Flow
    unfinished: Unfinished | None = None
    privacy: Privacy | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which playbook a visit gets, what that offers (None: nothing), and by which rule it was chosen, if by any."""

    playbook_id: str
    offer: Offer | None
    by: ChosenBy | None = None


@dataclass(frozen=True, slots=True)
class StartVisit:
    """Begin to walk. `offer` is None where the playbook takes no visits. `known` is what a signature tells of the
    visitor; None where there is none. `chosen` is the rule by which it is this playbook, if any."""

    visit_id: str
    visitor_id: str
    playbook_id: str
    offer: Offer | None
    pages: tuple[str, ...]
    locale: str
    at: datetime
    known: tuple[Captured, ...] | None = None
    facts: Facts = NO_FACTS
    chosen: ChosenBy | None = None


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Pick a choice of the question that waits. `arrival`, where given, says which showing of the card is meant."""

    card_id: str
    choice_id: str
    flow: Flow
    at: datetime
    arrival: int | None = None
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class GiveDetail:
    """Give the detail that the waiting capture card asks for. `arrival` as in GiveAnswer."""

    card_id: str
    value: str
    flow: Flow
    at: datetime
    arrival: int | None = None
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Agree to what the visit is told of personal data."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ViewPage:
    """Note the page to which the visitor went."""

    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenLiveChat:
    """The conversation was opened."""

    request_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeclineLiveChat:
    """No conversation is opened for the request; `too_old` where it was declined for its age alone."""

    request_id: str
    too_old: bool
    flow: Flow
    at: datetime
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class ExpireWait:
    """Nobody took the conversation in time."""

    request_id: str
    flow: Flow
    at: datetime
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class NoDecision:
    """The time in which a decision about the request must come back is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LeaveUnfinished:
    """The visitor has said nothing more for as long as they are waited for."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ContinueWalk:
    """Show the cards of an offline flow that has begun without them."""

    request_id: str
    flow: Flow
    at: datetime
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class TakeOver:
    """An agent holds the conversation now."""

    conversation_id: str
    agent_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CloseVisit:
    """The visit's conversation was closed."""

    conversation_id: str
    at: datetime


VisitCommand = (
    StartVisit
    | GiveAnswer
    | GiveDetail
    | GiveConsent
    | ViewPage
    | OpenLiveChat
    | DeclineLiveChat
    | ExpireWait
    | NoDecision
    | LeaveUnfinished
    | ContinueWalk
    | TakeOver
    | CloseVisit
)
