"""What happens to an agent's account → what happens to their presence."""

from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, AgentRenamed, SessionEnded, SessionsEnded
from contracts.ids import stream
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.presence.commands import GoOffline, Leave, Rename
from services.presence.decider import DECIDER


async def on_account(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Another name is theirs here as well; whoever was removed is here no more."""
    match recorded.event:
        case AgentRenamed(agent_id=agent_id, name=name):
            return [Order(DECIDER, stream("agent", agent_id), Rename(agent_id, name, now))]
        case AgentRemoved(agent_id=agent_id):
            return [Order(DECIDER, stream("agent", agent_id), Leave(agent_id, now))]
        case _:
            return []


async def on_sessions(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Whoever was signed out everywhere takes no chats; who went online again since, does.

    Nor does who switched on in the one session that was ended; who did in another one, does.
    """
    event = recorded.event
    match event:
        case SessionEnded(agent_id=agent_id, session_id=session_id):
            command = GoOffline("signed_out", now, session_id=session_id)
            return [Order(DECIDER, stream("agent", agent_id), command)]
        case SessionsEnded(agent_id=agent_id):
            command = GoOffline("signed_out", now, online_before=event.at)
            return [Order(DECIDER, stream("agent", agent_id), command)]
        case _:
            return []


REACTIONS = (
    Reaction("presence.gateway", GATEWAY_EVENTS, on_sessions, (SessionsEnded, SessionEnded)),
    # It began later than the other one and reads from the beginning: who was removed before that leaves as well.
    Reaction("presence.accounts", GATEWAY_EVENTS, on_account, (AgentRenamed, AgentRemoved)),
)
