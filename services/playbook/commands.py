"""What callers may ask of playbooks and visits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.flow import Flow


@dataclass(frozen=True, slots=True)
class CreatePlaybook:
    """Make a playbook from a built-in template. `wait_time_s` is in seconds."""

    playbook_id: str
    name: str
    template: Literal["live_chat"]
    wait_time_s: int
    language: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EditFlow:
    """Replace the draft's flow."""

    flow: Flow
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetSites:
    """Replace the list of sites that may load the widget."""

    sites: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublishPlaybook:
    """Make the draft the version that new visits walk."""

    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ActivatePlaybook:
    """Take visits from now on."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeactivatePlaybook:
    """Take no new visits."""

    by: str
    at: datetime


PlaybookCommand = (
    CreatePlaybook | EditFlow | SetSites | PublishPlaybook | ActivatePlaybook | DeactivatePlaybook
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a playbook offers to new visits: one published version."""

    published: int
    flow: Flow


@dataclass(frozen=True, slots=True)
class StartVisit:
    """Begin to walk. `offer` is None where the playbook takes no visits."""

    visit_id: str
    visitor_id: str
    playbook_id: str
    offer: Offer | None
    pages: tuple[str, ...]
    locale: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Pick a choice of the question that waits. `arrival`, where given, says which showing of the card is meant."""

    card_id: str
    choice_id: str
    flow: Flow
    at: datetime
    arrival: int | None = None


@dataclass(frozen=True, slots=True)
class GiveDetail:
    """Give the detail that the waiting capture card asks for. `arrival` as in GiveAnswer."""

    card_id: str
    value: str
    flow: Flow
    at: datetime
    arrival: int | None = None


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


@dataclass(frozen=True, slots=True)
class ExpireWait:
    """Nobody took the conversation in time."""

    request_id: str
    flow: Flow
    at: datetime


@dataclass(frozen=True, slots=True)
class NoDecision:
    """The time in which a decision about the request must come back is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ContinueWalk:
    """Show the cards of an offline flow that has begun without them."""

    request_id: str
    flow: Flow
    at: datetime


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
    | OpenLiveChat
    | DeclineLiveChat
    | ExpireWait
    | NoDecision
    | ContinueWalk
    | TakeOver
    | CloseVisit
)
