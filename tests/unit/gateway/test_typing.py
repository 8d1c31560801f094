"""Who is told that somebody writes: the other side and other agents, on every replica, not more often than counts."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.conversation import Assigned
from contracts.ids import derived_id, stream
from contracts.signals import Typing
from contracts.topics import INBOX_STATE
from services.chassis.app import application
from services.chassis.memory_host import MemorySignals
from services.chassis.models import Changed
from services.chassis.tokens import Caller
from services.gateway.service import SERVICE
from services.gateway.sockets import signs
from services.gateway.sockets.outgoing import HISTORY_FRAMES_MAX, Outgoing
from tests.unit.gateway.client import Client, Closed, authorise, socket
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    CHAT,
    CONVERSATION,
    WALK,
    WORKSPACE,
    ada,
    assigned,
    inbox_row,
    recorded,
    requested,
    started,
    stranger,
    visit_started,
    visitor,
)
from tests.unit.gateway.replica import Replica

bob = Caller(kind="agent", id=BOB, workspace_id=WORKSPACE, name="Bob", role="agent")
BY_VISITOR = {
    "type": "typing",
    "conversation_id": CONVERSATION,
    "by": "visitor",
    "typing": True,
    "agent_id": None,
}
BY_ADA = {**BY_VISITOR, "by": "agent", "agent_id": ADA}
FOR_VISITOR = {"type": "typing", "conversation_id": CONVERSATION, "by": "agent", "typing": True}


class Gateways:
    """Two replicas that hear the same topics and signals."""

    def __init__(self) -> None:
        self.signals = MemorySignals()
        self.one, self.other = self._replica(), self._replica()
        self.sent: list[Any] = []
        self.signals.listen(self.sent.append)

    def _replica(self) -> Replica:
        replica = Replica()
        object.__setattr__(replica.ports, "signals", self.signals)
        return replica

    def happened(self) -> None:
        """Ada holds the visitor's conversation."""
        for replica in (self.one, self.other):
            replica.topics.append(recorded(visit_started, 1, WALK), recorded(requested, 2, WALK))
            replica.topics.append(recorded(started, 1), recorded(assigned, 2))
            row = inbox_row(holder_id=ADA, holder_name="Ada", version=2)
            replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))

    @property
    def typing(self) -> list[Typing]:
        return [signal for signal in self.sent if isinstance(signal, Typing)]


@pytest.fixture
def gateways() -> Gateways:
    gateways = Gateways()
    gateways.happened()
    return gateways


@pytest.fixture
def apps(gateways: Gateways) -> tuple[FastAPI, FastAPI]:
    one, other = (application(SERVICE, each.ports, each.verifier) for each in (gateways.one, gateways.other))
    return one, other


async def looking(client: Client, replica: Replica, caller: Caller) -> None:
    """A screen that shows the conversation."""
    if caller.kind == "visitor":
        await authorise(client, replica, caller)
        return
    await authorise(client, replica, caller, have={CHAT: 2})
    await quiet(client)


async def types(client: Client, conversation_id: str = CONVERSATION, *, typing: bool = True) -> None:
    await client.send(type="typing", conversation_id=conversation_id, typing=typing)


async def quiet(client: Client) -> None:
    """Nothing came before the answer to a ping."""
    await client.send(type="ping")
    assert await client.next() == {"type": "pong"}


async def test_the_visitor_and_the_holder_see_each_other_write_on_every_replica(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with socket(apps[0]) as vi, socket(apps[1]) as a, socket(apps[1]) as b:
        await looking(vi, gateways.one, visitor)
        await looking(a, gateways.other, ada)
        await looking(b, gateways.other, bob)

        await types(vi)
        assert [await a.next(), await b.next()] == [BY_VISITOR, BY_VISITOR]
        await types(a)
        assert [await vi.next(), await b.next()] == [FOR_VISITOR, BY_ADA]

        for client in (vi, a, b):
            await quiet(client)


async def test_of_an_agent_who_does_not_hold_it_the_other_agents_are_told_alone(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with socket(apps[0]) as vi, socket(apps[1]) as a, socket(apps[0]) as b:
        await looking(vi, gateways.one, visitor)
        await looking(a, gateways.other, ada)
        await looking(b, gateways.one, bob)

        await types(b)
        assert await a.next() == {**BY_ADA, "agent_id": BOB}
        for client in (vi, a, b):
            await quiet(client)

    assert [signal.holds for signal in gateways.typing] == [False]


async def test_of_those_who_do_not_follow_the_conversation_nobody_is_told(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with socket(apps[0]) as vi, socket(apps[0]) as b, socket(apps[0]) as s:
        await looking(vi, gateways.one, visitor)
        await authorise(b, gateways.one, bob)
        await authorise(s, gateways.one, stranger, have={CHAT: 0})
        for client in (b, s):
            await types(client)
            await client.send(type="ping")
            assert "typing" not in [frame["type"] for frame in await client.until("pong")]
        await types(vi, derived_id("another conversation"))
        await quiet(vi)

    assert gateways.typing == []


async def test_in_a_closed_conversation_nobody_writes(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    row = inbox_row(holder_id=ADA, status="closed", version=3)
    gateways.one.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))
    async with socket(apps[0]) as vi, socket(apps[0]) as a:
        await looking(vi, gateways.one, visitor)
        await looking(a, gateways.one, ada)
        for client in (vi, a):
            await types(client)
            await quiet(client)

    assert gateways.typing == []


async def test_it_is_told_once_in_two_seconds(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with socket(apps[0]) as vi:
        await looking(vi, gateways.one, visitor)
        for _ in range(5):
            await types(vi)
            await types(vi, typing=False)
        await quiet(vi)
        assert len(gateways.typing) == 1
    monkeypatch.setattr(signs, "TYPING_EVERY_S", 0.0)
    async with socket(apps[0]) as vi:
        await looking(vi, gateways.one, visitor)
        await types(vi)
        await types(vi, typing=False)
        await quiet(vi)
    assert [signal.typing for signal in gateways.typing] == [True, True, False]


async def test_what_is_older_than_six_seconds_is_not_told(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with socket(apps[0]) as a:
        await looking(a, gateways.one, ada)
        now = gateways.one.clock.now()
        for age_s in (6, 5):
            at = now - timedelta(seconds=age_s)
            signal = Typing(workspace_id=WORKSPACE, conversation_id=CONVERSATION, typing=age_s == 5, at=at)
            await gateways.signals.send("", signal)
        assert await a.next() == BY_VISITOR


async def test_signals_of_another_workspace_are_not_told(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with socket(apps[0]) as a:
        await looking(a, gateways.one, ada)
        signal = Typing(
            workspace_id=derived_id("another workspace"),
            conversation_id=CONVERSATION,
            typing=True,
            at=gateways.one.clock.now(),
        )
        await gateways.signals.send("", signal)
        await quiet(a)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "typing"},
        {"type": "typing", "conversation_id": CHAT, "typing": True},
        {"type": "typing", "conversation_id": CONVERSATION, "typing": 1},
        {"type": "typing", "conversation_id": CONVERSATION, "typing": True, "by": "agent"},
    ],
)
async def test_a_frame_that_does_not_fit_ends_the_socket(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], frame: dict[str, Any]
) -> None:
    async with socket(apps[0]) as vi:
        await looking(vi, gateways.one, visitor)
        await vi.send(**frame)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await vi.until("ready")


def test_a_slow_reader_loses_it_and_nothing_else() -> None:
    queue = Outgoing()
    for _ in range(HISTORY_FRAMES_MAX - 1):
        queue.push_if_room("{}")
    assert len(queue._frames) == HISTORY_FRAMES_MAX - 1
    queue.push_if_room("{}")
    queue.push_if_room("{}")
    assert len(queue._frames) == HISTORY_FRAMES_MAX


def test_the_examples_are_of_one_conversation() -> None:
    assert isinstance(assigned, Assigned)
    assert stream("conversation", assigned.conversation_id) == CHAT
