"""Screens: the client's side of the shipped sockets. They lose the line, come back, and must show what is true."""

import json
from contextlib import suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from fastapi import WebSocket

from contracts.ids import category_of
from contracts.states import AgentRow, InboxRow
from services.chassis.ports import Ports
from services.chassis.revocations import Revocations
from services.chassis.tokens import BadToken, Caller
from services.gateway import queries
from services.gateway.accounts.standing import standing
from services.gateway.decider import account
from services.gateway.sockets import route
from services.gateway.sockets.connection import Connection
from services.gateway.tables import agents
from tests.simulation.host import Gone, Host
from tests.simulation.loop import pass_time
from tests.simulation.outside import ORIGIN
from tests.simulation.wire import ACCEPTED, Closed, Wire

PING_EVERY_S = 8.0
LISTED_MAX = 500
UNAUTHORISED = 4401

COLUMNS = {
    of: tuple(name for name in of.model_fields if name != "workspace_id") for of in (InboxRow, AgentRow)
}

Listed = dict[str, tuple[Any, ...]]


class Tokens:
    """A verifier of one process of the gateway. A token is who it is of, and the version of the account that it knows;
    time alone ends none."""

    def __init__(self, callers: dict[str, Caller], ends: Revocations | None) -> None:
        self._callers, self._ends = callers, ends

    def verify(self, token: str, now: object) -> Caller:
        """Raises BadToken."""
        id_, _, version = token.partition(" ")
        if self._ends is not None and self._ends.refuses(id_, int(version)):
            raise BadToken("ended")
        return self._callers[id_]


class Numbered(Connection):
    """A connection that stands in sets where it stands in every run."""

    def __init__(self, websocket: WebSocket, *told: Any) -> None:
        super().__init__(websocket, *told)
        self.number: int = websocket.app.state.number()

    def __hash__(self) -> int:
        return self.number


def listed(row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """A list's row, from a frame or from a fetch: its key, and all of it, with its folder or presence first."""
    kind, first, model = (
        ("conversation", "folder", InboxRow) if "folder" in row else ("agent", "online", AgentRow)
    )
    told = tuple(_told(row[name]) for name in (first, *COLUMNS[model]))
    return f"{kind}-{row[f'{kind}_id']}", ((row["generation"], row["version"]), *told)


def _told(value: Any) -> Any:
    """A value as a frame has it."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


class Screen:
    """What one person sees, kept up to date by a socket that is opened anew whenever it ends."""

    def __init__(self, host: Host, caller: Caller, *, tab: str = "") -> None:
        self._host, self.caller, self._tab = host, caller, tab
        self._token: str | None = None
        self.streams: dict[str, list[dict[str, Any] | None]] = {}
        self.rows: Listed = {}
        self._gone: set[str] = set()
        # What was there before this connection, over which nobody who comes is missed.
        self._before: Listed = {}
        self.is_open, self.is_ready, self.is_over = False, False, False
        self._wire: Wire | None = None
        self._openings = 0

    def open(self) -> None:
        """Opens the tab."""
        if not self.is_open and not self.is_over:
            self.is_open = True
            self._openings += 1
            self._host.loop.start(self._keep_connected(self._openings))

    def close(self) -> None:
        """Closes the tab; what it showed is not forgotten, as if it were asleep."""
        self.is_open = self.is_ready = False
        self._hang_up()

    def _hang_up(self) -> None:
        """Most say goodbye."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        if self._host.chance.rng.random() < 0.3:
            wire.vanish()
        else:
            wire.close(1001)

    def follow(self, stream: str) -> None:
        """An agent opens a conversation."""
        if stream not in self.streams:
            self.streams[stream] = []
            self._send(type="follow", stream=stream, after=0)

    def _send(self, **frame: Any) -> None:
        if self._wire is not None:
            self._wire.say(json.dumps(frame))

    def _take(self, wire: Wire) -> None:
        """Something arrived. A line that was given up is not listened to any more."""
        while wire is self._wire and (arrived := wire.take()) is not None:
            if not isinstance(arrived, Closed):
                if arrived != ACCEPTED:
                    self._got(json.loads(arrived))
            elif arrived.code == UNAUTHORISED:
                self._token = None  # The client gets another one, or signs in.

    def _got(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "event":
                shown = self.streams.setdefault(frame["stream"], [])
                if frame["version"] != len(shown) + 1:
                    told = f"version {frame['version']} of {frame['stream']} came after {len(shown)}"
                    self._host.faults.append(f"a screen is wrong: {told}")
                shown.append(frame["event"])
            case "rows":
                for row in frame["rows"]:
                    self._patch(row)
            case "ready":
                self._host.loop.start(self._fetch_lists())
            case "error":
                self.streams.pop(frame.get("stream", ""), None)
            case _:
                pass

    def _patch(self, row: dict[str, Any]) -> None:
        if "gone" in row:
            key = f"{row['kind']}-{row[row['kind'] + '_id']}"
            self.rows.pop(key, None)
            self._gone.add(key)
        else:
            key, told = listed(row)
            self._gone.discard(key)
            self._put(key, told)

    def _put(self, key: str, told: tuple[Any, ...]) -> None:
        if key not in self.rows or told[0] > self.rows[key][0]:
            self.rows[key] = told

    async def _fetch_lists(self) -> None:
        if self.caller.kind == "agent":
            before = self._before
            try:
                found = await self._host.servers["gateway"].ask(self.fresh_lists)
            except Gone:
                return  # The socket ends as well, and the next one begins with the lists.
            for key, held in before.items():
                if key.startswith("agent-") and key not in found and self.rows.get(key) is held:
                    del self.rows[key]  # Who has left while nobody listened.
            for key, told in found.items():
                if key not in self._gone:  # It was read before, and the news came first.
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

    async def _enter(self, ports: Ports) -> str | None:
        """A token that counts; None for who is of the workspace no more."""
        found = await standing(ports, self.caller.workspace_id, self.caller.id)
        return f"{self.caller.id} {found.version}" if isinstance(found.state, account.Joined) else None

    async def _connect(self) -> None:
        gateway = self._host.servers["gateway"]
        if self._token is None:
            is_agent = self.caller.kind == "agent"
            self._token = await gateway.ask(self._enter) if is_agent else f"{self.caller.id} 0"
        if self._token is None:
            self.is_over = True
            self.close()
            return
        wire = self._wire = Wire(self._host.chance, lambda: self._take(wire))
        self._before = dict(self.rows)
        self._send(type="authorise", token=self._token, tab=self._tab, **self._shown())

        async def serve(ports: Ports) -> None:
            scope = wire.scope(self._app(ports), self.caller.id, [(b"origin", ORIGIN.encode())])
            with suppress(OSError):  # Gone before it was accepted: a server says nothing of it either.
                await route.socket(WebSocket(scope, wire.receive, wire.send))
            wire.over()

        pinging = self._host.loop.create_task(self._ping())
        try:
            await gateway.ask(serve)
        finally:
            if self._wire is wire:
                self._wire = None
            pinging.cancel()

    def _shown(self) -> dict[str, Any]:
        """What the screen has and wants, for the first frame."""
        have = {stream: len(shown) for stream, shown in self.streams.items()}
        if self.caller.kind == "visitor":
            have = {stream: last for stream, last in have.items() if last}
        return {"have": have, "folders": self.caller.kind == "agent"}

    def _app(self, ports: Ports) -> Any:
        """What the route knows of its application."""
        gateway = self._host.servers["gateway"]
        state = SimpleNamespace(
            ports=ports,
            verifier=Tokens({self.caller.id: self.caller}, gateway.ends),
            hub=gateway.hub,
            places=gateway.places,
            number=self._host.number,
        )
        return SimpleNamespace(state=state)

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
