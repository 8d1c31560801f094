"""What happens to an account → what happens to the agent's presence."""

from dataclasses import replace
from typing import Literal, cast

import pytest

from contracts.envelope import Event
from contracts.gateway import AgentRemoved, AgentRenamed, SessionEnded, SessionsEnded
from contracts.ids import derived_id
from contracts.presence import (
    AgentLeft,
    AgentNamed,
    AgentSwitchedOnElsewhere,
    AgentSwitchesEnded,
    AgentWentOffline,
    AgentWentOnline,
)
from contracts.topics import GATEWAY_EVENTS
from services.chassis.decider import NotFound
from services.chassis.ports import Ports
from services.presence.commands import Command, Revive
from services.presence.consumers import REACTIONS
from services.presence.decider import DECIDER
from tests.spec import given
from tests.unit.presence.examples import ADA, BOB, after, go_offline, go_online, offline, online, recorded

HERE, THERE = derived_id("this session"), derived_id("another session")
REMOVED = AgentRemoved(agent_id=ADA, by=BOB, at=after(1))
ENDED = SessionsEnded(agent_id=ADA, reason="password_changed", at=after(1))
RENAMED = AgentRenamed(agent_id=ADA, name="Augusta", at=after(1))
lost = offline(at=3).model_copy(update={"reason": "connection_lost"})
named = AgentNamed(agent_id=ADA, name="Augusta", at=after(2))
elsewhere = AgentSwitchedOnElsewhere(agent_id=ADA, tab="tab-2", session_id=THERE, at=after(0.5))
left = AgentLeft(agent_id=ADA, at=after(2))
as_augusta = online().model_copy(update={"name": "Augusta"})


async def ordered(event: Event) -> Command:
    """The one command that all reactions together make of it."""
    orders = [
        order
        for reaction in REACTIONS
        if isinstance(event, reaction.about or ())
        for order in await reaction.react(recorded(event), cast(Ports, None), after(2))
    ]
    (order,) = orders
    assert (order.decider, order.stream) == (DECIDER, f"agent-{ADA}")
    command: Command = order.command
    return command


async def test_whoever_was_online_and_is_signed_out_is_offline_for_that_reason() -> None:
    command = await ordered(ENDED)

    (gone,) = given(DECIDER, online()).when(command)
    assert isinstance(gone, AgentWentOffline)
    assert (gone.reason, gone.at) == ("signed_out", after(2))
    assert given(DECIDER).when(command) == []
    assert given(DECIDER, online(), gone).when(command) == []


async def test_whoever_went_online_with_a_newer_session_stays_and_the_removed_never_do() -> None:
    signed_out, removed = await ordered(ENDED), await ordered(REMOVED)

    assert given(DECIDER, online(at=1.5)).when(signed_out) == []
    assert given(DECIDER, online(at=1.5)).when(removed)[-1] == left


async def test_whoever_went_online_with_a_newer_session_and_was_lost_since_can_still_be_back_by_being_heard() -> (
    None
):
    signed_out = await ordered(ENDED)

    assert given(DECIDER, online(at=1.5), lost).when(signed_out) == []
    assert len(given(DECIDER, online(at=0), lost).when(signed_out)) == 1


def ended(reason: Literal["signed_out", "ended", "too_many"] = "signed_out", of: str = HERE) -> SessionEnded:
    return SessionEnded(agent_id=ADA, session_id=of, reason=reason, at=after(1))


def in_session(session_id: str | None, at: float = 0) -> AgentWentOnline:
    return online(at=at).model_copy(update={"session_id": session_id})


@pytest.mark.parametrize("reason", ["signed_out", "ended", "too_many"])
@pytest.mark.parametrize("before", [(in_session(HERE),), (in_session(HERE), lost)])
async def test_whoever_switched_on_in_a_session_that_ended_is_signed_out_and_comes_back_by_no_sign_of_life(
    before: tuple[Event, ...], reason: Literal["signed_out", "ended", "too_many"]
) -> None:
    command = await ordered(ended(reason))

    (gone,) = given(DECIDER, *before).when(command)

    assert gone == AgentWentOffline(at=after(2), agent_id=ADA, reason="signed_out")
    assert given(DECIDER, *before, gone).when(command) == []
    assert given(DECIDER, *before, gone).when(Revive("tab-1", after(4))) == []


@pytest.mark.parametrize(
    "before",
    [
        (in_session(THERE),),
        (in_session(THERE), lost),
        (in_session(None),),
        (in_session(HERE), offline(), in_session(THERE, at=1.5)),
        (in_session(HERE), lost, in_session(THERE, at=4)),
        (in_session(HERE), offline()),
    ],
)
async def test_whoever_switched_on_in_another_session_stays_as_they_are(before: tuple[Event, ...]) -> None:
    assert given(DECIDER, *before).when(await ordered(ended())) == []


def test_each_session_that_switched_is_told_once_and_the_tab_that_is_back_tells_its_own() -> None:
    here, there = (
        replace(go_online(), session_id=HERE),
        replace(go_online(at=5), session_id=THERE, tab="tab-2"),
    )

    assert given(DECIDER).when(here) == [in_session(HERE)]
    told = elsewhere.model_copy(update={"at": after(5)})
    assert given(DECIDER, in_session(HERE)).when(there) == [told]
    assert given(DECIDER, in_session(HERE), elsewhere).when(there) == []
    assert given(DECIDER, in_session(HERE), elsewhere).when(here) == []
    back = in_session(HERE, at=4).model_copy(update={"revived": True})
    assert given(DECIDER, in_session(HERE), lost).when(Revive("tab-1", after(4))) == [back]
    there_back = back.model_copy(update={"session_id": THERE, "tab": "tab-2"})
    assert given(DECIDER, in_session(HERE), elsewhere, lost).when(Revive("tab-2", after(4))) == [there_back]


@pytest.mark.parametrize(
    "before",
    [
        (in_session(HERE), elsewhere),
        (in_session(HERE), elsewhere, lost),
        (in_session(HERE), elsewhere, lost, in_session(HERE, at=4).model_copy(update={"revived": True})),
    ],
)
async def test_who_switched_on_in_two_sessions_is_signed_out_with_the_last_of_them(
    before: tuple[Event, ...],
) -> None:
    (left,) = given(DECIDER, *before).when(await ordered(ended()))

    assert left == AgentSwitchesEnded(at=after(2), agent_id=ADA, session_ids=(HERE,))
    assert given(DECIDER, *before, left).when(await ordered(ended())) == []
    (gone,) = given(DECIDER, *before, left).when(await ordered(ended(of=THERE)))
    assert gone == AgentWentOffline(at=after(2), agent_id=ADA, reason="signed_out")
    (switched,) = given(DECIDER, *before).when(go_offline(at=9))
    assert switched == offline(at=9)


async def test_a_session_that_ended_brings_nobody_back_who_was_lost_in_another_one() -> None:
    left = AgentSwitchesEnded(at=after(2), agent_id=ADA, session_ids=(HERE,))
    away = given(DECIDER, in_session(HERE), elsewhere, left, lost)

    assert away.when(Revive("tab-1", after(4))) == []
    assert len(away.when(Revive("tab-2", after(4)))) == 1


async def test_who_switched_on_in_a_newer_session_as_well_stays_when_all_before_are_ended() -> None:
    newer = elsewhere.model_copy(update={"at": after(1.5)})

    (left,) = given(DECIDER, online(), newer).when(await ordered(ENDED))

    assert left == AgentSwitchesEnded(at=after(2), agent_id=ADA, session_ids=(None,))
    (gone,) = given(DECIDER, online(), elsewhere).when(await ordered(ENDED))
    assert isinstance(gone, AgentWentOffline)


def test_a_tab_that_leaves_takes_its_own_switch_along_and_no_other() -> None:
    both = given(DECIDER, in_session(HERE), elsewhere)
    leaves = replace(go_offline(at=9), tab="tab-9", session_id=HERE)

    assert both.when(leaves) == [AgentSwitchesEnded(at=after(9), agent_id=ADA, session_ids=(HERE,))]
    assert given(DECIDER, in_session(THERE)).when(leaves) == []
    assert given(DECIDER, in_session(HERE)).when(leaves) == [offline(at=9)]
    assert given(DECIDER, in_session(THERE)).when(replace(leaves, tab="tab-1")) == [offline(at=9)]
    assert given(DECIDER, in_session(None)).when(replace(leaves, session_id=None)) == []


@pytest.mark.parametrize("before", [(online(),), (online(), lost)])
async def test_whoever_is_removed_goes_offline_and_leaves(before: tuple[Event, ...]) -> None:
    gone = AgentWentOffline(at=after(2), agent_id=ADA, reason="removed")

    assert given(DECIDER, *before).when(await ordered(REMOVED)) == [gone, left]


@pytest.mark.parametrize("before", [(), (online(), offline()), (named,)])
async def test_whoever_is_removed_while_they_are_not_online_leaves_too(before: tuple[Event, ...]) -> None:
    assert given(DECIDER, *before).when(await ordered(REMOVED)) == [left]


async def test_who_has_left_never_comes_back_whatever_still_arrives() -> None:
    away = given(DECIDER, online(), offline(), left)

    with pytest.raises(NotFound):
        away.when(go_online(at=3))
    for late in (
        await ordered(REMOVED),
        await ordered(RENAMED),
        await ordered(ENDED),
        go_offline(at=3),
        Revive("tab-1", after(3)),
    ):
        assert away.when(late) == []
    assert given(DECIDER, left, online(at=3), named).state == away.state


@pytest.mark.parametrize("before", [(), (online(),), (online(), lost), (online(), offline())])
async def test_another_name_counts_from_now_on_and_is_told_once(before: tuple[Event, ...]) -> None:
    command = await ordered(RENAMED)

    assert given(DECIDER, *before).when(command) == [named]
    assert given(DECIDER, *before, named).when(command) == []


def test_a_token_from_before_the_other_name_brings_the_old_one_back_nowhere() -> None:
    assert given(DECIDER, named).when(go_online()) == [as_augusta]
    assert given(DECIDER, online(), named, offline()).when(go_online()) == [as_augusta]
    (back,) = given(DECIDER, online(), lost, named).when(Revive("tab-1", after(4)))
    assert back == as_augusta.model_copy(update={"at": after(4), "revived": True})


async def test_a_name_that_a_token_told_before_is_noted_all_the_same() -> None:
    renamed = await ordered(RENAMED)

    assert given(DECIDER, as_augusta).when(renamed) == [named]
    assert given(DECIDER, as_augusta, named, offline()).when(go_online()) == [as_augusta]


def test_it_hears_the_gateways_events() -> None:
    assert [(reaction.name, reaction.source) for reaction in REACTIONS] == [
        ("presence.gateway", GATEWAY_EVENTS),
        ("presence.accounts", GATEWAY_EVENTS),
    ]
