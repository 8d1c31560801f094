"""A workspace: made once, under one name."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.gateway import WorkspaceCreated
from services.chassis.decider import Decider, Refused
from services.gateway.commands import CreateWorkspace


class NoWorkspace(BaseModel):
    """There is no such workspace."""

    model_config = ConfigDict(frozen=True)


class Workspace(BaseModel):
    """A workspace that was made."""

    model_config = ConfigDict(frozen=True)

    name: str


State = NoWorkspace | Workspace


def decide(command: CreateWorkspace, state: State) -> Sequence[Event]:
    """The workspace's first event; repeated, nothing."""
    match state:
        case NoWorkspace():
            return [WorkspaceCreated(workspace_id=command.workspace_id, name=command.name, at=command.at)]
        case Workspace(name=command.name):
            return []
        case Workspace():
            raise Refused("workspace_exists", "This workspace was made under another name.")


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case WorkspaceCreated(), NoWorkspace():
            return Workspace(name=event.name)
        case _:
            return state


DECIDER: Decider[CreateWorkspace, State] = Decider(
    category="workspace",
    decide=decide,
    evolve=evolve,
    initial=NoWorkspace(),
    states=(NoWorkspace, Workspace),
    schema=1,
)
