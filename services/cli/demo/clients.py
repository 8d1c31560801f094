"""A visitor's and an agent's client, as anybody could write them from the documentation."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
import websockets

Bases = Mapping[str, str]
ATTEMPTS_MAX, AGAIN_AFTER_S = 40, 0.25
TOKEN_USED_S = 240
PING_EVERY_S = 8
PASSWORD = "show me to the inbox, please"


class Answer(Exception):
    """A problem that the service answered with."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status, self.problem = status, problem

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.problem.get("code"))


class Client:
    """HTTP with a session: tokens are renewed, and what got no answer is sent again with the same key."""

    def __init__(self, bases: Bases) -> None:
        self._bases = bases
        self._http = httpx.AsyncClient(timeout=10)
        self.session, self._token, self._token_at_s = "", "", 0.0
        self.attempts_max = ATTEMPTS_MAX
        self.accepted: dict[str, Any] = {}
        """Keys of commands that were accepted, with their answers."""
        self.refused: list[str] = []
        """Keys of commands that were refused."""
        self.unknown: list[str] = []
        """Keys of commands that never got an answer."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, **query: Any) -> Any:
        """Reads; `path` begins with the service's name."""
        return await self._ask(
            "GET", path, None, {key: value for key, value in query.items() if value is not None}
        )

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Any:
        """A command, carried out once however often it has to be sent. Raises Answer."""
        key = key or str(uuid4())
        try:
            told = await self._ask("POST", path, body or {}, {}, key)
        except httpx.TransportError:
            self.unknown.append(key)
            raise
        except Answer as answer:
            fate = self.unknown if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR else self.refused
            fate.append(key)
            raise
        self.accepted[key] = told
        return told

    async def public(self, path: str, body: Mapping[str, Any]) -> Any:
        """A request that needs no token."""
        return await self._send("POST", path, body, {}, {})

    async def token(self) -> str:
        """A token that is good for a while."""
        now_s = asyncio.get_running_loop().time()
        if not self._token or now_s - self._token_at_s > TOKEN_USED_S:
            told = await self.public("gateway/tokens", {"session": self.session})
            self._token, self._token_at_s = told["token"], now_s
        return self._token

    def _entered(self, told: Mapping[str, Any]) -> None:
        self.session, self._token = told["session"], told["token"]
        self._token_at_s = asyncio.get_running_loop().time()

    async def _ask(
        self, method: str, path: str, body: Any, query: Mapping[str, Any], key: str | None = None
    ) -> Any:
        headers = {"authorization": f"Bearer {await self.token()}"}
        if key:
            headers["idempotency-key"] = key
        return await self._send(method, path, body, query, headers)

    async def _send(
        self, method: str, path: str, body: Any, query: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Any:
        service, _, rest = path.partition("/")
        url = f"{self._bases[service]}/api/{service}/{rest}"
        for attempt in range(1, self.attempts_max + 1):
            try:
                answer = await self._http.request(method, url, json=body, params=query, headers=headers)
            except httpx.TransportError:
                if attempt == self.attempts_max:
                    raise
            else:
                if not _is_passing(answer) or attempt == self.attempts_max:
                    return _told(answer)
            await asyncio.sleep(AGAIN_AFTER_S)
        raise AssertionError("unreachable")


def _is_passing(answer: httpx.Response) -> bool:
    """Whether nothing was done, for a reason that passes: the same request may be sent again."""
    contended = answer.status_code == httpx.codes.CONFLICT and answer.json().get("code") == "contended"
    return contended or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


def _told(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
    except ValueError:
        problem = {"code": "no_problem", "detail": answer.text[:200]}
    raise Answer(answer.status_code, problem)


class Screen:
    """What a socket showed: each stream's events in order, each conversation's and agent's newest row, who typed.

    A socket that is cut is opened again and says what it has. Raises AssertionError for a version that is missing,
    doubled, or out of order.
    """

    def __init__(self, client: Client, url: str, *, folders: bool = False, tab: str = "demo") -> None:
        self._client, self._url, self._folders, self._tab = client, url, folders, tab
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.errors, self.typing = list[dict[str, Any]](), list[dict[str, Any]]()
        self.connected = 0
        self._have: dict[str, int] = {}
        self._socket: websockets.ClientConnection | None = None
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Screen":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """The screen is shut: nothing new is shown."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def follow(self, stream: str) -> None:
        """An agent opens a conversation."""
        await self.send(type="follow", stream=stream, after=self._have.setdefault(stream, 0))

    async def send(self, **frame: Any) -> None:
        """A frame; none where the socket is cut just now."""
        with suppress(websockets.ConnectionClosed):
            if self._socket is not None:
                await self._socket.send(json.dumps(frame))

    async def cut(self) -> None:
        """The network breaks: no closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def until(self, seen: Any, within_s: float = 30.0, what: str = "") -> Any:
        """Waits until `seen(screen)` is true and answers that; AssertionError when it is not in time."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                while True:
                    self._check()
                    value = seen(self)
                    if value:
                        return value
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"not seen within {within_s} s: {what}; rows {self.rows}, events {self.events}"
            ) from None

    def of(self, stream: str, type_: str) -> list[dict[str, Any]]:
        """The events of a type in a stream, e.g. "message_posted"."""
        return [event for event in self.events.get(stream, []) if event["type"].split(".")[1] == type_]

    def _check(self) -> None:
        if self._task is not None and self._task.done():
            self._task.result()

    async def _run(self) -> None:
        while True:
            with suppress(websockets.WebSocketException, OSError, httpx.TransportError):
                async with websockets.connect(self._url, max_size=2**20, open_timeout=5) as socket:
                    await self._converse(socket)
            self._socket = None
            await asyncio.sleep(0.1)

    async def _converse(self, socket: websockets.ClientConnection) -> None:
        first = {"type": "authorise", "token": await self._client.token(), "have": dict(self._have)}
        await socket.send(json.dumps({**first, "folders": self._folders, "tab": self._tab}))
        self._socket = socket
        self.connected += 1
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for text in socket:
                async with self._changed:
                    self._shown(json.loads(text))
                    self._changed.notify_all()
        finally:
            pinging.cancel()

    async def _ping(self, socket: websockets.ClientConnection) -> None:
        with suppress(websockets.ConnectionClosed):
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await socket.send(json.dumps({"type": "renew", "token": await self._client.token()}))

    def _shown(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "event":
                stream, version = frame["stream"], frame["version"]
                last = self._have.get(stream, 0)
                assert version == last + 1, f"{stream}: version {version} after {last}"
                self._have[stream] = version
                if frame["event"] is not None:
                    self.events.setdefault(stream, []).append(frame["event"])
            case "rows":
                for row in frame["rows"]:
                    key = row.get("conversation_id") or row.get("agent_id")
                    self.rows[key] = row
            case "typing":
                self.typing.append(frame)
            case "error":
                self.errors.append(frame)


class Agent(Client):
    """An agent with a session."""

    agent_id = workspace_id = ""

    async def join(self, link: str, name: str, password: str = PASSWORD) -> None:
        """Redeems the one-time link and sets a password."""
        told = await self.public("gateway/links/redeem", {"link": link, "name": name, "password": password})
        self._entered(told)
        self.agent_id, self.workspace_id = told["agent_id"], told["workspace_id"]

    def screen(self, *, folders: bool = True) -> Screen:
        """The inbox, with folders; without them only the conversations that are opened."""
        return Screen(self, socket_url(self._bases), folders=folders)


class Visitor(Client):
    """A visitor in one visit."""

    visit_id = visitor_id = ""

    async def arrive(self, workspace_id: str, playbook_id: str) -> None:
        """Gets a session and opens the panel."""
        told = await self.public("gateway/visits", {"workspace_id": workspace_id, "playbook_id": playbook_id})
        self._entered(told)
        self.visit_id, self.visitor_id = told["visit_id"], told["visitor_id"]
        await self.post(f"playbook/visits/{self.visit_id}/start", {"pages": [], "locale": "en"})

    async def answer(self, card_id: str, choice_id: str) -> Any:
        """Picks a choice."""
        return await self.post(
            f"playbook/visits/{self.visit_id}/answers", {"card_id": card_id, "choice_id": choice_id}
        )

    async def give(self, card_id: str, value: str) -> Any:
        """Gives a detail."""
        return await self.post(
            f"playbook/visits/{self.visit_id}/details", {"card_id": card_id, "value": value}
        )

    def screen(self) -> Screen:
        """The panel."""
        return Screen(self, socket_url(self._bases))


def socket_url(bases: Bases) -> str:
    """The address of every screen's socket."""
    return f"{bases['gateway'].replace('http', 'ws', 1)}/api/gateway/socket"
