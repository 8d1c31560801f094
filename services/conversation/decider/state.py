"""What decisions about a conversation need to know, folded from its events."""

from pydantic import BaseModel, ConfigDict

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationEvent,
    ConversationStarted,
    LiveChatDeclined,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.envelope import Event
from services.chassis.decider import NotFound, Refused


class NotStarted(BaseModel):
    """There is no such conversation."""

    model_config = ConfigDict(frozen=True)


class Declined(BaseModel):
    """A conversation was asked for and not opened."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str


class Open(BaseModel):
    """An open conversation. `taken_before` says that it was assigned at some time, now or earlier; `missed` that the
    current wait ended without an agent."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    visit_id: str
    visitor_id: str
    request_id: str
    offline_message: str
    holder_id: str | None = None
    holder_name: str | None = None
    taken_before: bool = False
    missed: bool = False

    @property
    def waits(self) -> bool:
        """Whether the visitor still waits for an agent within the wait time."""
        return self.holder_id is None and not self.missed


class Ended(BaseModel):
    """A closed conversation, of which nothing but its visit matters any more."""

    model_config = ConfigDict(frozen=True)

    visit_id: str
    visitor_id: str


State = NotStarted | Declined | Open | Ended


class IsClosed(Refused):
    """The conversation is closed, which is the end of it."""

    def __init__(self) -> None:
        super().__init__("closed", "The conversation is closed: it does not change any more.")


def opened(state: State) -> Open:
    """The open conversation. Raises IsClosed, or NotFound where there never was one."""
    match state:
        case Open():
            return state
        case Ended():
            raise IsClosed
        case _:
            raise NotFound("conversation")


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case LiveChatDeclined(), NotStarted():
            return Declined(visitor_id=event.visitor_id)
        case ConversationStarted(), NotStarted():
            return Open(
                conversation_id=event.conversation_id,
                visit_id=event.visit_id,
                visitor_id=event.visitor_id,
                request_id=event.request_id,
                offline_message=event.offline_message,
            )
        case Closed(), Open():
            return Ended(visit_id=state.visit_id, visitor_id=state.visitor_id)
        case ConversationEvent(), Open():
            return state.model_copy(update=_changes(event))
        case _:
            return state


def _changes(event: ConversationEvent) -> dict[str, object]:
    match event:
        case Assigned() | Reassigned():
            return {"holder_id": event.agent_id, "holder_name": event.agent_name, "taken_before": True}
        case Released():
            return {"holder_id": None, "holder_name": None, "missed": False}
        case WaitExpired():
            return {"missed": True}
        case _:
            return {}
