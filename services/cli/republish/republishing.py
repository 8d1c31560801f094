"""The log as a new epoch: consumers are put where they go on in it, then all events wait to be published again."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition

from contracts.topics import PARTITIONS, TOPICS, Naming, Topic, events_of
from services.chassis.kafka import KafkaSettings, describe_topics, reading
from services.chassis.migrate import DatabaseUrls
from services.chassis.relay import Relay
from services.chassis.rows import PostgresBatch
from services.chassis.schemas import Connection, app_role, known_models, made, unpublished, worker_connection
from services.chassis.service import Service
from services.cli.alone import alone
from services.cli.republish.order import Order

ROWS_AT_ONCE = 5_000

_RELAYED = "SELECT partition, next_offset FROM log.relayed WHERE topic = %s"
_OTHER = "SELECT topic FROM log.relayed WHERE topic NOT IN (%s, %s) AND next_offset > 0 LIMIT 1"
_EVENTS = """SELECT e.event_id, e.stream_id, extract(epoch FROM e.at)::float8, o.pos IS NOT NULL
    FROM log.events e LEFT JOIN log.outbox o USING (pos) ORDER BY e.pos"""
_PARKED = "SELECT id, headers FROM log.parked WHERE topic = %s"
_MOVE_PARKED = "UPDATE log.parked SET topic = %s, partition = %s, record_offset = %s WHERE id = %s"
_POSITIONS = "SELECT consumer, partition, next_offset FROM log.consumer_offsets WHERE topic = %s"
_POSITION = """INSERT INTO log.consumer_offsets (consumer, topic, partition, next_offset) VALUES (%s, %s, %s, %s)
    ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset"""
_FROM_THE_START = "UPDATE log.consumer_offsets SET next_offset = 0 WHERE topic = %s"
_ALL_WAIT = "INSERT INTO log.outbox SELECT pos FROM log.events ON CONFLICT DO NOTHING"
_LOST_POSITIONS = "DELETE FROM log.consumer_offsets WHERE topic = ANY (%s)"
_LOST = "DELETE FROM log.relayed WHERE topic = %s"
_BEGUN = "INSERT INTO log.relayed SELECT %s, partition, 0 FROM generate_series(0, %s) AS partition"


class WrongEpoch(Exception):
    """The epoch that is named is none in which the log could be published anew; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Republished:
    """What waits to be published now. `done`: it was told to before, and nothing was done this time."""

    service: str
    events: int
    state_rows: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class _Store:
    """A service's database, on which nobody else works."""

    service: Service
    connection: Connection

    @property
    def topic(self) -> Topic:
        """What it publishes its events on."""
        return events_of(self.service.name)

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return await (await self.connection.execute(query.encode(), values)).fetchall()


async def republish_log(
    services: Sequence[Service], kafka: KafkaSettings, urls: Mapping[str, DatabaseUrls]
) -> list[Republished]:
    """Makes all events wait for the relays, which publish them on the topics of `kafka`'s epoch; each consumer goes on
    there after what it has handled, and rows of state are published again with a new generation.

    Whatever ends it, it can be repeated: positions are written before the first event waits, and follow from what does
    not change until then. Raises StillRunning or WrongEpoch.
    """
    if kafka.epoch < 2:
        raise WrongEpoch("LIVECHAT_EPOCH counts how often the log was published: 2 for the first time anew")
    before = Naming(kafka.topic_prefix, kafka.epoch - 1)
    async with AsyncExitStack() as stack:
        stores = [
            _Store(one, await stack.enter_async_context(worker_connection(urls[one.name])))
            for one in services
        ]
        for store in stores:
            own = urls[store.service.name]
            await alone(Relay(store.service.name, own.worker, kafka), store.connection, app_role(own))
        left = [store for store in stores if not await _is_begun(store, kafka.naming)]
        await _check(left, before, kafka)
        orders = {store.topic: await _order(store, stores, before.of(store.topic)) for store in left}
        for store in stores if left else ():
            async with store.connection.transaction():
                for topic, order in orders.items():
                    await _go_on(store, order, before.of(topic), kafka.naming.of(topic))
                for topic in TOPICS:
                    if topic.kind == "state":
                        await store.connection.execute(_FROM_THE_START, (kafka.naming.of(topic),))
        return [
            await _begin(store, before, kafka.naming)
            if store in left
            else Republished(store.service.name, 0, 0, done=True)
            for store in stores
        ]


async def _is_begun(store: _Store, naming: Naming) -> bool:
    return bool(await store.rows(_RELAYED, naming.of(store.topic)))


async def _check(left: Sequence[_Store], before: Naming, kafka: KafkaSettings) -> None:
    for store in left:
        for (other,) in await store.rows(_OTHER, before.of(store.topic), kafka.naming.of(store.topic)):
            raise WrongEpoch(
                f"{store.service.name}'s events were published as {other}, not as {before.of(store.topic)}"
            )
    for described in await describe_topics(kafka):
        if described.problems:
            raise WrongEpoch(f"{described.name} {', '.join(described.problems)}: `livechat topics --create`")
    async with reading(kafka) as consumer:
        for store in left:
            name = kafka.naming.of(store.topic)
            ends = await consumer.end_offsets([TopicPartition(name, part) for part in range(PARTITIONS)])
            if any(ends.values()):
                raise WrongEpoch(f"{name} holds records already: take the next LIVECHAT_EPOCH")


async def _order(store: _Store, stores: Sequence[_Store], lost: str) -> Order:
    """How the store's events will lie in Kafka."""
    parked = [headers for one in stores for _, headers in await one.rows(_PARKED, lost)]
    wanted = {id_ for headers in parked if (id_ := _event_id(headers))}
    order = Order(dict(await store.rows(_RELAYED, lost)), wanted)
    async with store.connection.transaction(), store.connection.cursor("events", binary=True) as cursor:
        await cursor.execute(_EVENTS)
        while rows := await cursor.fetchmany(ROWS_AT_ONCE):
            for row in rows:
                order.add(*row)
    return order


def _event_id(headers: Sequence[tuple[str, str | None]]) -> str | None:
    """Of a parked record; None where it is none of ours."""
    value = dict(headers).get("ce_id")
    return base64.b64decode(value).decode(errors="replace") if value else None


async def _go_on(store: _Store, order: Order, lost: str, new: str) -> None:
    """Puts consumers of the topic that was called `lost` where they go on, and what they have parked where it will lie.

    Records that are nobody's event stay parked as they are: they do not come again.
    """
    places = [
        (consumer, new, partition, order.after(partition, at))
        for consumer, partition, at in await store.rows(_POSITIONS, lost)
    ]
    moved = [
        (new, *order.places[event_id], id_)
        for id_, headers in await store.rows(_PARKED, lost)
        if (event_id := _event_id(headers)) in order.places
    ]
    async with store.connection.cursor() as cursor:
        await cursor.executemany(_POSITION, places)
        await cursor.executemany(_MOVE_PARKED, moved)


async def _begin(store: _Store, before: Naming, naming: Naming) -> Republished:
    """From here on all of the store's events wait; its relay compares with the new topic from its start."""
    connection, name = store.connection, store.service.name
    async with connection.transaction():
        await connection.execute(_ALL_WAIT)
        ((events,),) = await store.rows("SELECT count(*) FROM log.outbox")
        await connection.execute(_BEGUN, (naming.of(store.topic), PARTITIONS - 1))
        await connection.execute(_LOST, (before.of(store.topic),))
        await connection.execute(
            _LOST_POSITIONS, ([before.of(topic) for topic in TOPICS if topic.kind == "events"],)
        )
        state_rows = await _publish_state(store)
    return Republished(name, events, state_rows)


async def _publish_state(store: _Store) -> int:
    """Of models that are not there, or not of this version, projectors publish all once they have made them."""
    known, published = await known_models(store.connection), 0
    for model in store.service.models:
        if model.publishes is None or known.get(model.name) != model.schema:
            continue
        generation, batch = await made(store.connection, model), PostgresBatch(store.connection)
        nothing = f"{model.name}_nothing"
        async for news in unpublished(store.connection, model, (nothing, model.name), None, generation):
            await batch.publish(model.publishes.topic.name, news)
            published += len(news)
    return published
