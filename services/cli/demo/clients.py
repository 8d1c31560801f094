"""A visitor's and an agent's client, as anybody could write them from the documentation."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

from services.cli.demo.screens import Screen, socket_url

Bases = Mapping[str, str]
ATTEMPTS_MAX, AGAIN_AFTER_S = 40, 0.25
TOKEN_USED_S = 240
PASSWORD = "show me to the inbox, please"  # nosec B105 # Of people that the demonstration makes up.


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
        given = {key: value for key, value in query.items() if value is not None}
        return (await self._ask("GET", path, params=given)).json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Any:
        """A command, carried out once however often it has to be sent. Raises Answer."""
        key = key or str(uuid4())
        try:
            told = (await self._ask("POST", path, {"idempotency-key": key}, json=body or {})).json()
        except httpx.TransportError:
            self.unknown.append(key)
            raise
        except Answer as answer:
            fate = self.unknown if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR else self.refused
            fate.append(key)
            raise
        self.accepted[key] = told
        return told

    async def upload(self, conversation_id: str, name: str, content: bytes) -> dict[str, Any]:
        """Sends a file to a conversation; the answer holds the `attachment_token` by which a message names it."""
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "idempotency-key": str(uuid4()),
        }
        path = f"gateway/conversations/{conversation_id}/files"
        told: dict[str, Any] = (await self._ask("POST", path, headers, content=content)).json()
        return told

    async def download(self, file_id: str) -> bytes:
        """A file's bytes."""
        return (await self._ask("GET", f"gateway/files/{file_id}")).content

    async def public(self, path: str, body: Mapping[str, Any]) -> Any:
        """A request that needs no token."""
        return (await self._send("POST", path, json=body)).json()

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
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **what: Any
    ) -> httpx.Response:
        known = {**(headers or {}), "authorization": f"Bearer {await self.token()}"}
        return await self._send(method, path, headers=known, **what)

    async def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        service, _, rest = path.partition("/")
        url = f"{self._bases[service]}/api/{service}/{rest}"
        for attempt in range(1, self.attempts_max + 1):
            try:
                answer = await self._http.request(method, url, **what)
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
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


def _told(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {"code": "no_problem", "detail": answer.text[:200]}
    raise Answer(answer.status_code, problem)


class Agent(Client):
    """An agent with a session."""

    agent_id = workspace_id = name = ""

    async def join(self, link: str, name: str, password: str = PASSWORD) -> None:
        """Redeems the one-time link and sets a password."""
        told = await self.public("gateway/links/redeem", {"link": link, "name": name, "password": password})
        self._entered(told)
        self.agent_id, self.workspace_id, self.name = told["agent_id"], told["workspace_id"], name

    def screen(self, *, folders: bool = True) -> Screen:
        """The inbox, with folders; without them only the conversations that are opened."""
        return Screen(self, socket_url(self._bases), folders=folders)


class Visitor(Client):
    """A visitor in one visit."""

    visit_id = visitor_id = ""

    async def arrive(self, workspace_id: str, playbook_id: str, **more: str) -> None:
        """Gets a session and opens the panel. `more`: on which site, and who they are by signature."""
        body = {"workspace_id": workspace_id, "playbook_id": playbook_id, **more}
        told = await self.public("gateway/visits", body)
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
