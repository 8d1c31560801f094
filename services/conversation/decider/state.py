"""What decisions about a conversation need to know, folded from its events."""

from pydantic import BaseModel, ConfigDict

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    MessagesRead,
    Reassigned,
    Released,
    VisitorLeft,
    VisitorReturned,
    WaitExpired,
)
from contracts.envelope import Event, UtcTime
from contracts.formatted import Body
from services.chassis.decider import NotFound, Refused


class NotStarted(BaseModel):
    """There is no such conversation."""

    model_config = ConfigDict(frozen=True)


class Declined(BaseModel):
    """A conversation was asked for and not opened."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str


class Open(BaseModel):
    """An open conversation at this `version` of its stream.

    `taken_before` says that it was assigned at some time, now or earlier; `missed` that the current wait, which was to
    end at `answer_by`, ended without an agent: then it closes at `close_at`, where its visitor stays away. Up to
    `visitor_read` and `holder_read` the stream was seen; a new holder has seen nothing. `wait_time_s` is in seconds.
    """

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    visit_id: str
    visitor_id: str
    request_id: str
    offline_message: str
    offline_body: Body = ()
    wait_time_s: int
    answer_by: UtcTime
    version: int = 1
    holder_id: str | None = None
    holder_name: str | None = None
    taken_before: bool = False
    missed: bool = False
    visitor_left_at: UtcTime | None = None
    close_at: UtcTime | None = None
    visitor_read: int = 0
    holder_read: int = 0

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


def refuse_stranger(state: State, visit_id: str | None) -> None:
    """To the visitor of another visit there is no such conversation. Raises NotFound."""
    if isinstance(state, Open | Ended) and state.visit_id != visit_id:
        raise NotFound("conversation")


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
                offline_body=event.offline_body,
                wait_time_s=event.wait_time_s,
                answer_by=event.answer_by,
            )
        case Closed(), Open():
            return Ended(visit_id=state.visit_id, visitor_id=state.visitor_id)
        case _, Open():
            return state.model_copy(update={"version": state.version + 1, **_changes(event)})
        case _:
            return state


def _changes(event: Event) -> dict[str, object]:
    match event:
        case Assigned() | Reassigned():
            holder = {"holder_id": event.agent_id, "holder_name": event.agent_name}
            return {**holder, "taken_before": True, "holder_read": 0, "close_at": None}
        case Released():
            return {"holder_id": None, "holder_name": None, "missed": False, "answer_by": event.answer_by}
        case WaitExpired():
            return {"missed": True, "close_at": event.close_at}
        case MessagesRead(reader="visitor"):
            return {"visitor_read": event.up_to}
        case MessagesRead():
            return {"holder_read": event.up_to}
        case VisitorLeft():
            return {"visitor_left_at": event.at, "close_at": event.close_at}
        case VisitorReturned():
            return {"visitor_left_at": None, "close_at": None}
        case _:
            return {}
