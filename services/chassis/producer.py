"""What goes to Kafka: messages with their keys, sent together, and acknowledged as a whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from services.chassis.kafka import partition_of

ACK_TIMEOUT_S = 30.0
CLOSE_TIMEOUT_S = 5.0

Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent for a row."""

    topic: str
    key: str
    value: bytes | None
    at_ms: int | None = None
    headers: list[tuple[str, bytes]] = field(default_factory=list)


Send = Callable[[Sequence[Message]], Awaitable[Ends]]


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
