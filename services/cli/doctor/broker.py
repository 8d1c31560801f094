"""What Kafka tells: whether the topics are as agreed and copied often enough, and where each begins and ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import PARTITIONS
from services.chassis.kafka import DescribedTopic, KafkaSettings, describe_topics, reading
from services.cli.doctor.finding import Finding

Ends = Mapping[tuple[str, int], tuple[int, int]]
"""Topic and partition → the first offset that is kept, and the offset after the last record."""
Copies = Mapping[str, Mapping[int, tuple[int, int]]]
"""Topic → partition → how many copies there should be, and how many are in step now."""
IN_SYNC = "min.insync.replicas"
NO_COMMAND = (
    "No command does that in place: keys would move to other partitions, and with them the order of streams."
)


async def of_topics(settings: KafkaSettings) -> tuple[list[Finding], Ends]:
    """What is wrong with the topics, and where those begin and end that are there."""
    described = await describe_topics(settings)
    found = [finding for now in described for finding in _differences(now, settings)]
    names = [now.name for now in described if now.partitions]
    async with reading(settings) as consumer:
        copies = await _copies(consumer, names)
        return found + _too_few(copies, settings), await _ends(consumer, copies)


def _differences(now: DescribedTopic, settings: KafkaSettings) -> list[Finding]:
    if not now.partitions:
        return [Finding("topics", f"{now.name} does not exist", "livechat topics --create")]
    found = []
    if now.partitions != PARTITIONS:
        found.append(
            Finding("topics", f"{now.name} has {now.partitions} partitions, not {PARTITIONS}", NO_COMMAND)
        )
    agreed = dict(now.topic.settings)
    at_least = max(1, settings.kafka_replication - 1)
    if int(now.settings.get(IN_SYNC, at_least)) < at_least:
        agreed[IN_SYNC] = str(at_least)
    wrong = {name: value for name, value in agreed.items() if now.settings.get(name) != value}
    if wrong:
        told = ", ".join(f"{name} is {now.settings.get(name)}, not {value}" for name, value in wrong.items())
        found.append(Finding("topics", f"{now.name}: {told}", _altering(settings, now.name, wrong)))
    return found


def _altering(settings: KafkaSettings, name: str, wrong: Mapping[str, str]) -> str:
    changes = ",".join(f"{setting}={value}" for setting, value in wrong.items())
    return (
        f"kafka-configs.sh --bootstrap-server {settings.kafka} --alter"
        f" --entity-type topics --entity-name {name} --add-config {changes}"
    )


async def _copies(consumer: AIOKafkaConsumer, names: Sequence[str]) -> Copies:
    # The client tells of no replicas by a method of its own.
    cluster: Any = await consumer._client.fetch_all_metadata()
    parts = cluster._partitions
    return {
        name: {number: (len(one.replicas), len(one.isr)) for number, one in parts.get(name, {}).items()}
        for name in names
    }


def _too_few(copies: Copies, settings: KafkaSettings) -> list[Finding]:
    wanted, found = settings.kafka_replication, []
    at = f"--bootstrap-server {settings.kafka}"
    for name, parts in copies.items():
        fewest = min((replicas for replicas, _ in parts.values()), default=wanted)
        if fewest < wanted:
            mend = f"kafka-reassign-partitions.sh {at} --execute, with {wanted} replicas of each partition"
            found.append(Finding("topics", f"{name} is kept on {fewest} brokers, not on {wanted}", mend))
        if behind := sum(in_step < replicas for replicas, in_step in parts.values()):
            what = f"{name}: {behind} partitions have copies that are not in step"
            mend = f"Bring the broker back that kafka-topics.sh {at} --describe --topic {name} misses."
            found.append(Finding("topics", what, mend))
    return found


async def _ends(consumer: AIOKafkaConsumer, copies: Copies) -> Ends:
    parts = [TopicPartition(name, number) for name, found in copies.items() for number in found]
    if not parts:
        return {}
    begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    return {(part.topic, part.partition): (begins[part], ends[part]) for part in parts}
