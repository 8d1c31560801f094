"""What follows from a stream's events is what its commands had written; a stream that is not whole is refused."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Event, Fact, Metadata, Unknown
from contracts.personal import ClearKeyring
from services.chassis.decider import CancelTimer, Decider, FreeClaim, KeyReused, SetTimer, TakeClaim
from services.chassis.execution import RESTORED, repeat_of
from services.chassis.ports import Answered, StoredEvent
from services.chassis.service import Service
from services.chassis.timers import firing_id
from services.cli.restore.following import BrokenStream, Following, Follows

AT = datetime(2030, 1, 1, tzinfo=UTC)
DUE = AT + timedelta(minutes=5)
STREAM = "thing-1"


class Count(Fact):
    """How many events there were."""

    events: int = 0


def _timers(event: Event) -> Sequence[SetTimer | CancelTimer]:
    assert isinstance(event, Unknown)
    match event.data:
        case b"set":
            return [SetTimer("wait", DUE)]
        case b"cancel":
            return [CancelTimer("wait")]
        case _:
            return []


def _claims(event: Event) -> Sequence[TakeClaim | FreeClaim]:
    assert isinstance(event, Unknown)
    match event.data:
        case b"take":
            return [TakeClaim("only", "x")]
        case b"free":
            return [FreeClaim("only", "x")]
        case _:
            return []


THING: Decider[Any, Any] = Decider(
    category="thing",
    decide=lambda command, state: (),
    evolve=lambda state, event: Count(events=state.events + 1),
    initial=Count(),
    states=(Count,),
    schema=3,
    timers=_timers,
    claims=_claims,
)
SERVICE = Service("thing", (THING,), (), (), ())


def stream_of(*facts: str, commands: Sequence[str] = ()) -> list[StoredEvent]:
    """A whole stream with these bytes, each by a command of its own unless told."""
    found, before = list[StoredEvent](), b""
    for version, fact in enumerate(facts, start=1):
        id_, type_, data = f"event-{version}", "thing.happened.v1", fact.encode()
        before = hashlib.sha256(before + (id_ + type_).encode() + data).digest()
        command = commands[version - 1] if commands else f"command-{version}"
        metadata = Metadata("workspace", command, "correlation", "causation", "service:thing")
        found.append(StoredEvent(STREAM, version, id_, type_, data, AT, metadata, before))
    return found


async def of(*facts: str, since: int = 0, commands: Sequence[str] = ()) -> Follows:
    """What follows from these."""
    return await followed(stream_of(*facts, commands=commands), since)


async def followed(stored: Sequence[StoredEvent], since: int = 0) -> Follows:
    """What follows from a stream of the store."""
    following = Following(SERVICE, ClearKeyring(), stored[0].stream, since)
    for one in stored:
        await following.add(one)
    return await following.end()


async def test_commands_lead_to_their_last_event_and_the_state_is_folded_from_the_first() -> None:
    found = await of("a", "b", "c", commands=["one", "one", "two"])

    assert found.commands == {"one": 2, "two": 3}
    assert (found.version, found.workspace_id) == (3, "workspace")
    assert (found.snapshot.schema, found.snapshot.state) == (3, b'Count\n{"events":3}')


async def test_what_the_store_had_already_is_not_done_again() -> None:
    found = await of("set", "take", "a", since=2)

    assert found.commands == {"command-3": 3}
    assert (found.timers, found.claims) == ({}, {})
    assert found.snapshot.state == b'Count\n{"events":3}'


@pytest.mark.parametrize(
    ("facts", "timer"),
    [
        (("set",), SetTimer("wait", DUE)),
        (("set", "cancel"), CancelTimer("wait")),
        (("cancel", "set"), SetTimer("wait", DUE)),
    ],
)
async def test_a_timer_is_as_the_last_event_about_it_left_it(facts: tuple[str, ...], timer: Any) -> None:
    assert (await of(*facts)).timers == {"wait": timer}


async def test_a_timer_that_has_fired_is_not_set_again() -> None:
    fired = firing_id(STREAM, "wait", DUE)

    assert (await of("set", "a", commands=["one", fired])).timers == {"wait": CancelTimer("wait")}


@pytest.mark.parametrize(
    ("facts", "held"), [(("take",), True), (("take", "free"), False), (("free", "take"), True)]
)
async def test_a_claim_is_held_as_the_last_event_about_it_left_it(facts: tuple[str, ...], held: bool) -> None:
    assert (await of(*facts)).claims == {("only", "x"): held}


async def test_a_stream_with_a_hole_is_refused() -> None:
    first, _, third = stream_of("a", "b", "c")

    with pytest.raises(BrokenStream, match="thing-1 has no version 2"):
        await followed([first, third])


@pytest.mark.parametrize("spoilt", [{"data": b"z"}, {"type": "thing.other.v1"}, {"event_id": "another"}])
async def test_an_event_that_is_not_what_its_hash_says_is_refused(spoilt: dict[str, Any]) -> None:
    first, second = stream_of("a", "b")

    with pytest.raises(BrokenStream, match="thing-1 version 2 is not what its hash says"):
        await followed([first, replace(second, **spoilt)])


async def test_a_stream_of_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BrokenStream, match="does not know"):
        await followed([replace(one, stream="other-1") for one in stream_of("a")])


def test_a_command_whose_record_came_back_is_answered_however_it_was_asked() -> None:
    assert repeat_of(Answered(STREAM, 4, RESTORED), STREAM, "anything").version == 4
    with pytest.raises(KeyReused):
        repeat_of(Answered("thing-2", 4, RESTORED), STREAM, "anything")
    with pytest.raises(KeyReused):
        repeat_of(Answered(STREAM, 4, "this"), STREAM, "that")
