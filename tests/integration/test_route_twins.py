"""The shipped sockets' route to its clients: one suite over uvicorn and over the simulation's wire."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from services.chassis.app import application
from services.chassis.tokens import Caller
from services.gateway.service import SERVICE
from services.gateway.sockets import route
from services.gateway.sockets.frames import FRAME_BYTES_MAX
from services.gateway.sockets.outgoing import FRAMES_MAX
from tests.integration.sample_wire import (
    Client,
    Connect,
    Over,
    Promise,
    Serving,
    Watched,
    keep_over_the_wire,
    keep_over_uvicorn,
)
from tests.unit.gateway.examples import CHAT, ada, recorded, said, started
from tests.unit.gateway.replica import ORIGIN, Replica
from tests.waiting import eventually

EVENTS_MAX, LONG = 2_000, "x" * 3_000
PROMISES: list[Promise] = []


def promised(promise: Promise) -> Promise:
    """A promise that every wire keeps."""
    PROMISES.append(promise)
    return promise


@dataclass
class Gateway:
    """A gateway without servers behind it, and the sockets to it."""

    replica: Replica
    connect: Connect
    app: Any
    tasks: list[asyncio.Task[Any]]

    async def authorised(self, caller: Caller = ada, **more: Any) -> Client:
        """A socket that is ready, of a screen that has nothing yet."""
        client = await self.connect(ORIGIN)
        await self.authorise(client, caller, **more)
        while (await frame_of(client))["type"] != "ready":
            pass
        return client

    async def authorise(self, client: Client, caller: Caller, **more: Any) -> None:
        token = self.replica.token(caller)
        await client.send(json.dumps({"type": "authorise", "token": token, **more}))

    async def let_go(self) -> None:
        """Returns when nothing is left of any socket."""
        hub, places = route.hub_of(self.app), route.places_of(self.app)

        async def nothing_left() -> bool:
            return not (hub._streams or hub._folders or hub._agents or len(places))

        await eventually(nothing_left, what="the gateway lets go of its sockets")


@asynccontextmanager
async def gateway_over(serving: Serving) -> AsyncIterator[Gateway]:
    """At its end it has let go of every socket, and failed at none."""
    replica = Replica()
    app = application(SERVICE, replica.ports, replica.verifier)
    tasks: list[asyncio.Task[Any]] = []

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        await app(scope, receive, send)

    watched = Watched(noted)
    async with serving(watched) as connect:
        gateway = Gateway(replica, connect, app, tasks)
        yield gateway
    await gateway.let_go()
    assert watched.failures == []


async def frame_of(client: Client) -> dict[str, Any]:
    """The next frame."""
    frame: dict[str, Any] = json.loads(await client.next())
    return frame


async def rest_of(client: Client) -> tuple[list[dict[str, Any]], tuple[int, str]]:
    """All frames that are left, and the code of the socket's end with its reason."""
    frames: list[dict[str, Any]] = []
    while True:
        try:
            frames.append(await frame_of(client))
        except Over as over:
            return frames, (over.code, over.reason)


async def end_of(client: Client) -> tuple[int, str]:
    """The code of the socket's end, with its reason; what comes before is passed over."""
    return (await rest_of(client))[1]


async def ends_with_a_reason(client: Client, code: int, reason: str) -> None:
    """It is told why, and closed."""
    frame = await frame_of(client)
    assert (frame["type"], frame["code"]) == ("error", reason)
    assert frame["detail"]
    assert await end_of(client) == (code, reason)


def replaced(**limits: float) -> pytest.MonkeyPatch:
    """The route with other limits, until undone."""
    patch = pytest.MonkeyPatch()
    for name, limit in limits.items():
        patch.setattr(route, name, limit)
    return patch


async def flood(gateway: Gateway, until: asyncio.Event | None = None) -> int:
    """Events of a conversation, until its follower is let go of; answers the last version."""
    hub = route.hub_of(gateway.app)
    for version in range(2, EVENTS_MAX):
        gateway.replica.topics.append(recorded(said(LONG), version))
        await asyncio.sleep(0)
        if not hub._streams or (until is not None and until.is_set()):
            return version
    raise AssertionError(f"{EVENTS_MAX} events are not too many for a client that takes none")


@promised
async def a_page_of_another_origin_opens_no_socket(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        with pytest.raises(Over) as over:
            await gateway.connect("https://evil.example")

    assert over.value.code == 403


@promised
async def a_token_that_counts_opens_and_another_one_is_told_why_not(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        inbox, nobody = await gateway.authorised(), await gateway.connect()
        await nobody.send('{"type":"authorise","token":"no token"}')
        await ends_with_a_reason(nobody, 4401, "unauthorised")
        await inbox.send('{"type":"ping"}')
        assert await frame_of(inbox) == {"type": "pong"}


@promised
async def who_says_nothing_is_closed_in_time(serving: Serving) -> None:
    patch = replaced(AUTHORISE_WITHIN_S=0.05)
    try:
        async with gateway_over(serving) as gateway:
            await ends_with_a_reason(await gateway.connect(), 4401, "unauthorised")
    finally:
        patch.undo()


@promised
async def a_bad_frame_ends_it_with_a_reason_at_any_time(serving: Serving) -> None:
    for frame in (b'{"type":"ping"}', "no json", '"' + "x" * FRAME_BYTES_MAX + '"'):
        async with gateway_over(serving) as gateway:
            for client in (await gateway.connect(), await gateway.authorised()):
                await client.send(frame)
                await ends_with_a_reason(client, 4400, "bad_frame")


@promised
async def a_frame_beyond_all_measure_ends_it_also_while_events_come(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        gateway.replica.topics.append(recorded(started, 1))
        client, large = await gateway.authorised(have={CHAT: 1}), asyncio.Event()

        async def say_too_much() -> None:
            await client.send("x" * 100_000)
            large.set()

        saying = asyncio.create_task(say_too_much())
        await flood(gateway, large)
        await saying
        assert (await end_of(client))[0] in (1009, 1006)


@promised
async def events_come_in_order_and_once(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        gateway.replica.topics.append(recorded(started, 1))
        client = await gateway.authorised(have={CHAT: 1})
        for version in range(2, 42):
            for _ in range(2):
                gateway.replica.topics.append(recorded(said(f"{version}"), version))
            if version % 10 == 0:
                await client.send('{"type":"ping"}')
            await asyncio.sleep(0)
        frames = [await frame_of(client) for _ in range(40 + 4)]

    events = [frame for frame in frames if frame["type"] == "event"]
    assert [frame["version"] for frame in events] == list(range(2, 42))
    assert len(frames) - len(events) == 4


@promised
async def a_client_that_goes_or_vanishes_is_let_go_of(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        goes, vanishes = [await gateway.authorised(folders=True, have={CHAT: 0}) for _ in range(2)]
        await goes.close(1000, "")
        vanishes.vanish()
        await gateway.let_go()
        gateway.replica.topics.append(recorded(started, 1))


@promised
async def who_reads_too_slowly_gets_what_was_sent_and_is_told_that_it_was_slow(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        gateway.replica.topics.append(recorded(started, 1))
        client = await gateway.authorised(have={CHAT: 1})
        last = await flood(gateway)
        frames, end = await rest_of(client)

    versions = [frame["version"] for frame in frames]
    assert end == (4408, "slow")
    assert versions == list(range(2, 2 + len(versions)))
    assert 0 < len(versions) <= last - FRAMES_MAX


@promised
async def who_reads_nothing_any_more_keeps_nobody_waiting(serving: Serving) -> None:
    patch = replaced(CLOSE_WITHIN_S=0.1)
    try:
        async with gateway_over(serving) as gateway:
            gateway.replica.topics.append(recorded(started, 1))
            client = await gateway.authorised(have={CHAT: 1})
            await flood(gateway)
            await asyncio.wait(gateway.tasks, timeout=5)
            assert all(task.done() for task in gateway.tasks)
            assert (await end_of(client))[0] == 1006
    finally:
        patch.undo()


@promised
async def a_task_that_is_cancelled_while_it_sends_lets_go(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        gateway.replica.topics.append(recorded(started, 1))
        client = await gateway.authorised(have={CHAT: 1})
        for version in range(2, FRAMES_MAX):
            gateway.replica.topics.append(recorded(said(LONG), version))
        await asyncio.sleep(0)
        for task in gateway.tasks:
            task.cancel()
        await gateway.let_go()
        frames, (code, _) = await rest_of(client)

    versions = [frame["version"] for frame in frames]
    assert code == 1006
    assert versions == list(range(2, 2 + len(versions)))


@promised
async def a_caller_has_so_many_sockets_at_once(serving: Serving) -> None:
    async with gateway_over(serving) as gateway:
        own: Any = gateway.replica.ports.own
        own["settings"] = own["settings"].model_copy(update={"gateway_sockets_caller_max": 1})
        first, second = await gateway.authorised(), await gateway.connect()
        await gateway.authorise(second, ada)
        await ends_with_a_reason(second, 4429, "too_many_sockets")
        await first.close(1000, "")
        await gateway.let_go()
        third = await gateway.authorised()
        await third.send('{"type":"ping"}')
        assert await frame_of(third) == {"type": "pong"}


NAMED = pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)


@NAMED
def test_sockets_of_a_process_keep_it(promise: Promise) -> None:
    keep_over_uvicorn(promise)


@NAMED
def test_the_simulations_wire_keeps_it_in_all_its_moods(promise: Promise) -> None:
    keep_over_the_wire(promise)
