"""A file from its arrival on: looked after, asked after a day later, dropped when its conversation lets it go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.gateway import FileDropped, FileReceived, FileReleaseAsked
from contracts.personal import Personal
from services.chassis.decider import Decider, NotFound, SetTimer
from services.gateway.commands import AskRelease, DropFile, FileCommand, ReceiveFile

RELEASE_AFTER = timedelta(hours=24)
RELEASE = "release"


class NoFile(BaseModel):
    """Nothing was received under this id."""

    model_config = ConfigDict(frozen=True)


class Kept(BaseModel):
    """A file that is looked after. `received_at` is when it came; `asked` that its release was asked for."""

    model_config = ConfigDict(frozen=True)

    file_id: str
    conversation_id: str
    visit_id: str
    visitor_id: str
    name: Annotated[str, Personal]
    content_type: str
    size_bytes: int
    sha256: str
    received_at: datetime
    asked: bool = False


class Dropped(BaseModel):
    """A file that is gone."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str


State = NoFile | Kept | Dropped


def decide(command: FileCommand, state: State) -> Sequence[Event]:
    """What the command adds to the file's stream. Raises NotFound."""
    match command:
        case ReceiveFile():
            return _receive(command, state)
        case AskRelease():
            return _ask(command, state)
        case DropFile():
            return _drop(command, state)
        case _:
            assert_never(command)


def _receive(c: ReceiveFile, state: State) -> Sequence[Event]:
    if isinstance(state, Dropped):
        raise NotFound("file")
    if isinstance(state, Kept):
        return []
    return [
        FileReceived(
            at=c.at,
            file_id=c.file_id,
            conversation_id=c.conversation_id,
            visit_id=c.visit_id,
            visitor_id=c.visitor_id,
            uploader=c.uploader,
            name=c.name,
            content_type=c.content_type,
            size_bytes=c.size_bytes,
            sha256=c.sha256,
        )
    ]


def _ask(c: AskRelease, state: State) -> Sequence[Event]:
    if not isinstance(state, Kept) or state.asked:
        return []
    return [FileReleaseAsked(at=c.at, **_named(state))]


def _drop(c: DropFile, state: State) -> Sequence[Event]:
    return [FileDropped(at=c.at, **_named(state))] if isinstance(state, Kept) else []


def _named(state: Kept) -> dict[str, str]:
    return state.model_dump(include={"file_id", "conversation_id", "visitor_id"})


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case FileReceived(), NoFile():
            told = event.model_dump(exclude={"at", "uploader"})
            return Kept(received_at=event.at, **told)
        case FileReleaseAsked(), Kept():
            return state.model_copy(update={"asked": True})
        case FileDropped(), Kept():
            return Dropped(visitor_id=state.visitor_id)
        case _:
            return state


def timers(event: Event) -> Sequence[SetTimer]:
    """Once, a day after the file came."""
    match event:
        case FileReceived():
            return [SetTimer(RELEASE, event.at + RELEASE_AFTER)]
        case _:
            return []


def elapsed(stream: str, timer: str, at: datetime) -> AskRelease:
    """The command of the only timer."""
    return AskRelease(at=at)


def subject(state: State) -> str | None:
    """The visitor of the file's conversation, whose key seals its name."""
    return None if isinstance(state, NoFile) else state.visitor_id


DECIDER: Decider[FileCommand, State] = Decider(
    category="file",
    decide=decide,
    evolve=evolve,
    initial=NoFile(),
    states=(NoFile, Kept, Dropped),
    schema=1,
    timers=timers,
    elapsed=elapsed,
    subject=subject,
)
