"""What a system that is stopped loses, and the commands by which operators bring it back."""

import asyncio
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from services.chassis.migrate import provision
from services.cli.catalogue import SERVICES
from tests.e2e.company import Chat, Company
from tests.e2e.system import System
from tests.waiting import eventually_sync

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
        environment = {**os.environ, **self._system.variables, "LIVECHAT_BACKUP_KEY": KEY}
        return subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
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


async def a_chat_that_goes_on(company: Company) -> Chat:
    """One that Ana has taken, and whose visitor waits for her answer."""
    held = await company.chat()
    await company.take(company.ana, held)
    await company.say(held.visitor, held, "Are you there?")
    return held


async def one_that_ended_and_one_that_waits(company: Company) -> Chat:
    """Another chat from its begin to a lead and its end, and the one after it, that nobody has taken yet."""
    ended = await company.chat()
    await company.take(company.ben, ended)
    await company.make_lead(company.ben, ended)
    await company.close(company.ben, ended)
    waiting = await company.chat(await _patient_playbook(company))
    await company.at_rest()
    return waiting


async def people_go_on(company: Company, held: Chat, waiting: Chat) -> None:
    """Both chats go on to their end, and so does a new one; then all that is kept agrees with the log."""
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


def stopped_with_all_published(system: System, losing: Losing) -> None:
    """What was appended in the last moment goes out at the next start."""
    for _ in range(STOPS_MAX):
        eventually_sync(losing.is_published, what="Kafka has all")
        system.stop("all")
        if losing.is_published():
            return
        system.start("all")
    raise AssertionError("something is appended at every end")
