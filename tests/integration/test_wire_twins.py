"""What a socket's wire promises an application and its client: one suite over uvicorn and the simulation's wire."""

import asyncio

import pytest
from fastapi import WebSocketDisconnect

from services.chassis.process import SOCKET_FRAME_BYTES_MAX
from tests.integration.sample_wire import (
    WITHIN_S,
    Client,
    Connect,
    Held,
    Over,
    Probe,
    Promise,
    Serving,
    keep_over_the_wire,
    keep_over_uvicorn,
    stalled,
)

FRAMES, FRAME_CHARS = 200, 16_000
PROMISES: list[Promise] = []


def promised(promise: Promise) -> Promise:
    """A promise that every wire keeps."""
    PROMISES.append(promise)
    return promise


async def met(connect: Connect, probe: Probe) -> tuple[Client, Held]:
    """A client whose socket was accepted, and the server's side of it."""
    connecting = asyncio.ensure_future(connect())
    held = await probe.held()
    await held.websocket.accept()
    return await connecting, held


async def end_of(client: Client) -> tuple[int, str]:
    """The code of the socket's end, with its reason."""
    with pytest.raises(Over) as over:
        await client.next()
    return over.value.code, over.value.reason


async def disconnected(held: Held) -> tuple[int, str]:
    """What the application is told of the end."""
    message = await held.websocket.receive()
    assert message["type"] == "websocket.disconnect"
    return message["code"], message.get("reason") or ""


class Flood:
    """An application that sends more than anybody takes, and what became of it."""

    def __init__(self) -> None:
        self.sent, self.failed = 0, asyncio.Event()

    async def play(self, held: Held) -> None:
        """Numbered frames, then a goodbye."""
        await held.websocket.accept()
        try:
            for number in range(FRAMES):
                await held.websocket.send_text(f"{number:05}{'x' * FRAME_CHARS}")
                self.sent = number + 1
        except WebSocketDisconnect:
            self.failed.set()
            raise
        await held.websocket.close(4000, "enough")


async def numbers(client: Client, least: int) -> list[int]:
    """The numbers of so many frames of a flood."""
    return [int(str(await client.next())[:5]) for _ in range(least)]


@promised
async def frames_arrive_in_order_both_ways(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        for number in range(40):
            await held.websocket.send_text(f"down {number}")
            await client.send(f"up {number} é")

        assert [await client.next() for _ in range(40)] == [f"down {number}" for number in range(40)]
        heard = [await held.websocket.receive() for _ in range(40)]

    assert [message.get("text") for message in heard] == [f"up {number} é" for number in range(40)]


@promised
async def bytes_stay_bytes_both_ways(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await held.websocket.send_bytes(b"\0\xff")
        await client.send(b"\xff\0")
        message = await held.websocket.receive()

        assert await client.next() == b"\0\xff"
        assert (message["type"], message["bytes"], message.get("text")) == (
            "websocket.receive",
            b"\xff\0",
            None,
        )


@promised
async def one_socket_hears_nothing_of_another(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        one, other = await met(connect, probe), await met(connect, probe)
        await other[1].websocket.send_text("other")
        await one[1].websocket.send_text("one")
        one[0].vanish()

        assert await other[0].next() == "other"
        await other[0].send("still here")
        assert await other[1].websocket.receive_text() == "still here"


@promised
async def a_socket_that_is_not_accepted_is_answered_with_403(serving: Serving) -> None:
    probe = Probe(lambda held: held.websocket.close(4403, "not for you"))
    async with serving(probe) as connect:
        with pytest.raises(Over) as over:
            await connect()

    assert over.value.code == 403


@promised
async def who_vanishes_before_the_accept_is_not_accepted(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        connecting = asyncio.ensure_future(connect())
        held = await probe.held()
        assert (await held.websocket.receive())["type"] == "websocket.connect"
        connecting.cancel()

        assert await disconnected(held) == (1006, "")
        with pytest.raises(OSError):  # noqa: PT011  the server's own kind of it
            await held.websocket.accept()


@promised
async def the_servers_code_and_reason_come_after_all_its_frames(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await held.websocket.send_text("last")
        await held.websocket.close(4408, "slow")

        assert await disconnected(held) == (4408, "slow")
        for late in (held.websocket.send_text("later"), held.websocket.receive(), held.websocket.close()):
            with pytest.raises(RuntimeError):
                await late
        assert await client.next() == "last"
        assert await end_of(client) == (4408, "slow")


@promised
async def frames_of_a_client_are_heard_before_its_code_and_reason(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await client.send("last")
        await client.close(4000, "done")

        assert await held.websocket.receive_text() == "last"
        assert await disconnected(held) == (4000, "done")
        with pytest.raises(WebSocketDisconnect):
            await held.websocket.send_text("later")
        with pytest.raises(RuntimeError):
            await held.websocket.receive()


@promised
async def what_a_client_says_after_the_servers_close_is_not_heard(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await held.websocket.close(4000)
        await client.send("too late")

        assert await disconnected(held) == (4000, "")
        assert await end_of(client) == (4000, "")


@promised
async def a_client_that_vanishes_is_gone_for_who_receives_and_who_sends(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await client.send("last")
        assert await held.websocket.receive_text() == "last"
        client.vanish()

        assert await disconnected(held) == (1005, "")
        with pytest.raises(WebSocketDisconnect):
            await held.websocket.send_text("is anybody there?")
        assert (await end_of(client))[0] == 1006


@promised
async def a_frame_of_the_largest_size_is_heard(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await client.send("é" * (SOCKET_FRAME_BYTES_MAX // 2))

        assert len(await held.websocket.receive_text()) == SOCKET_FRAME_BYTES_MAX // 2


@promised
async def a_frame_that_is_too_large_ends_the_socket_for_both(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await client.send("fine")
        assert await held.websocket.receive_text() == "fine"
        await client.send("é" * (SOCKET_FRAME_BYTES_MAX // 2) + "!")

        assert (await disconnected(held))[0] == 1009
        with pytest.raises((WebSocketDisconnect, RuntimeError)):
            await held.websocket.send_text("later")
        assert (await end_of(client))[0] == 1009


@promised
async def a_server_that_ends_without_a_goodbye_breaks_the_line_after_its_frames(serving: Serving) -> None:
    probe = Probe()
    async with serving(probe) as connect:
        client, held = await met(connect, probe)
        await held.websocket.send_text("last")
        held.end()

        assert await client.next() == "last"
        assert (await end_of(client))[0] == 1006


@promised
async def who_sends_to_a_slow_reader_waits_and_loses_nothing(serving: Serving) -> None:
    flood = Flood()
    async with serving(Probe(flood.play)) as connect:
        client = await connect()
        await stalled(lambda: flood.sent)
        assert flood.sent < FRAMES

        assert await numbers(client, FRAMES) == list(range(FRAMES))
        assert await end_of(client) == (4000, "enough")


@promised
async def who_waits_for_a_slow_reader_hears_that_it_vanished(serving: Serving) -> None:
    flood = Flood()
    async with serving(Probe(flood.play)) as connect:
        client = await connect()
        await stalled(lambda: flood.sent)
        client.vanish()

        async with asyncio.timeout(WITHIN_S):
            await flood.failed.wait()


@promised
async def a_server_that_is_cancelled_while_it_sends_tears_no_frame(serving: Serving) -> None:
    flood = Flood()
    probe = Probe(flood.play)
    async with serving(probe) as connect:
        client, held = await connect(), await probe.held()
        await stalled(lambda: flood.sent)
        assert held.task is not None
        held.task.cancel()

        assert await numbers(client, flood.sent) == list(range(flood.sent))
        assert (await end_of(client))[0] == 1006


NAMED = pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)


@NAMED
def test_sockets_of_a_process_keep_it(promise: Promise) -> None:
    keep_over_uvicorn(promise)


@NAMED
def test_the_simulations_wire_keeps_it_in_all_its_moods(promise: Promise) -> None:
    keep_over_the_wire(promise)
