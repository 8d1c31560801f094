"""The whole system in memory, and people who use it through its routes."""

from datetime import UTC, datetime
from typing import Any

import httpx

from services.chassis.memory_host import MemoryHost
from services.chassis.tokens import Signer, Verifier, new_private_key, read_private_key
from services.cli.catalogue import SERVICES
from services.gateway.accounts.snippets import Snippets
from services.gateway.invitations import create_workspace
from services.gateway.settings import GatewaySettings
from services.notifier.service import own_of
from tests.memory_files import MemoryFiles
from tests.unit.notifier.kept_push import KeptPush

NOW = datetime(2030, 6, 1, 9, tzinfo=UTC)
PEM = new_private_key()
KEY = read_private_key(PEM)
PASSWORD = "three grey herons"


class World:
    """A host with all services and a workspace with its owner, Ana."""

    def __init__(self) -> None:
        settings = GatewaySettings.model_validate(
            {
                "token_signing_key": PEM,
                "token_kid": "1",
                "gateway_email_secret": "x" * 32,
                "origins": "http://inbox.test",
                "gateway_agent_session_s": 30 * 86_400,
                "gateway_password_passes": 1,
                "gateway_password_memory_kib": 8,
            }
        )
        self.files, self.push = MemoryFiles(), KeptPush()
        own = {
            "gateway": {
                "settings": settings,
                "signer": lambda: Signer("1", KEY),
                "files": self.files,
                "snippets": Snippets(),
            },
            "notifier": own_of(self.push),
        }
        self.host = MemoryHost(list(SERVICES.values()), NOW, Verifier(lambda: {"1": KEY.public_key()}), own)
        self._clients = {
            name: httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://test")
            for name, service in self.host.services.items()
        }
        self._sessions: dict[str, str] = {}
        self.ana = self.chat = ""

    async def post(
        self, who: str, path: str, body: Any = None, *, expect: int | None = None, key: str = ""
    ) -> Any:
        """A command by somebody, under a key or under none, and all that follows from it."""
        service, _, rest = path.partition("/")
        headers = (await self.headers(who) if who else {}) | ({"idempotency-key": key} if key else {})
        answer = await self._clients[service].post(f"/{rest}", json=body or {}, headers=headers)
        assert answer.is_success if expect is None else answer.status_code == expect, answer.text
        await self.host.settle()
        return answer.json()

    async def get(self, who: str, path: str) -> Any:
        """A read by somebody."""
        service, _, rest = path.partition("/")
        headers = await self.headers(who)
        answer = await self._clients[service].get(f"/{rest}", headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def ask(self, path: str, body: Any) -> httpx.Response:
        """What somebody without a token asks, and how it is answered."""
        service, _, rest = path.partition("/")
        return await self._clients[service].post(f"/{rest}", json=body)

    async def status(self, path: str, headers: dict[str, str]) -> int:
        """How a read with these headers is answered."""
        service, _, rest = path.partition("/")
        return (await self._clients[service].get(f"/{rest}", headers=headers)).status_code

    async def sign_in(self, name: str) -> None:
        """Somebody who was invited begins a new session."""
        body = {"workspace_id": self.workspace_id, "email": f"{name}@example.com", "password": PASSWORD}
        self._sessions[name] = (await self.post("", "gateway/sign-in", body))["session"]

    def keep(self, name: str, as_: str) -> None:
        """The session that somebody has now is known by another name from here on."""
        self._sessions[as_] = self._sessions[name]

    def session_of(self, name: str) -> str:
        """The session that somebody has."""
        return self._sessions[name]

    async def upload(self, who: str, conversation_id: str, content: bytes, name: str = "a.txt") -> Any:
        """A file by somebody, kept and not yet named by a message; answers what the gateway says of it."""
        headers = await self.headers(who) | {"content-disposition": f'attachment; filename="{name}"'}
        path = f"/conversations/{conversation_id}/files"
        answer = await self._clients["gateway"].post(path, content=content, headers=headers)
        assert answer.is_success, answer.text
        await self.host.settle()
        return answer.json()

    async def download(self, who: str, file_id: str) -> httpx.Response:
        """A file as somebody gets it."""
        return await self._clients["gateway"].get(f"/files/{file_id}", headers=await self.headers(who))

    async def delete(self, who: str, path: str, *, expect: int = 200, key: str | None = None) -> Any:
        """Somebody takes something off."""
        service, _, rest = path.partition("/")
        headers = await self.headers(who) | ({"idempotency-key": key} if key else {})
        answer = await self._clients[service].delete(f"/{rest}", headers=headers)
        assert answer.status_code == expect, answer.text
        await self.host.settle()
        return answer.json()

    async def headers(self, who: str) -> dict[str, str]:
        """How somebody presents themself: with a token that is as new as it can be."""
        told = await self._clients["gateway"].post("/tokens", json={"session": self._sessions[who]})
        return {"authorization": f"Bearer {told.json()['token']}"}

    async def open(self) -> None:
        """A workspace, its owner, and a published playbook that takes visits."""
        made = await create_workspace(self.host.services["gateway"].ports, "Acme", "ana@example.com")
        self.workspace_id = made.workspace_id
        await self.host.settle()
        self.ana = await self.join("Ana", made.link)
        told = await self.post(
            "Ana", "playbook/playbooks", {"name": "Site", "template": "live_chat", "wait_time_s": 60}
        )
        self.playbook_id = told["ids"]["playbook_id"]
        for step in ("publish", "activate"):
            await self.post("Ana", f"playbook/playbooks/{self.playbook_id}/{step}")

    async def join(self, name: str, link: str) -> str:
        """Redeems a link; answers the agent's id."""
        told = await self.post("", "gateway/links/redeem", {"link": link, "name": name, "password": PASSWORD})
        self._sessions[name] = told["session"]
        return str(told["agent_id"])

    async def invite(self, name: str) -> str:
        """Ana invites another agent, who joins; answers the agent's id."""
        told = await self.post(
            "Ana", "gateway/agents/invite", {"email": f"{name}@example.com", "role": "agent"}
        )
        return await self.join(name, told["link"])

    async def come(self, name: str) -> str:
        """A visitor opens the panel; answers the visit's id."""
        return await self._open(name, {})

    async def visit_again(self, name: str) -> str:
        """The same visitor in another visit, asking for a person."""
        return await self._ask_in(name, await self._open(name, {"visitor_session": self._sessions[name]}))

    async def identified(self, name: str, site: str, identity: str) -> str:
        """A visitor of whom the company's server says who they are asks for a person; answers the visit's id."""
        return await self._ask_in(name, await self._open(name, {"site": site, "identity": identity}))

    async def _open(self, name: str, earlier: dict[str, str]) -> str:
        body = {"workspace_id": self.workspace_id, "playbook_id": self.playbook_id, **earlier}
        told = await self.post("", "gateway/visits", body)
        self._sessions[name], visit_id = told["session"], str(told["visit_id"])
        await self.post(name, f"playbook/visits/{visit_id}/start")
        return visit_id

    async def visit(self, name: str) -> str:
        """A visitor opens the panel and asks for a person; answers the visit's id."""
        return await self._ask_in(name, await self.come(name))

    async def _ask_in(self, name: str, visit_id: str) -> str:
        await self.post(
            name, f"playbook/visits/{visit_id}/answers", {"card_id": "welcome", "choice_id": "chat"}
        )
        return visit_id

    def types(self, stream_prefix: str) -> list[str]:
        """The types of all events in streams of this category, by stream and version."""
        streams = (
            events
            for service in self.host.services.values()
            for stream, events in service.store.streams.items()
            if stream.startswith(stream_prefix)
        )
        return [event.type.split(".")[1] for events in streams for event in events]
