"""A whole command over HTTP, beside a bare FastAPI handler with one durable INSERT, under the same load."""

import asyncio
import json
from datetime import UTC, datetime
from statistics import median
from typing import Literal

import psycopg

from contracts.topics import CONVERSATION_EVENTS
from services.chassis.kafka import ensure_topics
from services.chassis.tokens import Caller, Signer, read_private_key
from tests.bench.conversations import NAME, TEXT, Talk, begin, new_talk, opened
from tests.bench.figures import Figure, benchmark, side_by_side
from tests.bench.lab import Lab
from tests.bench.load import Load, Measured, measured
from tests.bench.processes import KID, Keys, free_port, running, service_variables

CONNECTIONS = 8
REQUESTS = 1_600
TARGET = 0.4
TABLE = "CREATE TABLE messages (id text PRIMARY KEY, conversation_id text, text text, at timestamptz)"


@benchmark("command")
async def measure(lab: Lab) -> list[Figure]:
    """An agent's message, posted into a conversation that is theirs: token, decision, append."""
    keys, ports = Keys(), (free_port(), free_port())
    variables = await service_variables(lab, keys, "conversation")
    await ensure_topics(lab.kafka, [CONVERSATION_EVENTS])
    database = await lab.empty_database("bare")
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as db:
        await db.execute(TABLE)
    talks = [new_talk() for _ in range(CONNECTIONS)]
    async with opened(await lab.database("conversation")) as service:
        await asyncio.gather(*(begin(service.ports, talk) for talk in talks))
    whole = [request(f"/api/conversation{_path(talk)}", token_of(talk, keys)) for talk in talks]
    bare = [request(_path(talk)) for talk in talks]
    ours_environment = {**variables, "LIVECHAT_PORT": str(ports[0])}
    bare_environment = {"BENCH_DATABASE": database, "BENCH_PORT": str(ports[1])}
    count = lab.count(REQUESTS, 80)
    taken: list[Measured] = []
    async with (
        running(["-m", "services.conversation", "api"], ours_environment, ports[0], "/livez"),
        running(["-m", "tests.bench.bare"], bare_environment, ports[1], "/openapi.json"),
    ):
        await measured(Load(ports[0], whole, CONNECTIONS * 10))
        await measured(Load(ports[1], bare, CONNECTIONS * 10))

        async def ours() -> float:
            taken.append(await measured(Load(ports[0], whole, count)))
            return taken[-1].rate

        async def peer() -> float:
            return (await measured(Load(ports[1], bare, count * 2))).rate

        found = await side_by_side(ours, peer)
    p50_s, p99_s = median(one.p50_s for one in taken), median(one.p99_s for one in taken)
    cpu = median(one.cpu_share for one in taken)
    return [
        Figure(
            f"command over HTTP, {CONNECTIONS} connections", round(found.ours), "commands/s", round(found.ratio, 2),
            f"bare FastAPI, one INSERT: {found.peer:,.0f}/s", f"≥ {TARGET}×", found.ratio >= TARGET,
            f"p50 {p50_s * 1e3:.3g} ms, p99 {p99_s * 1e3:.3g} ms; the generator took {cpu:.0%} of a core",
        )
    ]  # fmt: skip


def _path(talk: Talk) -> str:
    return f"/conversations/{talk.conversation_id}/messages"


def token_of(talk: Talk, keys: Keys, *, visitor: bool = False) -> str:
    """A token of the conversation's agent, or of its visitor."""
    if not visitor:
        return agent_token(keys, talk.workspace_id, talk.agent_id)
    caller = Caller(
        kind="visitor", id=talk.visitor_id, workspace_id=talk.workspace_id, visit_id=talk.visit_id
    )
    return _signed(keys, caller)


def agent_token(
    keys: Keys, workspace_id: str, agent_id: str, role: Literal["agent", "owner"] = "agent"
) -> str:
    """A token of an agent; no account is needed for it."""
    return _signed(keys, Caller(kind="agent", id=agent_id, workspace_id=workspace_id, name=NAME, role=role))


def _signed(keys: Keys, caller: Caller) -> str:
    token, _ = Signer(KID, read_private_key(keys.private)).sign(caller, datetime.now(UTC))
    return token


def request(path: str, token: str | None = None) -> str:
    """A raw request that posts a message."""
    body = json.dumps({"text": TEXT})
    lines = [
        f"POST {path} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *([f"authorization: Bearer {token}"] if token else []),
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + body
