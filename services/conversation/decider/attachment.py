"""A file that no message names is released, once and for good; the claim decides between the release and a message."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.conversation import FileReleased
from contracts.envelope import Event
from services.chassis.decider import Decider, TakeClaim
from services.conversation.commands.conversation import ReleaseFile

FILE = "file"
"""The claim on a file: held by the conversation whose message names it, or by the file's release."""


class Unreleased(BaseModel):
    """A message may name the file, or does."""

    model_config = ConfigDict(frozen=True)


class Gone(BaseModel):
    """No message names the file, and none will."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str


State = Unreleased | Gone


def decide(command: ReleaseFile, state: State) -> Sequence[Event]:
    """The release. Where a message names the file its claim is taken, and the append refuses."""
    if isinstance(state, Gone):
        return []
    return [
        FileReleased(
            at=command.at,
            file_id=command.file_id,
            conversation_id=command.conversation_id,
            visitor_id=command.visitor_id,
        )
    ]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case FileReleased(), Unreleased():
            return Gone(visitor_id=event.visitor_id)
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim]:
    """A released file is never named by a message."""
    match event:
        case FileReleased():
            return [TakeClaim(FILE, event.file_id)]
        case _:
            return []


DECIDER: Decider[ReleaseFile, State] = Decider(
    category="attachment",
    decide=decide,
    evolve=evolve,
    initial=Unreleased(),
    states=(Unreleased, Gone),
    schema=1,
    claims=claims,
)
