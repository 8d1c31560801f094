"""Every database is lost, one is there as an old copy: all are filled from Kafka, and people go on where they were."""

import asyncio
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from services.chassis.migrate import provision
from services.cli.catalogue import SERVICES
from services.cli.infrastructure import Servers
from tests.e2e.company import Company
from tests.e2e.system import System
from tests.unique import unique_name
from tests.waiting import eventually_sync

pytestmark = [pytest.mark.real, pytest.mark.fault]

WITHIN_S, STOPS_MAX = 120, 5
KEY = b64encode(b"k" * 32).decode()
KEPT_WITH_EVENTS = {
    "events": "SELECT stream_id, version, event_id, type, data, at, workspace_id, command_id, correlation_id,"
    " causation_id, actor, traceparent, hash FROM log.events ORDER BY stream_id, version",
    "commands": "SELECT workspace_id, command_id, stream_id, version FROM log.commands ORDER BY 1, 2",
    "timers": "SELECT workspace_id, stream_id, name, due_at FROM log.timers ORDER BY 2, 3",
    "claims": "SELECT workspace_id, scope, key, owner FROM log.claims ORDER BY 1, 2, 3",
    "snapshots": "SELECT workspace_id, stream_id, version, schema, state FROM log.snapshots ORDER BY 2",
}
Kept = dict[str, dict[str, list[tuple[Any, ...]]]]


class Losing:
    """The databases of a system that is stopped: looked at, copied, lost; and the commands that bring them back."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._environment = {**os.environ, **system.variables, "LIVECHAT_BACKUP_KEY": KEY}

    def kept(self) -> Kept:
        """What commands have written, but for how they were asked."""
        found: Kept = {}
        for service in SERVICES:
            with self._asking(self._database(service)) as connection:
                found[service] = {
                    name: connection.execute(query).fetchall() for name, query in KEPT_WITH_EVENTS.items()
                }
        return found

    def is_published(self) -> bool:
        """Whether Kafka has every event."""
        return not any(self.asked(service, "SELECT count(*) FROM log.outbox")[0][0] for service in SERVICES)

    def asked(self, service: str, query: str) -> list[tuple[Any, ...]]:
        """What the service's database answers its administrator."""
        with self._asking(self._database(service)) as connection:
            return connection.execute(query.encode()).fetchall()

    @contextmanager
    def held(self, service: str, table: str) -> Iterator[None]:
        """Nobody else reads or writes the table."""
        with self._asking(self._database(service)) as connection, connection.transaction():
            connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
            yield

    def copy(self, service: str) -> str:
        """The service's database as it is now, under another name."""
        name = f"{self._database(service)}_old"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, self._database(service))
        return name

    def lose(self, service: str, older: str | None = None) -> None:
        """Nothing is there but an empty database, or this older copy."""
        self._administer("DROP DATABASE {} WITH (FORCE)", self._database(service))
        if older:
            self._administer("ALTER DATABASE {} RENAME TO {}", older, self._database(service))
        asyncio.run(provision(self._system.postgres, service, self._system.prefix))

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of the command line, begun."""
        command = [sys.executable, "-m", "services.cli", *arguments]
        return subprocess.Popen(
            command, env=self._environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def livechat(self, *arguments: str, status: int = 0) -> str:
        """What it says, once it has ended as expected."""
        process = self.begin(*arguments)
        told, _ = process.communicate(timeout=WITHIN_S)
        assert process.returncode == status, told
        return told

    def _database(self, service: str) -> str:
        return f"{self._system.prefix}{service}"

    def _asking(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(f"{self._system.postgres.rpartition('/')[0]}/{database}", autocommit=True)

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._system.postgres, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture
def stopping(infrastructure: Servers, tmp_path: Path) -> Iterator[System]:
    """All services in one process, which the test stops and starts."""
    system = System(infrastructure, tmp_path, unique_name("lost"))
    try:
        system.start("all")
        yield system
    finally:
        system.stop_all()


async def test_a_company_goes_on_after_every_database_was_lost(stopping: System, tmp_path: Path) -> None:
    losing = Losing(stopping)
    async with Company(stopping) as company:
        await company.open()
        held = await company.chat()
        await company.take(company.ana, held)
        await company.say(held.visitor, held, "Are you there?")
        await asyncio.to_thread(stopping.stop, "all")
        older = await asyncio.to_thread(losing.copy, "conversation")
        await asyncio.to_thread(stopping.start, "all")

        await company.say(company.ana, held, "I am.")
        ended = await company.chat()
        await company.take(company.ben, ended)
        await company.make_lead(company.ben, ended)
        await company.close(company.ben, ended)
        waiting = await company.chat(await _patient_playbook(company))
        await company.at_rest()
        await asyncio.to_thread(_stopped_with_all_published, stopping, losing)
        await asyncio.to_thread(_lost_and_found, losing, older, tmp_path)
        await asyncio.to_thread(stopping.start, "all")

        await company.say(held.visitor, held, "Still there?")
        await company.say(company.ana, held, "Still here.")
        await company.close(company.ana, held)
        await company.take(company.ben, waiting)
        await company.close(company.ben, waiting)
        later = await company.chat()
        await company.take(company.ana, later)
        await company.close(company.ana, later)
        await company.at_rest()


async def _patient_playbook(company: Company) -> str:
    """A playbook whose visitors wait for longer than a restore takes here: their timers are still to come."""
    body = {"name": "Patient", "template": "live_chat", "wait_time_s": 600}
    made = str((await company.ana.post("playbook/playbooks", body))["ids"]["playbook_id"])
    for act in ("publish", "activate"):
        await company.ana.post(f"playbook/playbooks/{made}/{act}")
    return made


def _stopped_with_all_published(stopping: System, losing: Losing) -> None:
    """What was appended in the last moment goes out at the next start."""
    for _ in range(STOPS_MAX):
        eventually_sync(losing.is_published, what="Kafka has all")
        stopping.stop("all")
        if losing.is_published():
            return
        stopping.start("all")
    raise AssertionError("something is appended at every end")


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
