"""Topics are made as agreed, once, and one that is there but different is refused."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.topics import AGENTS_STATE, CONVERSATION_EVENTS, PARTITIONS, SIGNALS, TOPICS, Topic
from services.chassis.kafka import KafkaSettings, TopicsDiffer, describe_topics, ensure_topics
from services.cli.infrastructure import Servers
from services.cli.topics import set_as_agreed
from tests.waiting import eventually

pytestmark = pytest.mark.real


async def created(servers: Servers, name: str, partitions: int, settings: dict[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
    finally:
        await admin.close()


async def test_missing_topics_are_made_once_even_by_several_at_a_time(
    infrastructure: Servers, unique: str
) -> None:
    settings = KafkaSettings(kafka=infrastructure.kafka, topic_prefix=unique)

    await asyncio.gather(*(ensure_topics(settings) for _ in range(3)))

    assert await ensure_topics(settings) == []
    described = await describe_topics(settings)
    assert [topic.name for topic in described] == [unique + topic.name for topic in TOPICS]
    assert {topic.partitions for topic in described} == {PARTITIONS}
    assert [topic.problems for topic in described] == [[]] * len(TOPICS)


async def test_a_topic_that_differs_is_told_and_nothing_is_made(infrastructure: Servers, unique: str) -> None:
    settings = KafkaSettings(kafka=infrastructure.kafka, topic_prefix=unique)
    await created(infrastructure, unique + CONVERSATION_EVENTS.name, 3, {"retention.ms": "1000"})
    await created(infrastructure, unique + AGENTS_STATE.name, PARTITIONS, {"cleanup.policy": "delete"})

    await eventually(lambda: _shown(settings, CONVERSATION_EVENTS, AGENTS_STATE))

    with pytest.raises(TopicsDiffer) as differ:
        await ensure_topics(settings)

    for told in (
        "3 partitions, not 12",
        "retention.ms is 1000, not -1",
        "cleanup.policy is delete, not compact",
    ):
        assert told in str(differ.value)
    (signals,) = await describe_topics(settings, [SIGNALS])
    assert signals.problems == ["does not exist"]


async def test_topics_are_set_as_agreed_and_keep_what_else_they_were_given(
    infrastructure: Servers, unique: str
) -> None:
    settings = KafkaSettings(kafka=infrastructure.kafka, topic_prefix=unique)
    given = {"retention.ms": "1000", "max.message.bytes": "777777"}
    await created(infrastructure, unique + CONVERSATION_EVENTS.name, PARTITIONS, given)
    await eventually(lambda: _shown(settings, CONVERSATION_EVENTS))

    await set_as_agreed(settings)

    async def as_agreed() -> Mapping[str, str] | None:
        (now,) = await describe_topics(settings, [CONVERSATION_EVENTS])
        return None if now.problems else now.settings

    assert (await eventually(as_agreed) or {})["max.message.bytes"] == "777777"
    (other,) = await describe_topics(settings, [AGENTS_STATE])
    assert other.problems == ["does not exist"]


async def _shown(settings: KafkaSettings, *topics: Topic) -> bool:
    return all(topic.partitions for topic in await describe_topics(settings, topics))


def test_the_command_makes_what_is_missing_and_needs_kafka_alone(
    infrastructure: Servers, unique: str
) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("LIVECHAT_")}
    environment = known | {"LIVECHAT_KAFKA": infrastructure.kafka, "LIVECHAT_TOPIC_PREFIX": unique}

    def topics(*options: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "services.cli", "topics", *options]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60)

    missing, created_, again = topics(), topics("--create"), topics()

    assert (missing.returncode, missing.stdout.count("does not exist")) == (1, len(TOPICS))
    assert (created_.returncode, again.returncode) == (0, 0), created_.stderr
    assert "does not exist" not in created_.stdout
