"""The log as a new epoch: consumers are put where they go on in it, then all events wait to be published again."""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

from aiokafka import TopicPartition

from contracts.topics import PARTITIONS, TOPICS, Naming, events_of
from services.chassis.kafka import KafkaSettings, describe_topics, reading
from services.chassis.migrate import DatabaseUrls
from services.chassis.relay import BEHIND, Relay
from services.chassis.schemas import Connection, app_role, known_models, made, publish_news, worker_connection
from services.chassis.service import Service
from services.cli.alone import all_wait, alone
from services.cli.republish.order import Order

ROWS_AT_ONCE = 5_000

_ELSEWHERE = "SELECT DISTINCT topic FROM log.relayed WHERE topic <> %s"
_RELAYED = "SELECT partition, next_offset FROM log.relayed WHERE topic = %s"
_EVENTS = """SELECT e.event_id, e.stream_id, extract(epoch FROM e.at)::float8, o.pos IS NOT NULL
    FROM log.events e LEFT JOIN log.outbox o USING (pos) ORDER BY e.pos"""
_PARKED = "SELECT id, consumer, headers FROM log.parked WHERE topic = %s ORDER BY record_offset, id"
_MOVE_PARKED = "UPDATE log.parked SET topic = %s, partition = %s, record_offset = %s WHERE id = %s"
_REPEATED = "DELETE FROM log.parked WHERE id = ANY (%s)"
_COMES_AGAIN = "DELETE FROM log.parked WHERE topic = %s"
_POSITIONS = "SELECT consumer, partition, next_offset FROM log.consumer_offsets WHERE topic = %s"
_POSITION = """INSERT INTO log.consumer_offsets (consumer, topic, partition, next_offset) VALUES (%s, %s, %s, %s)
    ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset"""
_FROM_THE_START = "UPDATE log.consumer_offsets SET next_offset = 0 WHERE topic = %s"
_LOST_POSITIONS = "DELETE FROM log.consumer_offsets WHERE topic = ANY (%s)"


class NotPossible(Exception):
    """The log cannot be published anew like this, for the reason that is told; nothing was changed."""


class StoreOlder(NotPossible):
    """Consumers have handled events that their owner's store does not have."""


@dataclass(frozen=True, slots=True)
class Republished:
    """What waits to be published now. `done`: it was told to before, and nothing was done this time."""

    service: str
    events: int
    state_rows: int
    done: bool = False


@dataclass(frozen=True, slots=True)
class _Store:
    """A service's database, on which nobody else works, and what its topics are called from now on.

    `lost`: what the topic of its events was called; None where none was ever published.
    """

    service: Service
    connection: Connection
    naming: Naming
    lost: str | None

    @property
    def topic(self) -> str:
        """What its events are published on."""
        return self.naming.of(events_of(self.service.name))

    @property
    def names(self) -> list[str]:
        """What the topic was called in each epoch before."""
        return self.naming.before(events_of(self.service.name))

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return await (await self.connection.execute(query.encode(), values)).fetchall()

    async def fences(self) -> list[str]:
        return [reason for (reason,) in await self.rows("SELECT reason FROM log.fence")]

    async def is_begun(self) -> bool:
        return bool(await self.rows(_RELAYED, self.topic))


async def republish_log(
    services: Sequence[Service],
    kafka: KafkaSettings,
    urls: Mapping[str, DatabaseUrls],
    *,
    from_older_stores: bool = False,
) -> list[Republished]:
    """Makes all events wait for the relays, which publish them on the topics of `kafka`'s epoch; each consumer goes on
    there after what it has handled, and rows of state are published again with a new generation.

    Whatever ends it, it can be repeated: positions are written before the first event waits, and follow from what does
    not change until then. Raises StillRunning or NotPossible; StoreOlder not where `from_older_stores` are taken as
    they are.
    """
    if kafka.epoch < 2:
        raise NotPossible("LIVECHAT_EPOCH counts how often the log was published: 2 for the first time anew")
    async with _all_alone(services, kafka, urls) as stores:
        left = [store for store in stores if not await store.is_begun()]
        await _check(stores, left, kafka)
        orders = {of.lost: (of.topic, await _order(of, stores, of.lost)) for of in left if of.lost}
        if not from_older_stores:
            await _check_age(stores, left, orders)
        for store in stores if left else ():
            async with store.connection.transaction():
                for lost, (topic, order) in orders.items():
                    await _go_on(store, order, lost, topic)
                for state in (kafka.naming.of(topic) for topic in TOPICS if topic.kind == "state"):
                    await store.connection.execute(_FROM_THE_START, (state,))
                    await store.connection.execute(_COMES_AGAIN, (state,))
        return [
            await _begin(store) if store in left else Republished(store.service.name, 0, 0, done=True)
            for store in stores
        ]


@asynccontextmanager
async def _all_alone(
    services: Sequence[Service], kafka: KafkaSettings, urls: Mapping[str, DatabaseUrls]
) -> AsyncIterator[list[_Store]]:
    async with AsyncExitStack() as stack:
        stores = []
        for service in services:
            own = urls[service.name]
            connection = await stack.enter_async_context(worker_connection(own))
            await alone(Relay(service.name, own.worker, kafka), connection, app_role(own))
            stores.append(_Store(service, connection, kafka.naming, await _lost(service, connection, kafka)))
        yield stores


async def _lost(service: Service, connection: Connection, kafka: KafkaSettings) -> str | None:
    topic = events_of(service.name)
    found = await (await connection.execute(_ELSEWHERE, (kafka.naming.of(topic),))).fetchall()
    earlier = kafka.naming.before(topic)
    for (name,) in found:
        if name not in earlier or len(found) > 1:
            told = ", ".join(name for (name,) in found)
            raise NotPossible(
                f"{service.name}'s events were published as {told}: {kafka.naming.of(topic)} is no later epoch of it"
            )
    return found[0][0] if found else None


async def _check(stores: Sequence[_Store], left: Sequence[_Store], kafka: KafkaSettings) -> None:
    for store in stores:
        for reason in await store.fences():
            if not reason.startswith(BEHIND):
                raise NotPossible(f"{store.service.name} may not write: {reason}")
        known = await known_models(store.connection)
        for model in store.service.models:
            if known.get(model.name, 0) > model.schema:
                raise NotPossible(f"{model.name} is of a newer version: take the command line of that one")
    for described in await describe_topics(kafka):
        if described.problems:
            raise NotPossible(f"{described.name} {', '.join(described.problems)}: `livechat topics --create`")
    async with reading(kafka) as consumer:
        for store in left:
            ends = await consumer.end_offsets(
                [TopicPartition(store.topic, part) for part in range(PARTITIONS)]
            )
            if any(ends.values()):
                raise NotPossible(
                    f"{store.topic} holds records already: where they are its events, `livechat restore"
                    f" {store.service.name}`; else take the next LIVECHAT_EPOCH"
                )


async def _check_age(
    stores: Sequence[_Store], left: Sequence[_Store], orders: Mapping[str, tuple[str, Order]]
) -> None:
    """Nobody stands beyond what the owner of the topic knows of, also not on one of an epoch that it does not know."""
    for store in stores:
        for reason in await store.fences():
            if reason.startswith(BEHIND):
                raise StoreOlder(f"{store.service.name} may not write: {reason}")
    for owner in left:
        later = owner.names[owner.names.index(owner.lost) if owner.lost else 0 :]
        for name, store in product(later, stores):
            for consumer, partition, at in await store.rows(_POSITIONS, name):
                knows = orders[name][1].reach(partition) if name == owner.lost else 0
                if at > knows:
                    where = f"{store.service.name}'s {consumer} stands at {at:,} of {name}[{partition}]"
                    raise StoreOlder(f"{where}, and its owner's store knows of {knows:,} records there")


async def _order(store: _Store, stores: Sequence[_Store], lost: str) -> Order:
    """How the store's events will lie in Kafka."""
    parked = [headers for one in stores for *_, headers in await one.rows(_PARKED, lost)]
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


async def _go_on(store: _Store, order: Order, lost: str, topic: str) -> None:
    """Puts consumers of the topic that was called `lost` where they go on, and what they have parked where it will lie:
    once, however often Kafka held it. Records that are nobody's event stay parked as they are: they do not come again.
    """
    places = [
        (consumer, topic, partition, order.after(partition, at))
        for consumer, partition, at in await store.rows(_POSITIONS, lost)
    ]
    moved, repeated, seen = list[tuple[Any, ...]](), list[int](), set[tuple[str, str]]()
    for id_, consumer, headers in await store.rows(_PARKED, lost):
        event_id = _event_id(headers)
        if event_id is None or event_id not in order.places:
            continue
        if (consumer, event_id) in seen:
            repeated.append(id_)
        else:
            moved.append((topic, *order.places[event_id], id_))
        seen.add((consumer, event_id))
    async with store.connection.cursor() as cursor:
        await cursor.executemany(_POSITION, places)
        await cursor.execute(_REPEATED, (repeated,))
        await cursor.executemany(_MOVE_PARKED, moved)


async def _begin(store: _Store) -> Republished:
    """From here on all of the store's events wait; its relay compares with the new topic from its start."""
    connection = store.connection
    async with connection.transaction():
        await all_wait(connection, store.topic)
        ((events,),) = await store.rows("SELECT count(*) FROM log.outbox")
        lost = [name for topic in TOPICS if topic.kind == "events" for name in store.naming.before(topic)]
        await connection.execute(_LOST_POSITIONS, (lost,))
        state_rows = await _publish_state(store)
    return Republished(store.service.name, events, state_rows)


async def _publish_state(store: _Store) -> int:
    """Of models that are not there, or of an older version, projectors publish all once they have made them."""
    connection, published = store.connection, 0
    known = await known_models(connection)
    for model in store.service.models:
        if model.publishes is not None and known.get(model.name) == model.schema:
            generation, schemas = await made(connection, model), (f"{model.name}_nothing", model.name)
            published += await publish_news(connection, model, schemas, None, generation)
    return published
