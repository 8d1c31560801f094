"""What happens to an account → what happens to the agent's presence."""

from typing import cast

import pytest

from contracts.gateway import AgentRemoved, AgentRenamed, SessionsEnded
from contracts.presence import AgentWentOffline
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.presence.commands import GoOffline
from services.presence.consumers import REACTIONS
from services.presence.decider import DECIDER
from tests.spec import given
from tests.unit.presence.examples import ADA, BOB, after, offline, online, recorded

[REACTION] = REACTIONS
REMOVED = AgentRemoved(agent_id=ADA, by=BOB, at=after(1))
ENDED = SessionsEnded(agent_id=ADA, reason="password_changed", at=after(1))


async def ordered(event: AgentRemoved | SessionsEnded | AgentRenamed) -> list[GoOffline]:
    orders = await REACTION.react(recorded(event), cast(Ports, None), after(2))
    assert all((order.decider, order.stream) == (DECIDER, f"agent-{ADA}") for order in orders)
    return [order.command for order in orders]


@pytest.mark.parametrize(("event", "reason"), [(REMOVED, "removed"), (ENDED, "signed_out")])
async def test_whoever_was_online_is_offline_for_a_reason(
    event: AgentRemoved | SessionsEnded, reason: str
) -> None:
    (command,) = await ordered(event)

    (gone,) = given(DECIDER, online()).when(command)
    assert isinstance(gone, AgentWentOffline)
    assert (gone.reason, gone.at) == (reason, after(2))
    assert given(DECIDER).when(command) == []
    assert given(DECIDER, online(), gone).when(command) == []


async def test_whoever_went_online_with_a_newer_session_stays_and_the_removed_never_do() -> None:
    (signed_out,), (removed,) = await ordered(ENDED), await ordered(REMOVED)

    assert given(DECIDER, online(at=1.5)).when(signed_out) == []
    assert len(given(DECIDER, online(at=1.5)).when(removed)) == 1


async def test_whoever_went_online_with_a_newer_session_and_was_lost_since_can_still_be_back_by_being_heard() -> (
    None
):
    (signed_out,) = await ordered(ENDED)
    lost = offline(at=3).model_copy(update={"reason": "connection_lost"})

    assert given(DECIDER, online(at=1.5), lost).when(signed_out) == []
    assert len(given(DECIDER, online(at=0), lost).when(signed_out)) == 1


async def test_another_name_takes_nobody_offline() -> None:
    assert await ordered(AgentRenamed(agent_id=ADA, name="Augusta", at=after(1))) == []


def test_it_hears_the_gateways_events() -> None:
    assert (REACTION.name, REACTION.source) == ("presence.gateway", GATEWAY_EVENTS)
