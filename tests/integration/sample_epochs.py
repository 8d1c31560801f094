"""A log whose Kafka was lost, and what tests ask of it before and after it is published anew."""

from dataclasses import replace
from typing import Any

from contracts.ids import derived_id
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.kafka import ensure_topics
from services.chassis.relay import Relay
from services.cli.republish.republishing import Republished, republish_log
from tests.integration.sample_log import SERVICE, Log, running
from tests.unit.cli.test_restored_streams import SERVICE as THINGS

HERE = replace(THINGS, name=SERVICE)
NAME = "conversation.tried"
CONVERSATION = derived_id("conversation")
LONG_AGO = "2020-01-01T00:00:00Z"


def next_epoch(log: Log) -> Log:
    """The same installation, whose topics are called by the next epoch."""
    return replace(log, kafka=log.kafka.model_copy(update={"epoch": log.kafka.epoch + 1}))


def topic_of(log: Log) -> str:
    return log.kafka.naming.of(CONVERSATION_EVENTS)


async def published(log: Log, **streams: int) -> None:
    """Streams of so many events, all in Kafka."""
    async with running(log.relay()):
        for name, events in streams.items():
            await log.write(name, 1, events, LONG_AGO)
        await log.empty()


async def lost(log: Log) -> Log:
    """Kafka has come up empty, and somebody has made the next epoch's topics."""
    anew = next_epoch(log)
    await ensure_topics(anew.kafka)
    return anew


async def republished(log: Log, service: Any = HERE) -> list[Republished]:
    return await republish_log([service], log.kafka, {SERVICE: log.urls})


async def goes_on(log: Log, *places: tuple[str, int, int], consumer: str = NAME) -> None:
    """A consumer stands at these places: topic, partition, offset."""
    for place in places:
        await log.ask("INSERT INTO log.consumer_offsets VALUES (%s, %s, %s, %s)", consumer, *place)


async def positions(log: Log) -> list[tuple[Any, ...]]:
    return await log.ask("SELECT topic, partition, next_offset FROM log.consumer_offsets ORDER BY 1, 2")


async def failed(relay: Relay) -> str:
    return relay._failure
