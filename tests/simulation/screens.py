"""Screens: the client's side of the shipped sockets. They lose the line, come back, and must show what is true."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from fastapi import WebSocketDisconnect

from contracts.ids import category_of
from services.chassis.ports import Ports
from services.chassis.tokens import BadToken, Caller
from services.gateway import queries
from services.gateway.sockets.connection import Connection
from services.gateway.sockets.frames import Authorise, Ended
from services.gateway.tables import agents
from tests.simulation.host import Gone, Host
from tests.simulation.loop import pass_time

PING_EVERY_S = 8.0
LISTED_MAX = 500

Listed = dict[str, tuple[Any, ...]]


class Tokens:
    """A verifier whose tokens are callers' numbers; they are never over."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}

    def of(self, caller: Caller) -> str:
        """A token of this caller."""
        self._callers[caller.id] = caller
        return caller.id

    def verify(self, token: str, now: object) -> Caller:
        try:
            return self._callers[token]
        except KeyError:
            raise BadToken("none of ours") from None


class Wire:
    """A WebSocket between a screen and the gateway."""

    def __init__(self, screen: "Screen") -> None:
        self._screen = screen
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive(self) -> dict[str, Any]:
        return await self.to_server.get()

    async def send_text(self, text: str) -> None:
        self._screen.got(self, json.loads(text))


class Numbered(Connection):
    """A connection that stands in sets where it stands in every run."""

    number = 0

    def __hash__(self) -> int:
        return self.number


def listed(row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """A list's row, from a frame or from a fetch: its key, and what of it must agree."""
    kind = "agent" if "agent_id" in row and "folder" not in row else "conversation"
    names = ("online", "name") if kind == "agent" else ("folder", "status", "holder_id", "missed", "visit_id")
    told = tuple(row.get(name) for name in names)
    return f"{kind}-{row[f'{kind}_id']}", ((row["generation"], row["version"]), *told)


class Screen:
    """What one person sees, kept up to date by a socket that is opened anew whenever it ends."""

    def __init__(self, host: Host, tokens: Tokens, caller: Caller, *, tab: str = "") -> None:
        self._host, self._tokens, self.caller, self._tab = host, tokens, caller, tab
        self.streams: dict[str, list[dict[str, Any] | None]] = {}
        self.rows: Listed = {}
        self.is_open, self.is_ready = False, False
        self._wire: Wire | None = None
        self._openings = 0

    def open(self) -> None:
        """Opens the tab."""
        if not self.is_open:
            self.is_open = True
            self._openings += 1
            self._host.loop.start(self._keep_connected(self._openings))

    def close(self) -> None:
        """Closes the tab; what it showed is not forgotten, as if it were asleep."""
        self.is_open = self.is_ready = False
        self._hang_up()

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})
            self._wire = None

    def follow(self, stream: str) -> None:
        """An agent opens a conversation."""
        if stream not in self.streams:
            self.streams[stream] = []
            self._send(type="follow", stream=stream, after=0)

    def _send(self, **frame: Any) -> None:
        if self._wire is not None:
            self._wire.to_server.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    def got(self, wire: Wire, frame: dict[str, Any]) -> None:
        """A frame arrived. A line that was given up is not listened to any more."""
        if wire is not self._wire:
            return
        match frame["type"]:
            case "event":
                shown = self.streams.setdefault(frame["stream"], [])
                if frame["version"] != len(shown) + 1:
                    told = f"version {frame['version']} of {frame['stream']} came after {len(shown)}"
                    self._host.faults.append(f"a screen is wrong: {told}")
                shown.append(frame["event"])
            case "rows":
                for row in frame["rows"]:
                    self._put(*listed(row))
            case "ready":
                self._host.loop.start(self._fetch_lists())
            case "error":
                self.streams.pop(frame.get("stream", ""), None)
            case _:
                pass

    def _put(self, key: str, told: tuple[Any, ...]) -> None:
        if key not in self.rows or told[0] > self.rows[key][0]:
            self.rows[key] = told

    async def _fetch_lists(self) -> None:
        if self.caller.kind == "agent":
            try:
                found = await self._host.servers["gateway"].ask(self.fresh_lists)
            except Gone:
                return  # The socket ends as well, and the next one begins with the lists.
            for key, told in found.items():
                self._put(key, told)
        self.is_ready = self.is_open

    async def fresh_lists(self, ports: Ports) -> Listed:
        """The lists as a GET shows them."""
        reader, workspace_id = ports.reader, self.caller.workspace_id
        rows = await reader.find(workspace_id, agents, {}, order=("agent_id",), limit=LISTED_MAX)
        for name in await queries.folder_sizes(reader, workspace_id):
            rows += await queries.folder(reader, workspace_id, name, None, LISTED_MAX)
        return dict(listed(row) for row in rows)

    async def fresh_stream(self, ports: Ports, stream: str) -> list[dict[str, Any] | None]:
        """A stream as a GET shows it."""
        found = await queries.entries(
            ports.reader,
            self.caller.workspace_id,
            stream,
            0,
            10_000,
            for_visitor=self.caller.kind == "visitor",
        )
        return [event for _, event in found]

    async def _keep_connected(self, opening: int) -> None:
        rng = self._host.chance.rng
        while self.is_open and opening == self._openings:
            with suppress(Gone):
                await self._connect()
            if opening == self._openings:
                self.is_ready = False
            await pass_time(0.1 + rng.random())

    async def _connect(self) -> None:
        gateway, wire = self._host.servers["gateway"], Wire(self)
        have = {stream: len(shown) for stream, shown in self.streams.items()}
        if self.caller.kind == "visitor":
            have = {stream: last for stream, last in have.items() if last}
        first = Authorise(
            type="authorise",
            token=self._tokens.of(self.caller),
            have=have,
            folders=self.caller.kind == "agent",
            tab=self._tab,
        )

        async def serve(ports: Ports) -> None:
            make: Any = Numbered
            connection: Numbered = make(wire, ports, self._tokens, gateway.hub, self.caller, first)
            connection.number = self._host.number()
            with suppress(Ended, WebSocketDisconnect):
                await connection.run()

        self._wire = wire
        pinging = self._host.loop.create_task(self._ping())
        try:
            await gateway.ask(serve)
        finally:
            if self._wire is wire:
                self._wire = None
            pinging.cancel()

    async def _ping(self) -> None:
        while True:
            await pass_time(PING_EVERY_S)
            self._send(type="ping")

    def events(self, category: str) -> list[tuple[str, dict[str, Any]]]:
        """What is shown of streams of this category: (stream, event), in order."""
        return [
            (stream, event)
            for stream, shown in self.streams.items()
            if category_of(stream) == category
            for event in shown
            if event is not None
        ]
