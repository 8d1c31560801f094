"""Signals of `gateway.signals.v1`: short-lived news that is never recorded and never replayed."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from contracts.envelope import Fact, UtcTime
from contracts.ids import AgentId, WorkspaceId


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


Signal = Annotated[Heartbeat | Beacon, Field(discriminator="kind")]
SIGNAL: TypeAdapter[Heartbeat | Beacon] = TypeAdapter(Signal)
