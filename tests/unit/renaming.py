"""A service that gives playbooks names, without servers: one command, and a route for every kind of caller."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import APIRouter
from pydantic import BaseModel

from contracts.envelope import Event, Metadata
from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.playbook import PlaybookRenamed
from services.chassis.app import application
from services.chassis.decider import Decider, Refused, TakeClaim
from services.chassis.http import (
    Accepted,
    AgentAsk,
    Body,
    Cursor,
    EditorAsk,
    Id,
    Limit,
    ParticipantAsk,
    VisitorAsk,
    read_cursor,
)
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.ports import Ports
from services.chassis.service import Service
from services.chassis.tokens import Caller, Signer, Verifier, new_private_key, read_private_key

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ID, OTHER_ID = derived_id("playbook"), derived_id("another playbook")
OWNER = Caller(kind="agent", id="ana", workspace_id="w-1", name="Ana", role="owner")
EDITOR, AGENT = (OWNER.model_copy(update={"id": role, "role": role}) for role in ("editor", "agent"))
VISITOR = Caller(kind="visitor", id="vic", workspace_id="w-1", visit_id="visit-1")
KEY = read_private_key(new_private_key())


class Named(BaseModel):
    """What the stream's thing is called."""

    name: str = ""


def rename(name: str, state: Named) -> Sequence[Event]:
    """The event of a name that is another one."""
    if name == "refused":
        raise Refused("bad_name", "Not this one.")
    return [] if name == state.name else [PlaybookRenamed(at=AT, playbook_id=ID, name=name, by=ID)]


def evolve(state: Named, event: Event) -> Named:
    """The state after an event."""
    return Named(name=event.name) if isinstance(event, PlaybookRenamed) else state


DECIDER: Decider[str, Named] = Decider(
    category="playbook",
    decide=rename,
    evolve=evolve,
    initial=Named(),
    states=(Named,),
    schema=1,
    claims=lambda event: [TakeClaim("name", event.name)] if isinstance(event, PlaybookRenamed) else [],
)
router = APIRouter()


class NameBody(Body):
    """A name."""

    name: str


@router.post("/playbooks/{playbook_id}/name")
async def name(playbook_id: Id, body: NameBody, ask: ParticipantAsk) -> Accepted:
    """Renames, and makes an id."""
    return await ask.execute(DECIDER, f"playbook-{playbook_id}", body.name, made=ask.new_id("made"))


@router.get("/agents-only")
async def agents_only(ask: AgentAsk) -> str:
    """For agents."""
    return ask.workspace_id


@router.get("/editors-only")
async def editors_only(ask: EditorAsk) -> str:
    """For editors."""
    return ask.workspace_id


@router.get("/visitors-only")
async def visitors_only(ask: VisitorAsk) -> str:
    """For visitors."""
    return ask.workspace_id


@router.get("/everyone")
async def everyone(ask: ParticipantAsk, cursor: Cursor = None, limit: Limit = 5) -> list[Any]:
    """For both; a page of nothing."""
    return [limit, read_cursor(cursor, 2)]


class World:
    """The routes above over a store in memory."""

    def __init__(self) -> None:
        self.clock, unused = MovedClock(AT), None
        self.store = MemoryStore(self.clock)
        self.ports = Ports(
            service="playbook",
            store=self.store,
            reader=unused,  # type: ignore[arg-type]
            clock=self.clock,
            ids=CountedIds(),
            keyring=ClearKeyring(),
            credentials=MemoryCredentials(),
            tail=unused,  # type: ignore[arg-type]
            signals=unused,  # type: ignore[arg-type]
        )
        service = Service("playbook", (DECIDER,), (), (), router.routes)
        self._app = application(service, self.ports, Verifier(lambda: {"k": KEY.public_key()}))

    async def ask(
        self, caller: Caller | None, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One request."""
        if caller is not None:
            headers["authorization"] = f"Bearer {Signer('k', KEY).sign(caller, AT)[0]}"
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(method, path, json=body, headers=headers)

    async def rename(
        self, name: str, key: str | None, caller: Caller = OWNER, playbook_id: str = ID
    ) -> httpx.Response:
        """Renames with an Idempotency-Key."""
        headers = {} if key is None else {"idempotency-key": key}
        return await self.ask(caller, "POST", f"/playbooks/{playbook_id}/name", {"name": name}, **headers)

    @property
    def events(self) -> int:
        """How many events there are."""
        return sum(map(len, self.store.streams.values()))


def code(answer: httpx.Response) -> tuple[int, str]:
    """A problem's status and code."""
    return answer.status_code, answer.json()["code"]


def told(key: str) -> Metadata:
    """The metadata of a command."""
    return Metadata("w-1", key, key, key, "agent:ana")
