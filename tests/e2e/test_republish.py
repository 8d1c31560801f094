"""Kafka has lost everything: the log is published anew from the stores, and people go on where they were."""

import asyncio
from collections.abc import Collection
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from contracts.replay import Replay
from contracts.topics import TOPICS
from services.cli.catalogue import SERVICES
from tests.e2e.company import Company
from tests.e2e.losing import (
    Losing,
    a_chat_that_goes_on,
    one_that_ended_and_one_that_waits,
    people_go_on,
    stopped_with_all_published,
)
from tests.e2e.system import System
from tests.waiting import eventually, eventually_sync

FIRST, WITH_STATE = next(iter(SERVICES)), "conversation"
_BEGUN = "SELECT FROM log.relayed WHERE topic LIKE '%-e2'"

pytestmark = [pytest.mark.real, pytest.mark.fault]


async def test_a_company_goes_on_after_kafka_was_lost(stopping: System, tmp_path: Path) -> None:
    losing = Losing(stopping)
    async with Company(stopping) as company:
        await company.open()
        held = await a_chat_that_goes_on(company)
        waiting = await one_that_ended_and_one_that_waits(company)
        await asyncio.to_thread(stopped_with_all_published, stopping, losing)
        before = losing.kept()
        read = await _read_on(stopping, tmp_path)
        assert len(read) == sum(len(of["events"]) for of in before.values())

        await _lose_kafka(stopping)
        await asyncio.to_thread(_published_anew, stopping, losing)
        assert losing.kept() == before
        await asyncio.to_thread(stopping.start, "all")

        await people_go_on(company, held, waiting)
        for model in ("agents", "inbox"):
            assert f"{model}: " in await asyncio.to_thread(losing.livechat, "rebuild", "gateway", model)
        await company.at_rest()
        await asyncio.to_thread(stopped_with_all_published, stopping, losing)
        after = sum(len(of["events"]) for of in losing.kept().values())
        assert read.isdisjoint(news := await _read_on(stopping, tmp_path))
        assert len(read) + len(news) == after


async def _lose_kafka(system: System) -> None:
    """All topics of the system, and with them what consumer groups have told of them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=system.kafka)
    await admin.start()
    try:
        names = {system.naming.of(topic) for topic in TOPICS}
        await admin.delete_topics([*names])
        await eventually(lambda: _are_gone(admin, names), what="Kafka has lost its topics")
    finally:
        await admin.close()


async def _are_gone(admin: AIOKafkaAdminClient, names: Collection[str]) -> bool:
    return not set(await admin.list_topics()) & set(names)


def _published_anew(system: System, losing: Losing) -> None:
    system.variables["LIVECHAT_EPOCH"] = "2"
    refused = losing.livechat("republish", status=1)
    assert "does not exist: `livechat topics --create`" in refused
    losing.livechat("topics", "--create")

    _cut_off(losing)
    told = dict(line.split(": ") for line in losing.livechat("republish").splitlines())
    assert [*told] == [*SERVICES]
    assert told[FIRST] == "was told before"
    assert " events wait to be published, and " in told[WITH_STATE]
    assert losing.livechat("republish").splitlines() == [f"{name}: was told before" for name in SERVICES]


def _cut_off(losing: Losing) -> None:
    """Whoever is killed in the middle has told the first services, and none of the others."""
    with losing.held(WITH_STATE, "log.state_outbox"):
        cut = losing.begin("republish")
        eventually_sync(lambda: losing.asked(FIRST, _BEGUN) != [], what="the first one was told")
        cut.kill()
        cut.communicate()
    assert losing.asked(WITH_STATE, _BEGUN) == []


async def _read_on(system: System, folder: Path) -> set[tuple[str, int]]:
    """What somebody who keeps a cursor reads that they have not read before: each event's stream and version."""
    found = list[tuple[str, int]]()
    async with Replay(system.kafka, system.naming, folder / "cursor") as replay:
        async for recorded in replay.events(stop_at_end=True):
            found.append((recorded.stream, recorded.version))
        replay.save()
    assert len(found) == len(set(found))
    return set(found)
