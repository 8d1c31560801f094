"""What happens to an agent's account → what happens to their presence."""

from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, SessionsEnded
from contracts.ids import stream
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.presence.commands import GoOffline
from services.presence.decider import DECIDER


async def on_account(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Whoever was removed or signed out everywhere takes no chats; who went online again since, does."""
    event = recorded.event
    match event:
        case AgentRemoved(agent_id=agent_id):
            return [Order(DECIDER, stream("agent", agent_id), GoOffline("removed", now))]
        case SessionsEnded(agent_id=agent_id):
            command = GoOffline("signed_out", now, online_before=event.at)
            return [Order(DECIDER, stream("agent", agent_id), command)]
        case _:
            return []


REACTIONS = (Reaction("presence.gateway", GATEWAY_EVENTS, on_account, (AgentRemoved, SessionsEnded)),)
