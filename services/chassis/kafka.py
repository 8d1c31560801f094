"""Kafka as contracts/ describe it: topics with their settings, keys on partitions, clients that read."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.partitioner import murmur2
from aiokafka.protocol.metadata import MetadataRequest
from pydantic import Field

from contracts.topics import PARTITIONS, TOPICS, Naming, Topic
from services.chassis.settings import Fresh, KafkaSecurity, Settings

REQUEST_TIMEOUT_MS, FETCH_WAIT_MS, PREFETCH_AFTER_S = 10_000, 1_000, 2.0
ADMIN_TIMEOUT_MS, TOPICS_WITHIN_S = 30_000, 60  # A machine may be busy when a broker makes 200 partitions.
FETCH_BYTES_MAX = 1_048_576
KEYS_REMEMBERED_MAX = 65_536
SHOWN_AGAIN_S = 0.05
UNSEEN = "we may not look"


class KafkaSettings(Settings):
    """Which Kafka, and how this installation's topics are called there."""

    kafka: str
    """Bootstrap servers."""
    topic_prefix: str = ""
    epoch: int = Field(default=1, ge=1)
    kafka_replication: int = Field(default=1, ge=1)

    @property
    def naming(self) -> Naming:
        """The names of the topics."""
        return Naming(self.topic_prefix, self.epoch)


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def partition_of(key: str, partitions: int = PARTITIONS) -> int:
    """The partition of a key: the one that every Kafka client's default partitioner takes."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class _Client(AIOKafkaClient):  # type: ignore[misc] # The package ships no types.
    """A client that connects with the credentials and authorities of that moment (ADR 0050), and leaves at once."""

    security: Fresh[KafkaSecurity]

    async def close(self) -> None:
        """Ends all connections. Over TLS the broker's goodbye may be waited for in vain, for 30 s: whoever closes has
        had all answers that they wanted."""
        for connection in self._conns.values():
            if connection._writer is not None:
                connection._writer.transport.abort()
        await super().close()

    _ssl_context = property(lambda self: self.security().context)
    _sasl_plain_username = property(lambda self: self.security().options()["sasl_plain_username"])
    _sasl_plain_password = property(lambda self: self.security().options()["sasl_plain_password"])


def renewing(client: AIOKafkaClient) -> None:
    """Has it read the credentials anew whenever it connects again: made by its owner, it keeps those of its start.

    And has it close without waiting for brokers.
    """
    client.__class__, client.security = _Client, Fresh(KafkaSecurity)


@asynccontextmanager
async def reading(settings: KafkaSettings, wait_ms: int = 500) -> AsyncIterator[AIOKafkaConsumer]:
    """A started consumer without a group: assign partitions to it and seek to positions that you know."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        **KafkaSecurity().options(),
        fetch_max_wait_ms=wait_ms,
        auto_offset_reset="none",  # With another value a seek can lose against a reset that is under way.
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    renewing(consumer._client)
    try:
        await consumer.start()
        yield consumer
    finally:
        # In a task of its own: where stop() waits for the client's tasks, it takes its caller's cancellation for
        # theirs, and the caller would never hear of it.
        await asyncio.wait([asyncio.create_task(consumer.stop())])


def fetch_together(consumer: AIOKafkaConsumer) -> None:
    """Has it fetch once all is consumed: while the rest is fetched, for FETCH_WAIT_MS, a partition would wait."""
    consumer._fetcher._prefetch_backoff = PREFETCH_AFTER_S


class TopicsDiffer(Exception):
    """Topics exist with other partitions or settings than the contract's; nothing was changed."""


@dataclass(frozen=True, slots=True)
class DescribedTopic:
    """A topic as it is in Kafka; 0 partitions: it does not exist. `problems` say what differs from the contract.

    None in place of partitions or settings: whoever asked may not look at them, which tells nothing of the topic.
    """

    name: str
    topic: Topic
    partitions: int | None
    settings: Mapping[str, str] | None

    @property
    def problems(self) -> list[str]:
        if not self.partitions:
            return [UNSEEN if self.partitions is None else "does not exist"]
        count = [f"{self.partitions} partitions, not {PARTITIONS}"] if self.partitions != PARTITIONS else []
        if self.settings is None:
            return [*count, f"its settings: {UNSEEN}"]
        return count + [
            f"{setting} is {self.settings.get(setting)}, not {agreed}"
            for setting, agreed in self.topic.settings.items()
            if self.settings.get(setting) != agreed
        ]


async def describe_topics(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[DescribedTopic]:
    """The topics as they are, in the order given."""
    async with administration(settings) as admin:
        return await _described(admin, settings.naming, topics)


async def ensure_topics(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Creates the missing topics and answers their names. Raises TopicsDiffer where one is not as agreed."""
    async with administration(settings) as admin, asyncio.timeout(TOPICS_WITHIN_S):
        found = await _described(admin, settings.naming, topics)
        _refuse_others(found)
        missing = [now for now in found if now.partitions == 0]
        if missing:
            await _create(admin, missing, settings.kafka_replication)
        # Brokers show a new topic a moment later; and another process may have made it, in its own way.
        while not all(now.partitions for now in found):
            await asyncio.sleep(SHOWN_AGAIN_S)
            found = await _described(admin, settings.naming, topics)
        _refuse_others(found)
    return [now.name for now in missing]


def _refuse_others(found: Sequence[DescribedTopic]) -> None:
    wrong = [
        f"{now.name}: {', '.join(now.problems)}" for now in found if now.partitions != 0 and now.problems
    ]
    if wrong:
        raise TopicsDiffer(f"Topics differ from contracts/topics.py. {'; '.join(wrong)}")


@asynccontextmanager
async def administration(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started client that makes topics and looks at them."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=settings.kafka, request_timeout_ms=ADMIN_TIMEOUT_MS, **KafkaSecurity().options()
    )
    renewing(admin._client)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: Sequence[DescribedTopic], replication: int) -> None:
    # An event keeps its time, even one that a clock set wrong gave it: a broker that refused it would stop the log.
    any_time = {"message.timestamp.after.max.ms": str(2**63 - 1)}
    kept = {"min.insync.replicas": str(max(1, replication - 1)), **any_time}
    new = [
        NewTopic(now.name, PARTITIONS, replication, topic_configs={**now.topic.settings, **kept})
        for now in missing
    ]
    for name, code, *told in (await admin.create_topics(new)).topic_errors:
        # Another process of this installation may have been faster.
        if code not in (0, TopicAlreadyExistsError.errno):
            raise for_code(code)(f"{name} cannot be created: {' '.join(str(part) for part in told)}")


async def _described(
    admin: AIOKafkaAdminClient, naming: Naming, topics: Sequence[Topic]
) -> list[DescribedTopic]:
    names = {naming.of(topic): topic for topic in topics}
    # By their names: where all are asked for, Kafka passes over those that we may not know of, as if there were none.
    told = (await admin._send_request(MetadataRequest([*names], False))).to_object()["topics"]
    partitions = {one["topic"]: _partitions(one) for one in told}
    resources = [
        ConfigResource(ConfigResourceType.TOPIC, name) for name, count in partitions.items() if count
    ]
    answers = await admin.describe_configs(resources) if resources else ()
    settings = {name: kept for answer in answers for name, kept in _settings(answer)}
    # What was there a moment ago and has no settings now is not there any more, or not on all brokers yet.
    partitions |= {name: 0 for name, count in partitions.items() if count and name not in settings}
    return [
        DescribedTopic(name, topic, partitions[name], settings.get(name)) for name, topic in names.items()
    ]


def _partitions(told: Mapping[str, Any]) -> int | None:
    match told["error_code"]:
        case TopicAuthorizationFailedError.errno:
            return None
        case UnknownTopicOrPartitionError.errno:
            return 0
        case _:  # While a leader is chosen the topic is there all the same.
            return len(told["partitions"])


def _settings(answer: Any) -> Iterator[tuple[str, Mapping[str, str] | None]]:
    """Of each topic; None where we may not look, nothing of one that some brokers do not know yet or any more."""
    for code, message, _, name, kept in answer.resources:
        if code == 0:
            yield name, {each[0]: each[1] for each in kept}
        elif code == TopicAuthorizationFailedError.errno:
            yield name, None
        elif code != UnknownTopicOrPartitionError.errno:
            raise for_code(code)(f"{name}: {message}")
