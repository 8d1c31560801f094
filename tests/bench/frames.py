"""From a visitor's post to the frame on the agent's socket, beside one durable commit and one trip through Kafka."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from websockets.asyncio.client import ClientConnection, connect

from contracts.topics import CRM_EVENTS
from services.chassis.kafka import reading
from services.chassis.migrate import urls_of
from services.chassis.producer import new_producer
from tests.bench.command import request, token_of
from tests.bench.conversations import Talk, begin, new_talk, opened
from tests.bench.figures import ROUNDS, Figure, benchmark, percentile, stopwatch
from tests.bench.lab import Lab
from tests.bench.processes import Keys, free_port, running, system_variables

POSTS = 150  # In each round.
PACE_S = 0.02
FRAME_WITHIN_S = 10.0
P50_TARGET, P99_TARGET = 4.0, 8.0


@benchmark("frames")
async def measure(lab: Lab) -> list[Figure]:
    """The whole system in one process; one screen, one visitor, one message at a time."""
    keys, port, talk = Keys(), free_port(), new_talk()
    ours: list[float] = []
    floor: list[float] = []
    arguments = ["-m", "services.cli", "serve", "all", "--port", str(port)]
    async with running(arguments, system_variables(lab, keys), port, "/readyz"):
        await _begun(lab, talk)
        async with _screen(talk, keys, port) as socket, _floor(lab) as trip:
            await _posts(socket, talk, keys, port, lab.count(30, 5))
            for _ in range(ROUNDS):
                ours += await _posts(socket, talk, keys, port, lab.count(POSTS, 10))
                floor += [await trip() for _ in range(lab.count(POSTS, 10))]
    return [
        _figure("p50", ours, floor, 0.5, P50_TARGET),
        _figure("p99", ours, floor, 0.99, P99_TARGET),
    ]


def _figure(name: str, ours: list[float], floor: list[float], share: float, target: float) -> Figure:
    found_s, least_s = percentile(ours, share), percentile(floor, share)
    ratio = found_s / least_s
    return Figure(
        f"visitor's post → agent's frame, {name}", round(found_s * 1e3, 2), "ms", round(ratio, 2),
        f"commit, produce, consume: {least_s * 1e3:.3g} ms", f"≤ {target:g}×", ratio <= target,
    )  # fmt: skip


async def _begun(lab: Lab, talk: Talk) -> None:
    async with opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service:
        await begin(service.ports, talk)


@asynccontextmanager
async def _screen(talk: Talk, keys: Keys, port: int) -> AsyncIterator[ClientConnection]:
    """The agent's socket, which follows the conversation."""
    async with connect(f"ws://127.0.0.1:{port}/api/gateway/socket", proxy=None) as socket:
        first = {
            "type": "authorise",
            "token": token_of(talk, keys),
            "have": {talk.stream: 0},
            "folders": True,
        }
        await socket.send(json.dumps(first))
        async with asyncio.timeout(FRAME_WITHIN_S):
            while json.loads(await socket.recv())["type"] != "ready":
                pass
        yield socket


async def _posts(socket: ClientConnection, talk: Talk, keys: Keys, port: int, count: int) -> list[float]:
    """Seconds from each post until its message is on the socket."""
    path = f"/api/conversation/conversations/{talk.conversation_id}/messages"
    raw = request(path, token_of(talk, keys, visitor=True)).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    delays = []
    for _ in range(count):
        posted_s = time.perf_counter()
        writer.write(raw)
        answer, (message_id, seen_s) = await asyncio.gather(_answer(reader), _next_message(socket))
        if answer["ids"]["message_id"] != message_id:
            raise RuntimeError(f"another message came than was posted: {message_id}")
        delays.append(seen_s - posted_s)
        await asyncio.sleep(PACE_S)
    writer.close()
    return delays


async def _answer(reader: asyncio.StreamReader) -> dict[str, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    body: dict[str, Any] = json.loads(await reader.readexactly(length))
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise RuntimeError(f"the post was refused: {body}")
    return body


async def _next_message(socket: ClientConnection) -> tuple[str, float]:
    async with asyncio.timeout(FRAME_WITHIN_S):
        while True:
            frame = json.loads(await socket.recv())
            seen_s = time.perf_counter()
            if frame["type"] == "event" and (event := frame["event"]) and event.get("author") == "visitor":
                return event["message_id"], seen_s


@asynccontextmanager
async def _floor(lab: Lab) -> AsyncIterator[Any]:
    """A function that makes one durable commit and sends one record through Kafka; it answers the seconds."""
    database = await lab.empty_database("floor")
    topic = TopicPartition(lab.kafka.naming.of(CRM_EVENTS), 0)
    producer = new_producer(lab.kafka)
    async with (
        await psycopg.AsyncConnection.connect(database, autocommit=True) as db,
        reading(lab.kafka) as consumer,
    ):
        await db.execute("CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        await producer.start()
        try:
            consumer.assign([topic])
            consumer.seek(topic, 0)
            await _trip(db, producer, consumer, topic)
            yield lambda: _trip(db, producer, consumer, topic)
        finally:
            await producer.stop()


async def _trip(
    db: psycopg.AsyncConnection[Any],
    producer: AIOKafkaProducer,
    consumer: AIOKafkaConsumer,
    topic: TopicPartition,
) -> float:
    with stopwatch() as watch:
        await db.execute("INSERT INTO floor (text) VALUES (%s)", ("x" * 200,))
        await producer.send(topic.topic, b"x" * 200, partition=topic.partition)
        await consumer.getone()
    await asyncio.sleep(PACE_S)
    return watch.seconds
