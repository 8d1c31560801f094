"""Every database is lost, one is there as an old copy: all are filled from Kafka, and people go on where they were."""

import asyncio
from pathlib import Path

import pytest

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
from tests.waiting import eventually_sync

pytestmark = [pytest.mark.real, pytest.mark.fault]


async def test_a_company_goes_on_after_every_database_was_lost(stopping: System, tmp_path: Path) -> None:
    losing = Losing(stopping)
    async with Company(stopping) as company:
        await company.open()
        held = await a_chat_that_goes_on(company)
        await asyncio.to_thread(stopping.stop, "all")
        older = await asyncio.to_thread(losing.copy, "conversation")
        await asyncio.to_thread(stopping.start, "all")

        await company.say(company.ana, held, "I am.")
        waiting = await one_that_ended_and_one_that_waits(company)
        await asyncio.to_thread(stopped_with_all_published, stopping, losing)
        await asyncio.to_thread(_lost_and_found, losing, older, tmp_path)
        await asyncio.to_thread(stopping.start, "all")

        await people_go_on(company, held, waiting)


def _lost_and_found(losing: Losing, older: str, folder: Path) -> None:
    backup = folder / "rows.backup"
    losing.livechat("backup", str(backup), "--no-files")
    before = losing.kept()
    assert sum(len(of["timers"]) for of in before.values())
    assert sum(len(of["claims"]) for of in before.values())
    for service in SERVICES:
        losing.lose(service, older if service == "conversation" else None)
    assert losing.kept()["conversation"]["events"] != before["conversation"]["events"] != []

    _cut_off(losing)
    for service in SERVICES:
        told = losing.livechat("restore", service)
        assert f"{service}: " in told
        assert losing.asked(service, "SELECT reason FROM log.fence") == []
    assert losing.kept() == before
    again = losing.livechat("restore", "crm")
    assert "crm: 0 events read; 0 put back; in 0 streams 0 commands" in again
    losing.livechat("restore-backup", str(backup), "--only", "rows")


def _cut_off(losing: Losing) -> None:
    """Whoever is killed in the middle leaves a fence, and what is to be done again."""
    with losing.held("playbook", "log.snapshots"):
        cut = losing.begin("restore", "playbook")
        eventually_sync(
            lambda: losing.asked("playbook", "SELECT 1 FROM log.events LIMIT 1"), what="it has begun"
        )
        cut.kill()
        cut.communicate()
    [(reason,)] = losing.asked("playbook", "SELECT reason FROM log.fence")
    assert "repeat `livechat restore playbook`" in reason
