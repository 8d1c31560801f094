"""What Kafka tells: whether the topics are as agreed and copied often enough, and where each begins and ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import PARTITIONS
from services.chassis.kafka import DescribedTopic, KafkaSettings, describe_topics, reading
from services.chassis.settings import KafkaSecurity
from services.cli.doctor.finding import Finding
from services.cli.doctor.place import Place

Ends = Mapping[tuple[str, int], tuple[int, int]]
"""Topic and partition → the first offset that is kept, and the offset after the last record."""
Copies = Mapping[str, Mapping[int, tuple[int, int]]]
"""Topic → partition → how many copies there should be, and how many are in step now."""
IN_SYNC = "min.insync.replicas"
BY_KAFKA = "By Kafka's own program, where a broker runs"
NO_COMMAND = (
    "No command does that in place: keys would move to other partitions, and with them the order of streams."
)


async def of_topics(settings: KafkaSettings, place: Place) -> tuple[list[Finding], Ends]:
    """What is wrong with the topics, and where those begin and end that are there."""
    described = await describe_topics(settings)
    found = [finding for now in described for finding in _differences(now, settings, place)]
    names = [now.name for now in described if now.partitions]
    async with reading(settings) as consumer:
        copies = await _copies(consumer, names)
        found += _too_few(copies, settings)
        return [*found, *_unseen(described, place)], await _ends(consumer, copies)


def _differences(now: DescribedTopic, settings: KafkaSettings, place: Place) -> list[Finding]:
    if not now.partitions:
        absent = Finding("topics", f"{now.name} does not exist", place.topics("--create"))
        return [absent] if now.partitions == 0 else []
    found = []
    if now.partitions != PARTITIONS:
        found.append(
            Finding("topics", f"{now.name} has {now.partitions} partitions, not {PARTITIONS}", NO_COMMAND)
        )
    if now.settings is None:
        return found
    wrong = [name for name, value in now.topic.settings.items() if now.settings.get(name) != value]
    if wrong:
        told = ", ".join(
            f"{name} is {now.settings.get(name)}, not {now.topic.settings[name]}" for name in wrong
        )
        found.append(Finding("topics", f"{now.name}: {told}", place.topics("--alter")))
    at_least = max(1, settings.kafka_replication - 1)
    if int(now.settings.get(IN_SYNC, at_least)) < at_least:
        what = f"{now.name}: {IN_SYNC} is {now.settings[IN_SYNC]}, not {at_least}"
        asked = f"kafka-configs.sh --bootstrap-server {settings.kafka} --alter --entity-type topics"
        mend = f"{BY_KAFKA}: {asked} --entity-name {now.name} --add-config {IN_SYNC}={at_least}"
        found.append(Finding("topics", what, mend))
    return found


def _unseen(described: Sequence[DescribedTopic], place: Place) -> list[Finding]:
    """One finding for all that is hidden from us, and one for all of which only the settings are."""
    hidden = [now.name for now in described if now.partitions is None]
    unread = [now.name for now in described if now.partitions and now.settings is None]
    who = KafkaSecurity().user or "whoever we are to Kafka"
    mend = f"They may be well. Ask as somebody who may look: {place.elsewhere('doctor')}"
    return [
        Finding("topics", f"{who} may not look at {what}{', '.join(names)}", mend, seen=False)
        for what, names in (("", hidden), ("the settings of ", unread))
        if names
    ]


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
    for name, parts in copies.items():
        fewest = min((replicas for replicas, _ in parts.values()), default=wanted)
        if fewest < wanted:
            asked = f"kafka-reassign-partitions.sh --bootstrap-server {settings.kafka} --execute"
            mend = f"{BY_KAFKA}: {asked}, with {wanted} replicas of each partition"
            found.append(Finding("topics", f"{name} is kept on {fewest} brokers, not on {wanted}", mend))
        if behind := sum(in_step < replicas for replicas, in_step in parts.values()):
            what = f"{name}: {behind} partitions have copies that are not in step"
            asked = f"kafka-topics.sh --bootstrap-server {settings.kafka} --describe --topic {name}"
            mend = f"Bring the broker back that is away. {BY_KAFKA}: {asked}"
            found.append(Finding("topics", what, mend))
    return found


async def _ends(consumer: AIOKafkaConsumer, copies: Copies) -> Ends:
    parts = [TopicPartition(name, number) for name, found in copies.items() for number in found]
    if not parts:
        return {}
    begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    return {(part.topic, part.partition): (begins[part], ends[part]) for part in parts}
