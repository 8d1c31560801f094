"""A service of notes, without servers: what the chassis puts around every service can be seen on it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from contracts.personal import ClearKeyring
from services.chassis.app import application
from services.chassis.decider import NotFound, Refused
from services.chassis.http import Body, Unauthorised
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.ports import Fenced, Ports
from services.chassis.service import Service
from services.chassis.tokens import Verifier

JSON = {"content-type": "application/json"}
router = APIRouter()
told: list[Any] = []


class Note(Body):
    """Anything under `text`."""

    text: Any


@router.post("/notes/{name}")
async def take_note(name: str, body: Note) -> dict[str, Any]:
    """Takes note."""
    told.append(body.text)
    return {"text": body.text}


@router.get("/failing/{how}")
async def fail(how: str) -> None:
    """Fails."""
    raise {
        "bug": KeyError("the secret cause"),
        "refused": Refused("held", "Ana holds it.", holder="Ana"),
        "missing": NotFound("lead"),
        "unauthorised": Unauthorised("Who?"),
        "down": psycopg.OperationalError("the server at 10.0.0.1 is away"),
        "fenced": Fenced("the store is behind stream x-1; bring back a newer state"),
    }[how]


@router.get("/cut")
async def cut() -> StreamingResponse:
    """Fails in the middle of an answer."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"half of "
        raise KeyError("x")

    return StreamingResponse(chunks())


def app() -> Any:
    """The routes above as a service."""
    clock, unused = MovedClock(datetime(2026, 3, 2, tzinfo=UTC)), None
    ports: Any = Ports(
        service="notes",
        store=MemoryStore(clock),
        reader=unused,  # type: ignore[arg-type]
        clock=clock,
        ids=CountedIds(),
        keyring=ClearKeyring(),
        credentials=MemoryCredentials(),
        tail=unused,  # type: ignore[arg-type]
        signals=unused,  # type: ignore[arg-type]
    )
    return application(Service("notes", (), (), (), router.routes), ports, Verifier(dict))


APP = app()


async def ask(
    method: str, path: str, content: bytes | AsyncIterator[bytes] = b"", headers: Any = JSON
) -> httpx.Response:
    """One request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://notes") as client:
        return await client.request(method, path, content=content, headers=headers)


def padded(size: int) -> bytes:
    """A body of this many bytes."""
    return b'{"text":"' + b"x" * (size - 11) + b'"}'


async def note(content: bytes | AsyncIterator[bytes], headers: Any = JSON) -> httpx.Response:
    """A note in these bytes."""
    return await ask("POST", "/notes/a", content, headers)


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    """Whether the answer is this problem, in the one form that there is."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert (problem["type"], problem["status"]) == (f"/problems/{problem['code']}", answer.status_code)
    assert problem["detail"]
    return (answer.status_code, problem["code"]) == (status, code)
