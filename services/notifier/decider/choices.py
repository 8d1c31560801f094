"""What an agent wants to be told of: everything, but for the kinds of notices that they have switched off."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.notifier import Kind, NoticeChoicesSet
from services.chassis.decider import Decider
from services.notifier.commands import SetChoices


class Choices(BaseModel):
    """The kinds that are switched off."""

    model_config = ConfigDict(frozen=True)

    off: tuple[Kind, ...] = ()


def decide(command: SetChoices, state: Choices) -> Sequence[NoticeChoicesSet]:
    """The events of a command; there is only one."""
    if set(command.off) == set(state.off):
        return []
    return [NoticeChoicesSet(at=command.at, agent_id=command.agent_id, off=command.off)]


def evolve(state: Choices, event: Event) -> Choices:
    """The state after an event."""
    return Choices(off=event.off) if isinstance(event, NoticeChoicesSet) else state


DECIDER: Decider[SetChoices, Choices] = Decider(
    category="choices",
    decide=decide,
    evolve=evolve,
    initial=Choices(),
    states=(Choices,),
    schema=1,
)
