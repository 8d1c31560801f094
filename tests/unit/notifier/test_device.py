"""Devices, told in events."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.ids import derived_id
from contracts.notifier import DeviceAllowed, DeviceExpired
from services.chassis.decider import NotFound
from services.notifier.commands import AllowDevice, DeviceCommand, ExpireDevice, RemoveDevice
from services.notifier.decider.device import DECIDER, SessionIsOver
from tests.spec import given
from tests.unit.notifier.examples import ADA, BOB, PHONE, T0

allow = AllowDevice(PHONE, ADA, "Firefox", T0)
allowed = DeviceAllowed(at=T0, device_id=PHONE, agent_id=ADA, label="Firefox")
expired = DeviceExpired(at=T0, device_id=PHONE, agent_id=ADA, reason="gone")


def test_a_device_is_allowed_once() -> None:
    assert given(DECIDER).when(allow) == [allowed]
    assert given(DECIDER, allowed).when(allow) == []
    assert given(DECIDER, allowed, expired).when(allow) == [allowed]


def test_another_agent_takes_a_device_over() -> None:
    assert given(DECIDER, allowed).when(AllowDevice(PHONE, BOB, "Chrome", T0)) == [
        DeviceExpired(at=T0, device_id=PHONE, agent_id=ADA, reason="replaced"),
        DeviceAllowed(at=T0, device_id=PHONE, agent_id=BOB, label="Chrome"),
    ]


def test_a_device_that_is_gone_expires_once() -> None:
    assert given(DECIDER, allowed).when(ExpireDevice("gone", T0, ADA)) == [expired]
    assert given(DECIDER, allowed, expired).when(ExpireDevice("gone", T0, ADA)) == []
    assert given(DECIDER).when(ExpireDevice("gone", T0, ADA)) == []


def test_a_device_that_is_anothers_by_now_stays() -> None:
    assert given(DECIDER, allowed).when(ExpireDevice("agent_removed", T0, agent_id=BOB)) == []


def test_a_device_goes_with_the_session_in_which_it_was_allowed_last() -> None:
    here, there = derived_id("here"), derived_id("there")
    first, anew = (allowed.model_copy(update={"session_id": where}) for where in (here, there))
    signed_out = DeviceExpired(at=T0, device_id=PHONE, agent_id=ADA, reason="signed_out", session_id=here)

    assert given(DECIDER, first).when(replace(allow, session_id=here)) == []
    assert given(DECIDER, first).when(allow) == []
    assert given(DECIDER, first).when(replace(allow, session_id=there)) == [anew]
    assert given(DECIDER, first).when(ExpireDevice("signed_out", T0, ADA, here)) == [signed_out]
    for history in ([first, anew], [allowed]):
        assert given(DECIDER, *history).when(ExpireDevice("signed_out", T0, ADA, here)) == []


def test_what_was_asked_for_in_a_session_that_has_ended_since_comes_to_nothing() -> None:
    here, there, later = derived_id("here"), derived_id("there"), T0 + timedelta(seconds=1)
    ends = ExpireDevice("signed_out", T0, ADA, here, PHONE)
    told = DeviceExpired(at=T0, device_id=PHONE, agent_id=ADA, reason="signed_out", session_id=here)

    assert given(DECIDER).when(ends) == [told]
    assert given(DECIDER, told).when(ends) == []
    for session in (here, there):
        of_all = told.model_copy(update={"session_id": None})
        with pytest.raises(SessionIsOver):
            given(DECIDER, of_all).when(replace(allow, session_id=session))
        assert given(DECIDER, of_all).when(replace(allow, session_id=session, at=later)) != []
    with pytest.raises(SessionIsOver):
        given(DECIDER, told).when(replace(allow, session_id=here))
    assert given(DECIDER, told).when(replace(allow, session_id=there)) != []
    assert given(DECIDER, told).when(AllowDevice(PHONE, BOB, "Chrome", T0, there)) != []


def test_who_was_removed_while_taking_a_device_over_does_not_get_it() -> None:
    removed = DeviceExpired(at=T0, device_id=PHONE, agent_id=BOB, reason="agent_removed")
    later = AllowDevice(PHONE, BOB, "Chrome", T0 + timedelta(hours=1))

    assert given(DECIDER, allowed).when(ExpireDevice("agent_removed", T0, BOB, None, PHONE)) == [removed]
    assert given(DECIDER, allowed, removed).when(ExpireDevice("agent_removed", T0, BOB, None, PHONE)) == []
    assert given(DECIDER, allowed, removed).when(RemoveDevice(ADA, T0)) != [], "it is still its agent's"
    with pytest.raises(SessionIsOver):
        given(DECIDER, allowed, removed).when(later)


def test_a_device_is_taken_off_by_the_agent_whose_it_is() -> None:
    removed = DeviceExpired(at=T0, device_id=PHONE, agent_id=ADA, reason="removed")
    assert given(DECIDER, allowed).when(RemoveDevice(ADA, T0)) == [removed]
    for history, agent_id in (([allowed], BOB), ([allowed, removed], ADA), ([], ADA)):
        with pytest.raises(NotFound):
            given(DECIDER, *history).when(RemoveDevice(agent_id, T0))


COMMANDS = st.one_of(
    st.builds(
        AllowDevice,
        st.just(PHONE),
        st.sampled_from([ADA, BOB]),
        st.just(""),
        st.just(T0),
        st.sampled_from([None, derived_id("here"), derived_id("there")]),
    ),
    st.builds(
        ExpireDevice,
        st.just("signed_out"),
        st.just(T0),
        st.sampled_from([None, ADA, BOB]),
        st.sampled_from([None, derived_id("here"), derived_id("there")]),
    ),
)


@prop(st.lists(COMMANDS))
def test_a_command_that_is_sent_again_changes_nothing(commands: list[DeviceCommand]) -> None:
    state = DECIDER.initial
    for second, asked in enumerate(commands):
        command = replace(asked, at=T0 + timedelta(seconds=second))
        try:
            events = DECIDER.decide(command, state)
        except SessionIsOver:
            continue
        for event in events:
            state = DECIDER.evolve(state, event)
        assert DECIDER.decide(command, state) == []
