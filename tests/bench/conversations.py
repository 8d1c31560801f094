"""Real conversations to measure with: begun, taken and talked in through the one write path."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool

from contracts.conversation import Evidence, MessagePosted
from contracts.envelope import Metadata
from contracts.ids import stream
from contracts.personal import ClearKeyring, encode
from services.chassis.clock import RandomIds, SystemClock
from services.chassis.execution import execute
from services.chassis.migrate import DatabaseUrls
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import Append, NewEvent, Ports
from services.chassis.store import PostgresStore
from services.conversation.commands.conversation import PostMessage, StartConversation, TakeConversation
from services.conversation.decider import DECIDER

TEXT = "I would like to know what the large one costs, and whether it comes in green."
NAME = "Ada"
EVENTS_PER_APPEND = 500


@dataclass(frozen=True)
class Talk:
    """One conversation and its people."""

    workspace_id: str
    conversation_id: str
    visit_id: str
    visitor_id: str
    agent_id: str

    @property
    def stream(self) -> str:
        """Its stream."""
        return stream("conversation", self.conversation_id)


def new_talk(workspace_id: str | None = None) -> Talk:
    """A conversation that is not begun yet."""
    return Talk(workspace_id or str(uuid4()), str(uuid4()), str(uuid4()), str(uuid4()), str(uuid4()))


@dataclass(frozen=True)
class Opened:
    """The conversation service's write side, and the pool of its workers' role."""

    ports: Ports
    workers: AsyncConnectionPool[Any]


@asynccontextmanager
async def opened(urls: DatabaseUrls, connections_max: int = 8) -> AsyncIterator[Opened]:
    """What is needed to execute commands, which wake the relay. Nothing here reads, tails or signals."""
    app = open_pool(urls.app, name="app", connections_max=connections_max)
    workers = open_pool(urls.worker, name="workers")
    async with app, workers:
        waker = Waker(workers)
        waking = asyncio.create_task(waker.run())
        missing = cast("Any", None)
        ports = Ports(
            service="conversation",
            store=PostgresStore(app, waker, workers),
            reader=missing,
            clock=SystemClock(),
            ids=RandomIds(),
            keyring=ClearKeyring(),
            credentials=missing,
            tail=missing,
            signals=missing,
        )
        try:
            yield Opened(ports, workers)
        finally:
            waking.cancel()


def told(talk: Talk) -> Metadata:
    """A new command's metadata."""
    id_ = str(uuid4())
    return Metadata(talk.workspace_id, id_, id_, id_, f"agent:{talk.agent_id}")


def start(talk: Talk, at: datetime, wait_time_s: int = 600) -> StartConversation:
    """The visitor wants a person."""
    return StartConversation(
        conversation_id=talk.conversation_id,
        visit_id=talk.visit_id,
        visitor_id=talk.visitor_id,
        request_id=str(uuid4()),
        playbook_id=str(uuid4()),
        wait_time_s=wait_time_s,
        online_message="Somebody will be with you in a minute.",
        offline_message="Nobody is free just now: leave us your address and we will write.",
        requested_at=at,
        online=(Evidence(agent_id=talk.agent_id, online=True, version=1, age_ms=5_000),),
        at=at,
    )


def say(talk: Talk, at: datetime) -> PostMessage:
    """The agent says something."""
    return PostMessage(
        message_id=str(uuid4()),
        author="agent",
        author_id=talk.agent_id,
        author_name=NAME,
        visit_id=None,
        text=TEXT,
        at=at,
    )


async def begin(ports: Ports, talk: Talk) -> None:
    """Opens the conversation, and its agent takes it."""
    at = ports.clock.now()
    await execute(ports, DECIDER, talk.stream, start(talk, at), told(talk))
    evidence = Evidence(agent_id=talk.agent_id, online=True, version=1, age_ms=5_000)
    take = TakeConversation(agent_id=talk.agent_id, agent_name=NAME, evidence=evidence, at=at)
    await execute(ports, DECIDER, talk.stream, take, told(talk))


async def lengthen(ports: Ports, talk: Talk, length: int) -> None:
    """Fills the stream with messages until it has this many events; its state stays what it is."""
    loaded = await ports.store.load(talk.workspace_id, talk.stream, "")
    assert loaded.snapshot is not None
    version = loaded.version
    while version < length:
        count = min(EVENTS_PER_APPEND, length - version)
        at = ports.clock.now() + timedelta(milliseconds=version)
        event = posted(talk, at)
        new = tuple(replace(event, event_id=str(uuid4())) for _ in range(count))
        version = await ports.store.append(Append(talk.stream, version, new, told(talk), loaded.snapshot))


def posted(talk: Talk, at: datetime) -> NewEvent:
    """A message of the agent, as it is stored."""
    event = MessagePosted(
        at=at,
        conversation_id=talk.conversation_id,
        visitor_id=talk.visitor_id,
        message_id=str(uuid4()),
        author="agent",
        author_id=talk.agent_id,
        author_name=NAME,
        text=TEXT,
    )
    return NewEvent(str(uuid4()), event.TYPE, encode(event), at)
