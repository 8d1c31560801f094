"""The HTTP edge of every service: who asks, one command per request, problems as RFC 9457, one way to page."""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, model_validator

from contracts.envelope import Metadata
from contracts.ids import UUID_PATTERN, derived_id
from services.chassis.decider import Decider, Refused
from services.chassis.execution import execute
from services.chassis.ports import Ports, Reader, Row
from services.chassis.tokens import BadToken, Caller, Verifier

KEY_CHARS_MAX = 128
PAGE_MAX = 100
_BROKEN = re.compile("[\0\ud800-\udfff]")
_PLAIN = re.compile(r"^[\x21-\x7e]+$")

Id = Annotated[str, Path(pattern=UUID_PATTERN, description="An id: a UUID in lower case.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.")]
Item = TypeVar("Item")
Shown = TypeVar("Shown", bound=BaseModel)


class Body(BaseModel):
    """A request's body: exact types, no unknown field, texts that can be kept and read everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _whole_texts(cls, given: Any) -> Any:
        for where, text in _texts(given):
            if _BROKEN.search(text):
                raise ValueError(f"{where} holds the character NUL or half of a surrogate pair")
        return given


def _texts(given: Any, where: str = "a name") -> Iterator[tuple[str, str]]:
    """Every text in the JSON, with its place."""
    match given:
        case str():
            yield where, given
        case list():
            for place, item in enumerate(given):
                yield from _texts(item, f"{where}.{place}")
        case dict():
            yield from (("a name", name) for name in given)
            for name, value in given.items():
                yield from _texts(value, name)


class Accepted(BaseModel):
    """A command was carried out: its stream and the version that it led to; `ids` names what it made."""

    stream: str
    version: int
    repeated: bool = False
    ids: dict[str, str] = {}


class Page(BaseModel, Generic[Item]):
    """Part of a list; `next` is the cursor of the rest, null at the end."""

    items: list[Item]
    next: str | None = None


class Unauthorised(Refused):
    """No token, or none that counts."""

    status = 401

    def __init__(self, detail: str) -> None:
        super().__init__("unauthorised", detail)


class Forbidden(Refused):
    """A valid token of somebody who may not do this."""

    status = 403

    def __init__(self, detail: str) -> None:
        super().__init__("forbidden", detail)


class BadRequest(Refused):
    """A request that is wrong in a way that its detail says."""

    status = 400

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)


@dataclass(frozen=True)
class Ask:
    """One request by somebody known: the ports, the time, and the metadata of the command it may carry."""

    ports: Ports
    caller: Caller
    now: datetime
    metadata: Metadata
    fingerprint: str

    @property
    def reader(self) -> Reader:
        """Reads of this service's read models."""
        return self.ports.reader

    @property
    def workspace_id(self) -> str:
        """The caller's workspace, from the token and from nowhere else."""
        return self.caller.workspace_id

    def new_id(self, what: str) -> str:
        """An id for something this command makes: the same one when the request is repeated with its key."""
        return derived_id(self.metadata.command_id, what)

    async def execute(self, decider: Decider[Any, Any], stream: str, command: Any, **ids: str) -> Accepted:
        """Carries the command out; `ids` are told back."""
        done = await execute(self.ports, decider, stream, command, self.metadata, self.fingerprint)
        return Accepted(stream=done.stream, version=done.version, repeated=done.repeated, ids=ids)


def _caller(request: Request, now: datetime) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("Send the header Authorization: Bearer <token>.")
    verifier: Verifier = request.app.state.verifier
    try:
        return verifier.verify(token, now)
    except BadToken:
        raise Unauthorised("The token is not valid, or it is over: get a new one.") from None


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and (len(key) > KEY_CHARS_MAX or not _PLAIN.match(key)):
        raise BadRequest(
            "bad_idempotency_key", f"Idempotency-Key is 1 to {KEY_CHARS_MAX} visible ASCII characters."
        )
    return key


async def ask_of(request: Request, caller: Caller) -> Ask:
    """The request as an Ask of this caller; the command's id follows from caller and Idempotency-Key.

    Where the route reads the body itself, the fingerprint knows nothing of it.
    """
    ports: Ports = request.app.state.ports
    key = _key(request)
    request_id: str = request.state.correlation_id
    body = b"" if getattr(request.state, "raw", False) else await request.body()
    metadata = Metadata(
        workspace_id=caller.workspace_id,
        command_id=derived_id("command", caller.workspace_id, caller.actor, key) if key else ports.ids.new(),
        correlation_id=request_id,
        causation_id=request_id,
        actor=caller.actor,
        traceparent=request.state.traceparent,
    )
    told = f"{request.method} {request.url.path}?{request.url.query}".encode() + b"\n" + body
    return Ask(ports, caller, ports.clock.now(), metadata, hashlib.sha256(told).hexdigest()[:32])


async def _agent(request: Request) -> Ask:
    return await _ask_as(request, "agent")


async def _visitor(request: Request) -> Ask:
    return await _ask_as(request, "visitor")


async def _participant(request: Request) -> Ask:
    return await _ask_as(request, None)


async def _editor(request: Request) -> Ask:
    ask = await _ask_as(request, "agent")
    if ask.caller.role not in ("owner", "editor"):
        raise Forbidden("Only owners and editors may do this.")
    return ask


async def _ask_as(request: Request, kind: Literal["agent", "visitor"] | None) -> Ask:
    caller = _caller(request, request.app.state.ports.clock.now())
    if kind is not None and caller.kind != kind:
        raise Forbidden(f"Only {kind}s may do this.")
    return await ask_of(request, caller)


AgentAsk = Annotated[Ask, Depends(_agent)]
EditorAsk = Annotated[Ask, Depends(_editor)]
VisitorAsk = Annotated[Ask, Depends(_visitor)]
ParticipantAsk = Annotated[Ask, Depends(_participant)]
ACCESS: Mapping[Any, str] = {
    _agent: "agent",
    _editor: "editor",
    _visitor: "visitor",
    _participant: "participant",
}


def cursor_of(values: Sequence[object]) -> str:
    """A page's cursor: the keyset of its last row, opaque to callers."""
    return urlsafe_b64encode(json.dumps(list(values), default=str).encode()).decode().rstrip("=")


def page(rows: Sequence[Row], limit: int, item: type[Shown], *order: str) -> Page[Shown]:
    """A page of what was read with one row more than `limit`, which says that there is a rest."""
    last = [rows[limit - 1][column.removeprefix("-")] for column in order] if len(rows) > limit else None
    items = [item.model_validate(row) for row in rows[:limit]]
    return Page(items=items, next=cursor_of(last) if last else None)


def read_cursor(cursor: str | None, size: int) -> list[Any] | None:
    """The keyset in a cursor, for Reader.find, which reads it as its columns are.

    Raises BadRequest for anything that is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != size or not all(map(_is_key, values)):
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.")
    return values


def _is_key(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and not _BROKEN.search(value))


Cursor = Annotated[str | None, Query(max_length=512, description="`next` of the page before.")]
