"""Ended sessions: tokens from before are refused, newer ones and visitors' are not, and memory is bounded."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.envelope import Event, Metadata, Recorded
from contracts.gateway import AgentRemoved, AgentRenamed, AgentRoleChanged, SessionEnded, SessionsEnded
from contracts.ids import derived_id, stream
from contracts.topics import Naming
from services.chassis import revocations
from services.chassis.memory import MovedClock
from services.chassis.memory_host import MemoryLog, MemoryTail
from services.chassis.revocations import Revocations
from services.chassis.tokens import BadToken, Caller, Signer, Verifier, new_private_key, read_private_key

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, BOB = derived_id("ada"), derived_id("bob")
KEY = read_private_key(new_private_key())
ENDED = SessionsEnded(agent_id=ADA, reason="reset", at=NOW)


def heard(event: Event, version: int, of: str = ADA) -> Recorded:
    metadata = Metadata(derived_id("workspace"), "c", "c", "c", "service:gateway")
    return Recorded(event, "e", event.TYPE, stream("account", of), version, metadata)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(NOW)


@pytest.fixture
def ends(clock: MovedClock) -> Revocations:
    return Revocations("test", MemoryTail(MemoryLog(), Naming()), clock)


@pytest.mark.parametrize(
    "event",
    [
        ENDED,
        AgentRemoved(agent_id=ADA, by=BOB, at=NOW),
        AgentRoleChanged(agent_id=ADA, role="agent", by=BOB, at=NOW),
    ],
)
def test_a_token_from_before_the_end_is_refused_and_one_from_after_is_not(
    ends: Revocations, event: Event
) -> None:
    signer, verifier = Signer("k", KEY), Verifier(lambda: {"k": KEY.public_key()}).heeding(ends)
    ada = Caller(kind="agent", id=ADA, workspace_id="w", role="agent")
    old, new = (signer.sign(ada, NOW, version)[0] for version in (4, 5))
    assert verifier.verify(old, NOW) == ada

    ends.heard(heard(event, 5))

    with pytest.raises(BadToken):
        verifier.verify(old, NOW)
    assert verifier.verify(new, NOW) == ada


def test_a_visitor_and_another_agent_go_on(ends: Revocations) -> None:
    signer, verifier = Signer("k", KEY), Verifier(lambda: {"k": KEY.public_key()}).heeding(ends)
    visitor = Caller(kind="visitor", id=ADA, workspace_id="w", visit_id="v")
    bob = Caller(kind="agent", id=BOB, workspace_id="w", role="agent")

    ends.heard(heard(ENDED, 5))

    for caller in (visitor, bob):
        assert verifier.verify(signer.sign(caller, NOW)[0], NOW) == caller


def test_the_end_of_one_session_refuses_its_tokens_alone(ends: Revocations) -> None:
    signer, verifier = Signer("k", KEY), Verifier(lambda: {"k": KEY.public_key()}).heeding(ends)
    ada = Caller(kind="agent", id=ADA, workspace_id="w", role="agent")
    here, there = (ada.model_copy(update={"session_id": derived_id(where)}) for where in ("here", "there"))
    ended = SessionEnded(agent_id=ADA, session_id=derived_id("there"), reason="ended", at=NOW)
    tokens = [signer.sign(caller, NOW, 9)[0] for caller in (ada, here, there)]
    assert [verifier.verify(token, NOW) for token in tokens] == [ada, here, there]

    ends.heard(heard(ended, 5))

    assert [verifier.verify(token, NOW) for token in tokens[:2]] == [ada, here]
    with pytest.raises(BadToken):
        verifier.verify(tokens[2], NOW)


def test_an_end_that_is_heard_late_or_twice_changes_nothing(ends: Revocations) -> None:
    for version in (7, 5, 7):
        ends.heard(heard(ENDED, version))

    assert (ends.refuses(ADA, 6), ends.refuses(ADA, 7)) == (True, False)


def test_another_name_ends_nothing(ends: Revocations) -> None:
    ends.heard(heard(AgentRenamed(agent_id=ADA, name="Augusta", at=NOW), 5))

    assert not ends.refuses(ADA, 1)


def test_an_end_is_forgotten_when_no_token_from_before_can_count(
    ends: Revocations, clock: MovedClock
) -> None:
    ends.heard(heard(ENDED, 5))
    clock.move(timedelta(seconds=revocations.KEPT_S + 1))
    ends.heard(heard(SessionsEnded(agent_id=BOB, reason="reset", at=NOW), 2, BOB))

    assert not ends.refuses(ADA, 1)
    assert ends.refuses(BOB, 1)


def test_of_more_ends_than_are_kept_the_oldest_goes(
    ends: Revocations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "KEPT_MAX", 2)
    agents = [derived_id(number) for number in range(3)]
    for agent in agents:
        ends.heard(heard(SessionsEnded(agent_id=agent, reason="reset", at=NOW), 2, agent))

    assert [ends.refuses(agent, 1) for agent in agents] == [False, True, True]
