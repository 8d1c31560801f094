"""What a visit's condition cards decided, and by what."""

from typing import Annotated

from contracts.envelope import Fact
from contracts.flow import CardId
from contracts.hours import HoursSeen
from contracts.ids import AgentId
from contracts.personal import Personal
from contracts.playbook import VisitEvent


class AgentSeen(Fact):
    """An agent who was online, as of this version of their stream."""

    agent_id: AgentId
    version: int


class Weighed(Fact):
    """What a condition card was decided by, beside what was captured; what no case asked for is None.

    `utm` is the page from which the UTM parameters are; `online` are the agents who were, none where it is empty.
    """

    page: Annotated[str, Personal] | None = None
    utm: Annotated[str, Personal] | None = None
    locale: str | None = None
    hours: HoursSeen | None = None
    online: tuple[AgentSeen, ...] | None = None
    returning: bool | None = None


class ConditionDecided(VisitEvent):
    """A condition card led on: to the `next` of its case number `case` (1, 2, 3 …), or to its `otherwise` (0)."""

    card_id: CardId
    case: int
    next: CardId
    weighed: Weighed = Weighed()
