"""`livechat topics`: lists the topics, makes those that are missing, and sets those as agreed that differ."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from services.chassis.kafka import (
    DescribedTopic,
    KafkaSettings,
    administration,
    describe_topics,
    ensure_topics,
)
from services.chassis.settings import variables
from services.cli.reach import failing_in_words, reach

OF_THE_TOPIC = 1
"""Kafka's number for a setting that was given to this topic, beside those that all have."""


def topics(
    create: Annotated[bool, typer.Option(help="First make those that are missing.")] = False,
    alter: Annotated[bool, typer.Option(help="First set those as agreed that are set otherwise.")] = False,
) -> None:
    """List the topics with owner, key and kind; ends with 1 when one is missing or not as agreed."""
    with failing_in_words():
        if "LIVECHAT_KAFKA" not in variables():
            reach()
        found = asyncio.run(_found(KafkaSettings(), create, alter))
    for now in found:
        kept = "for ever" if now.topic.kind == "events" else now.topic.kind
        parts = "?" if now.partitions is None else now.partitions
        typer.echo(
            f"{now.name:<32} {now.topic.owner:<13} key {now.topic.key:<16} {parts:>3} partitions  {kept}"
        )
        for problem in now.problems:
            typer.echo(f"  ! {problem}")
    raise typer.Exit(1 if any(now.problems for now in found) else 0)


async def _found(settings: KafkaSettings, create: bool, alter: bool) -> Sequence[DescribedTopic]:
    if alter:
        await set_as_agreed(settings)
    if create:
        await ensure_topics(settings)
    return await describe_topics(settings)


async def set_as_agreed(settings: KafkaSettings) -> None:
    """Gives topics the settings of the contract. What else a topic was given stays: Kafka takes them as a whole."""
    wrong = {now.name: now for now in await describe_topics(settings) if _is_set_otherwise(now)}
    if not wrong:
        return
    async with administration(settings) as admin:
        own: dict[str, dict[str, str]] = {}
        for answer in await admin.describe_configs([_resource(name) for name in wrong]):
            for code, message, _, name, kept in answer.resources:
                _refuse(code, f"{name} cannot be looked at: {message}")
                own[name] = {each[0]: each[1] for each in kept if each[3] == OF_THE_TOPIC}
        wanted = [_resource(name, own[name] | dict(now.topic.settings)) for name, now in wrong.items()]
        for answer in await admin.alter_configs(wanted):
            for code, message, _, name in answer.resources:
                _refuse(code, f"{name} cannot be set as agreed: {message}")


def _is_set_otherwise(now: DescribedTopic) -> bool:
    return now.settings is not None and not now.topic.settings.items() <= now.settings.items()


def _resource(name: str, settings: Mapping[str, str] | None = None) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, settings)


def _refuse(code: int, told: str) -> None:
    if code:
        raise for_code(code)(told)
