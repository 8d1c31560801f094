"""A network that breaks at any moment, also in the middle of a frame, costs no screen a message and doubles none."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from contracts.conversation import MessagePosted
from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Agent, Visitor
from services.cli.demo.reckoning import transcript_of
from services.cli.demo.screens import Screen, socket_url
from tests.e2e.company import Chat, Company, moment
from tests.e2e.system import System
from tests.proof import count
from tests.waiting import eventually

CHUNK_BYTES_MAX = 65_536
PARTIAL_BYTES_MAX = 300
PAUSE_S_MAX = 0.05
CALM_S_MAX = 0.3


class Link:
    """One connection through the proxy; it can be told to break, at once or some bytes later."""

    def __init__(self, screen: asyncio.StreamWriter, gateway: asyncio.StreamWriter) -> None:
        self._writers = (screen, gateway)
        self._left_bytes: int | None = None
        self.torn = False

    def cut(self, after_bytes: int) -> None:
        """Breaks once so many more bytes have reached the screen."""
        self._left_bytes = after_bytes
        if after_bytes == 0:
            self.end()

    def end(self) -> None:
        """Without any goodbye, in both directions."""
        for writer in self._writers:
            writer.transport.abort()

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_screen: bool
    ) -> None:
        """Bytes in one direction, until either side ends."""
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES_MAX):
                if to_screen and self._left_bytes is not None and self._left_bytes <= len(chunk):
                    writer.write(chunk[: self._left_bytes])
                    await writer.drain()
                    self.torn = 0 < self._left_bytes < len(chunk)
                    break
                if to_screen and self._left_bytes is not None:
                    self._left_bytes -= len(chunk)
                writer.write(chunk)
                await writer.drain()
        self.end()


class Proxy:
    """Between one screen and the gateway."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._link: Link | None = None
        self.cuts = self.torn = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A screen connects."""
        with suppress(OSError):
            from_gateway, to_gateway = await asyncio.open_connection(self._host, self._port)
            link = self._link = Link(writer, to_gateway)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(link.carry(reader, to_gateway, to_screen=False))
                    both.create_task(link.carry(from_gateway, writer, to_screen=True))
            finally:
                link.end()

    async def cut(self, screen: Screen) -> None:
        """Cuts the screen's connection, every other time amid a frame; returns when the screen is connected again."""
        before, link = screen.connected, self._link
        assert link is not None
        link.cut(random.randint(1, PARTIAL_BYTES_MAX) if self.cuts % 2 else 0)

        async def again() -> bool:
            return screen.connected > before

        await eventually(again, within_s=PATIENCE_S, what="the screen connects again")
        self.cuts, self.torn = self.cuts + 1, self.torn + link.torn


@asynccontextmanager
async def _proxied(
    who: Agent | Visitor, system: System, *, folders: bool
) -> AsyncIterator[tuple[Screen, Proxy]]:
    url = urlsplit(socket_url(system.bases))
    proxy = Proxy(str(url.hostname), url.port or 80)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with Screen(who, f"ws://127.0.0.1:{port}{url.path}", folders=folders) as screen:
            yield screen, proxy
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.real
@pytest.mark.fault
async def test_screens_whose_sockets_are_cut_show_every_message_once_and_in_order(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        async with (
            _proxied(chat.visitor, system, folders=False) as (panel, panel_proxy),
            _proxied(company.ana, system, folders=True) as (inbox, inbox_proxy),
        ):
            await inbox.follow(chat.stream)
            for screen in (panel, inbox):
                await screen.until(lambda s: s.of(chat.stream, "assigned"), PATIENCE_S, "the assignment")
            await _talk_while_cut(company, chat, [(panel, panel_proxy), (inbox, inbox_proxy)])
            await company.close(company.ana, chat)
            for screen in (panel, inbox):
                await screen.until(lambda s: s.of(chat.stream, "closed"), PATIENCE_S, "the end of the chat")
            await inbox.until(
                lambda s: s.rows[chat.conversation_id]["status"] == "closed", PATIENCE_S, "the closed row"
            )
            history = await company.at_rest()
            transcript = await transcript_of(company.ana, chat.conversation_id)

    messages = [r.event for r in history.streams[chat.stream] if isinstance(r.event, MessagePosted)]
    for author in ("visitor", "agent"):
        texts = [message.text for message in messages if message.author == author and not message.card_id]
        assert texts == [f"{author} {number}" for number in range(len(texts))]
    for screen in (panel, inbox):
        shown = [event["message_id"] for event in screen.of(chat.stream, "message_posted")]
        assert shown == [message.message_id for message in messages]
        for event, entry in zip(screen.events[chat.stream], transcript, strict=True):
            assert entry["event"].items() >= event.items()
    for name, proxy in (("panel", panel_proxy), ("inbox", inbox_proxy)):
        print(
            f"{len(messages)} messages, the {name} was cut {proxy.cuts} times, {proxy.torn} of them amid a frame"
        )
        assert proxy.torn


async def _talk_while_cut(company: Company, chat: Chat, screens: Sequence[tuple[Screen, Proxy]]) -> None:
    """Visitor and agent write without a break while each one's socket is cut again and again."""
    calm = asyncio.Event()

    async def write(who: Agent | Visitor, author: str) -> None:
        for number in itertools.count():
            await company.say(who, chat, f"{author} {number}")
            if calm.is_set():
                return
            await moment(0, PAUSE_S_MAX)

    async def cut(screen: Screen, proxy: Proxy) -> None:
        for _ in range(-(-count(200) // len(screens))):
            await moment(0, CALM_S_MAX)
            await proxy.cut(screen)

    async with asyncio.TaskGroup() as group:
        group.create_task(write(chat.visitor, "visitor"))
        group.create_task(write(company.ana, "agent"))
        await asyncio.gather(*(cut(screen, proxy) for screen, proxy in screens))
        calm.set()
