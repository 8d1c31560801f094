"""What goes to Kafka: messages with their keys, sent together, and acknowledged as a whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition
from opentelemetry.trace import Span

from services.chassis.kafka import FETCH_BYTES_MAX, REQUEST_TIMEOUT_MS, KafkaSettings, partition_of, renewing
from services.chassis.settings import KafkaSecurity

BATCH_BYTES_MAX = 262_144  # The broker takes a mebibyte.
ACK_TIMEOUT_S = 30.0
CLOSE_TIMEOUT_S = 5.0

Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent for a row; `span`, where it is traced, ends when it is acknowledged."""

    topic: str
    key: str
    value: bytes | None
    at_ms: int | None = None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    span: Span | None = None


Send = Callable[[Sequence[Message]], Awaitable[Ends]]


def new_producer(settings: KafkaSettings, **told: Any) -> AIOKafkaProducer:
    """An idempotent producer, not yet started. After any failed send it is of no more use: make a new one.

    `told` are other options, which win.
    """
    options = {
        "enable_idempotence": True,
        "acks": "all",
        "linger_ms": 0,
        "max_batch_size": BATCH_BYTES_MAX,
        "max_request_size": FETCH_BYTES_MAX,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        **told,
    }
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, **options, **KafkaSecurity().options())
    renewing(producer.client)
    return producer


@asynccontextmanager
async def running(producer: AIOKafkaProducer) -> AsyncIterator[AIOKafkaProducer]:
    """The producer, started; it ends with the context at once: what it still holds is not delivered any more."""
    try:
        await producer.start()
        yield producer
    finally:
        # Not stop(): that waits for deliveries, for as long as the broker is away.
        producer._closed = True
        ending = asyncio.gather(producer._sender.close(), producer.client.close(), return_exceptions=True)
        await asyncio.wait([ending], timeout=CLOSE_TIMEOUT_S)
        ending.cancel()


async def send(producer: AIOKafkaProducer, messages: Sequence[Message]) -> Ends:
    """Sends the messages and waits for every acknowledgement; answers the next offsets. Raises at the first failure.

    Whole record batches instead of a future per message: that is what makes the relay fast.
    """
    filling: dict[TopicPartition, Any] = {}
    sent: list[tuple[TopicPartition, int, asyncio.Future[Any]]] = []

    async def away(where: TopicPartition) -> None:
        batch = filling.pop(where)
        future = await producer.send_batch(batch, where.topic, partition=where.partition)
        sent.append((where, batch.record_count(), future))

    async with asyncio.timeout(ACK_TIMEOUT_S):
        try:
            for message in messages:
                where = TopicPartition(message.topic, partition_of(message.key))
                key = message.key.encode()
                if where not in filling:
                    filling[where] = producer.create_batch()
                told = {
                    "timestamp": message.at_ms,
                    "key": key,
                    "value": message.value,
                    "headers": message.headers,
                }
                if filling[where].append(**told) is None:
                    await away(where)
                    filling[where] = producer.create_batch()
                    filling[where].append(**told)
            for where in list(filling):
                await away(where)
            acknowledged = await asyncio.gather(*(future for _, _, future in sent))
        finally:
            for _, _, future in sent:
                future.cancel()
    # Kafka names no offset for a batch that it had already, from an attempt whose answer was lost.
    return {
        where: ack.offset + count
        for (where, count, _), ack in zip(sent, acknowledged, strict=True)
        if ack.offset >= 0
    }
