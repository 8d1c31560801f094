"""Two companies at work and everybody who might knock: what a route is called with, by whom, and what that changed."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import httpx
import psycopg

from contracts.ids import derived_id
from services.chassis.tokens import Caller, Signer, new_private_key, read_private_key
from services.cli.catalogue import SERVICES
from services.cli.demo.clients import PASSWORD, Agent, Answer, Visitor
from tests.e2e.known import is_taken, is_there
from tests.e2e.routes import BODIES, CHAT, Route, device_body, filled
from tests.e2e.system import System
from tests.waiting import eventually

NOBODIES = ("nobody", "garbage", "foreign key", "over")
TOKEN_USED_S = 200


@dataclass
class Stage:
    """Our company's things, who may know them and who may not, and a client that asks in anybody's name."""

    system: System
    ids: Mapping[str, str]
    """What of ours a path can name."""
    sessions: dict[str, str]
    http: httpx.Client
    secrets: set[str]
    """All sessions, tokens and links that were handed out."""
    logs: list[psycopg.Connection[Any]] = field(default_factory=list)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def token(self, who: str) -> str:
        """A token of this caller, from the gateway."""
        token, at_s = self._tokens.get(who, ("", 0.0))
        now_s = datetime.now(UTC).timestamp()
        if not token or now_s - at_s > TOKEN_USED_S:
            answer = self.http.post("/api/gateway/tokens", json={"session": self.sessions[who]})
            token = answer.raise_for_status().json()["token"]
            self._tokens[who] = token, now_s
            self.secrets.add(token)
        return token

    def sign_in_again(self, who: str) -> None:
        """This agent has a session again, after all were ended."""
        workspace = self.ids["strange_workspace" if who == "stranger" else "workspace"]
        email = "ana" if who in ("owner", "stranger") else who
        body = {"workspace_id": workspace, "email": f"{email}@example.com", "password": PASSWORD}
        told = self.http.post("/api/gateway/sign-in", json=body).raise_for_status().json()
        self.sessions[who] = told["session"]
        self._tokens[who] = told["token"], datetime.now(UTC).timestamp()
        self.secrets |= {told["session"], told["token"]}

    def headers(self, who: str) -> dict[str, str]:
        """How this caller presents themself."""
        match who:
            case "nobody":
                return {}
            case "garbage":
                return {"authorization": "Bearer garbage"}
            case "foreign key":
                return {"authorization": f"Bearer {self.forged(new_private_key(), timedelta())}"}
            case "over":
                key = self.system.variables["LIVECHAT_TOKEN_SIGNING_KEY"]
                return {"authorization": f"Bearer {self.forged(key, -timedelta(hours=1))}"}
            case _:
                return {"authorization": f"Bearer {self.token(who)}"}

    def forged(self, key: str, later: timedelta) -> str:
        """A token of our own owner, signed with this key at another time."""
        caller = Caller(kind="agent", id=self.ids["owner"], workspace_id=self.ids["workspace"], role="owner")
        signer = Signer(self.system.variables["LIVECHAT_TOKEN_KID"], read_private_key(key))
        return signer.sign(caller, datetime.now(UTC) + later)[0]

    def body(self, route: Route) -> Any:
        """A body with which the route can be called."""
        return filled(BODIES[str(route)], self.ids) if route.body else None

    def ask(self, route: Route, who: str, body: Any = None, **more: str) -> httpx.Response:
        """The route about our things, called by this caller; `more` are headers."""
        headers = {**self.headers(who), **more}
        return self.http.request(route.method, route.url(**self.ids), json=body, headers=headers)

    def appended(self) -> int:
        """How many events people's requests have made in all services so far."""
        return len(self._events("actor NOT LIKE 'service:%%'"))

    def events_of(self, command_id: str) -> list[tuple[str, int]]:
        """Streams and versions of what a command has appended, in order."""
        return self._events("command_id = %s", command_id)

    def _events(self, where: LiteralString, *values: str) -> list[tuple[str, int]]:
        statement: LiteralString = f"SELECT stream_id, version FROM log.events WHERE {where} ORDER BY pos"
        return [row for log in self.logs for row in log.execute(statement, values).fetchall()]

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a counter over all labels that are not named; the named ones begin with these values."""
        wanted = [f'{label}="{value}' for label, value in labels.items()]
        lines = self.http.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith(name) and all(label in line for label in wanted)]
        return sum(float(line.rpartition(" ")[2]) for line in found)


@contextmanager
def staged(system: System) -> Iterator[Stage]:
    """The stage, with its clients and connections until the context ends."""
    people = asyncio.run(_gathered(system))
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(base_url=system.bases["gateway"], timeout=30))
        logs = [
            stack.enter_context(
                psycopg.connect(system.variables[f"LIVECHAT_{name.upper()}_WORKER_DATABASE"], autocommit=True)
            )
            for name in SERVICES
        ]
        sessions = {who: client.session for who, client in people.clients.items()}
        yield Stage(system, people.ids, sessions, http, people.secrets | set(sessions.values()), logs)


class _People:
    """Everybody while they gather."""

    def __init__(self, system: System) -> None:
        self.system, self.clients = system, dict[str, Agent | Visitor]()
        self.ids: dict[str, str] = {}
        self.secrets: set[str] = set()
        self.stack = AsyncExitStack()

    async def agent(self, who: str, link: str) -> Agent:
        """Somebody joins by a link."""
        agent = await self.stack.enter_async_context(Agent(self.system.bases))
        await agent.join(link, who.capitalize())
        self.clients[who] = agent
        self.secrets.add(link)
        return agent

    async def invited(self, who: str, by: Agent) -> Agent:
        """The owner invites somebody, as what they are called."""
        told = await by.post("gateway/agents/invite", {"email": f"{who}@example.com", "role": who})
        return await self.agent(who, told["link"])

    async def spare(self, owner: Agent) -> str:
        """Somebody of our team who may be lost; the id."""
        told = await owner.post("gateway/agents/invite", {"email": "spare@example.com", "role": "agent"})
        await (await self.stack.enter_async_context(Agent(self.system.bases))).join(told["link"], "Spare")
        self.secrets.add(told["link"])
        return str(told["agent_id"])

    async def spare_session(self, owner: Agent) -> str:
        """A session of our owner's that may be ended; the id."""
        body = {"workspace_id": owner.workspace_id, "email": "ana@example.com", "password": PASSWORD}
        told = await owner.public("gateway/sign-in", body)
        self.secrets |= {told["session"], told["token"], PASSWORD}
        return str((await owner.get("gateway/account/sessions"))["items"][0]["session_id"])

    async def playbook(self, owner: Agent) -> str:
        """A playbook that takes visits and leaves a long time to answer."""
        told = await owner.post("playbook/playbooks", {"name": "Website", "wait_time_s": 1_800})
        playbook_id = str(told["ids"]["playbook_id"])
        await owner.post(f"playbook/playbooks/{playbook_id}/publish")
        await owner.post(f"playbook/playbooks/{playbook_id}/activate")
        return playbook_id

    async def visitor(self, who: str, owner: Agent, playbook_id: str) -> Visitor:
        """Somebody opens the panel, once the gateway knows of the playbook."""

        async def arrived() -> Visitor | None:
            visitor = await self.stack.enter_async_context(Visitor(self.system.bases))
            try:
                await visitor.arrive(owner.workspace_id, playbook_id)
            except Answer:
                return None
            return visitor

        found = await eventually(arrived, every_s=0.2, what=f"{who} opens the panel")
        assert found is not None
        self.clients[who] = found
        return found

    async def taken(self, agent: Agent, conversation_id: str) -> None:
        """The agent holds the conversation, once they are known to be online."""
        path = f"conversation/conversations/{conversation_id}/take"
        await eventually(lambda: is_taken(agent, path), every_s=0.2, what="an agent takes a conversation")

    async def file(self, sender: Agent | Visitor, conversation_id: str) -> str:
        """Somebody has sent a file, which is named by no message yet."""
        url = f"{self.system.bases['gateway']}/api/gateway/conversations/{conversation_id}/files"
        headers = {"authorization": f"Bearer {await sender.token()}"}
        async with httpx.AsyncClient() as client:
            answer = await client.post(url, content=b"What I mean.", headers=headers)
        self.secrets.add(answer.raise_for_status().json()["attachment_token"])
        return str(answer.json()["file_id"])

    async def conversation(self, who: str, owner: Agent, playbook_id: str) -> tuple[Visitor, str]:
        """Somebody asks for a person and everybody knows of it; an agent must have been online for a moment."""

        async def begun() -> tuple[Visitor, str] | None:
            visitor = await self.visitor(who, owner, playbook_id)
            await visitor.answer(**CHAT)
            shown = await visitor.get(f"playbook/visits/{visitor.visit_id}")
            id_ = str(shown["conversation_id"])
            here = [
                f"gateway/conversations/{id_}/transcript",
                f"crm/conversations/{id_}/outcomes",
                f"crm/visits/{visitor.visit_id}/outcomes",
            ]
            try:
                for path in here:
                    await eventually(lambda p=path: is_there(owner, p), within_s=5, what=path)  # type: ignore[misc]
            except AssertionError:
                return None  # Nobody was known to be online yet: the request was declined.
            return visitor, id_

        found = await eventually(begun, within_s=120, what=f"{who} has a conversation")
        assert found is not None
        return found

    async def key(self, owner: Agent) -> str:
        """The owner has made an identity key; its name."""
        told = await owner.post("gateway/identity-keys")
        self.secrets.add(told["secret"])
        return str(told["kid"])

    async def described(self, agent: Agent, visitor: Visitor, conversation_id: str) -> dict[str, str]:
        """An agent has written something about the visitor down; answers the ids of what came of it."""
        details = f"crm/conversations/{conversation_id}/details"
        told = await agent.post(f"{details}/notes", {"text": "Likes tea."})
        ids = {"note_id": str(told["ids"]["note_id"])}
        for kind in ("person", "organization"):
            await agent.post(f"{details}/{kind}", {"name": "Ada"})
            ids[f"{kind}_id"] = id_ = derived_id(kind, visitor.visitor_id)
            known = f"crm/{kind}s/{id_}"
            await eventually(lambda path=known: is_there(agent, path), every_s=0.2, what=f"the {kind}")  # type: ignore[misc]
        return ids


async def _gathered(system: System) -> _People:
    people = _People(system)
    async with people.stack:
        links = [asyncio.to_thread(system.new_workspace, name) for name in ("Ours", "Theirs")]
        ours_link, theirs_link = await asyncio.gather(*links)
        owner, stranger = await people.agent("owner", ours_link), await people.agent("stranger", theirs_link)
        editor = await people.invited("editor", owner)
        agent = await people.invited("agent", owner)
        for each in (agent, stranger):
            await each.post("presence/online", {"tab": "t"})
        spare, doomed = await people.playbook(owner), await people.playbook(owner)
        ours, theirs = await people.playbook(owner), await people.playbook(stranger)
        visitor, conversation_id = await people.conversation("visitor", owner, ours)
        await people.taken(agent, conversation_id)
        described = await people.described(agent, visitor, conversation_id)
        device = await agent.post("notifier/devices", device_body("of-the-agent"))
        view = await agent.post("gateway/account/views", {"name": "Mine", "folder": "mine"})
        reply = await agent.post("conversation/replies", {"shortcut": "hi", "title": "Hi", "text": "Hi!"})
        other = await people.visitor("other visitor", owner, ours)
        foreign, foreign_conversation = await people.conversation("strange visitor", stranger, theirs)
        file_id = await people.file(visitor, conversation_id)
        people.ids = {
            "workspace": owner.workspace_id,
            "owner": owner.agent_id,
            "editor": editor.agent_id,
            "agent": agent.agent_id,
            "folder": "unassigned",
            "agent_id": await people.spare(owner),
            "session_id": await people.spare_session(owner),
            "playbook_id": spare,
            "visited_playbook": ours,
            "doomed_playbook": doomed,
            "card_id": "spare_card",
            "question_id": "welcome",
            "choice_id": "chat",
            "live_chat_id": "live_chat",
            "visit_id": visitor.visit_id,
            "visitor": visitor.visitor_id,
            "conversation_id": conversation_id,
            **described,
            "file_id": file_id,
            "kid": await people.key(owner),
            "device_id": device["ids"]["device_id"],
            "view_id": view["ids"]["view_id"],
            "reply_id": reply["ids"]["reply_id"],
            "other_visit": other.visit_id,
            "strange_workspace": stranger.workspace_id,
            "strange_agent": stranger.agent_id,
            "strange_playbook": theirs,
            "strange_visit": foreign.visit_id,
            "strange_conversation": foreign_conversation,
            "session": visitor.session,
        }
        people.secrets |= {await client.token() for client in people.clients.values()}
        return people
