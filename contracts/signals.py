"""Signals of `gateway.signals.v1`: short-lived news that is never recorded and never replayed.

Every socket of an agent sends heartbeats and tells which conversation or playbook it shows; every socket of a visitor
tells that it opens and closes, and once a minute that it is there.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from contracts.envelope import Fact, UtcTime
from contracts.flow import CardId
from contracts.ids import AgentId, ConversationId, PlaybookId, VisitId, WorkspaceId


class Heartbeat(Fact):
    """A socket of this agent, in this tab, is alive."""

    kind: Literal["heartbeat"] = "heartbeat"
    workspace_id: WorkspaceId
    agent_id: AgentId
    tab: str
    at: UtcTime


class Beacon(Fact):
    """A gateway is alive and its heartbeats reach Kafka: silence of an agent means something only beside these."""

    kind: Literal["beacon"] = "beacon"
    gateway: str
    at: UtcTime


class VisitorPresence(Fact):
    """A socket of this visit opened, is still there, or closed. `socket` names it among the visit's sockets."""

    kind: Literal["visitor_presence"] = "visitor_presence"
    workspace_id: WorkspaceId
    visit_id: VisitId
    socket: str
    state: Literal["open", "alive", "closed"]
    at: UtcTime


class Typing(Fact):
    """The visitor or an agent is writing in the conversation; or, `typing` being false, no longer.

    It counts for six seconds. `agent_id` is None where the visitor writes. `holds` is false for an agent who does not
    hold the conversation: of them no visitor is told.
    """

    kind: Literal["typing"] = "typing"
    workspace_id: WorkspaceId
    conversation_id: ConversationId
    agent_id: AgentId | None = None
    typing: bool
    holds: bool = True
    at: UtcTime


class Viewing(Fact):
    """A socket of this agent shows the conversation; none, where `conversation_id` is None.

    Where it shows a playbook's editor, `playbook_id` is its, and `card_id` the card that is selected there. It counts
    for thirty seconds, and of one socket the newest alone; who goes on looking says so again before. `socket` names it
    among the agent's sockets.
    """

    kind: Literal["viewing"] = "viewing"
    workspace_id: WorkspaceId
    agent_id: AgentId
    agent_name: str
    socket: str
    conversation_id: ConversationId | None = None
    playbook_id: PlaybookId | None = None
    card_id: CardId | None = None
    at: UtcTime


Signal = Annotated[Heartbeat | Beacon | VisitorPresence | Typing | Viewing, Field(discriminator="kind")]
SIGNAL: TypeAdapter[Heartbeat | Beacon | VisitorPresence | Typing | Viewing] = TypeAdapter(Signal)
