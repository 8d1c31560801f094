"""`livechat doctor` on an installation in which things are broken: it says so, and what it names mends them."""

import asyncio
import json
import os
import shlex
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from psycopg.types.json import Jsonb
from typer.testing import CliRunner

from contracts.envelope import Metadata, headers_of
from contracts.topics import AGENTS_STATE, CRM_EVENTS, PLAYBOOK_EVENTS
from services.chassis.kafka import KafkaSettings
from services.cli.application import app
from services.cli.catalogue import SERVICES
from services.cli.doctor.examining import examine
from services.cli.doctor.finding import Finding, status_of
from services.cli.infrastructure import Servers
from tests.e2e.system import System
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

CRM = SERVICES["crm"]
NOBODY = "http://127.0.0.1:9"
_APPEND = """SELECT log.append('workspace', 'lead-1', 0, ARRAY['lead-1/1'], ARRAY['crm.happened.v1'],
    ARRAY['{"at":"2030-01-01T00:00:00Z"}'::bytea], ARRAY[clock_timestamp()], 'command', 'correlation', 'causation',
    'service:test', NULL, '', 1, 'snapshot', '{}', '{}', '{}', '{}', '{}')"""
_PARK = """INSERT INTO log.parked (consumer, topic, partition, record_offset, key, reason, headers, value)
    VALUES ('playbooks', %s, 0, 0, 'playbook-1', 'ValueError', %s, %s)"""


@pytest.fixture
def system(
    infrastructure: Servers, tmp_path: Path, unique: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[System]:
    """Databases and topics of this test alone, known to the command line; nothing runs on them."""
    made = System(infrastructure, tmp_path, unique)
    variables = made.variables | {"LIVECHAT_CRM_OWNER_DATABASE": owner_of(made)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    yield made
    made.stop_all()


def owner_of(system: System) -> str:
    return f"{system.postgres.rpartition('/')[0]}/{system.prefix}crm"


def ask(system: System, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """As the database's owner."""
    with psycopg.connect(owner_of(system), autocommit=True) as owner:
        cursor = owner.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def found(*addresses: str, ahead_s: int = 0) -> dict[str, Finding]:
    """What is wrong with crm, by its words; `ahead_s` is how far this machine's clock is ahead."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=ahead_s)

    told = asyncio.run(examine([CRM], KafkaSettings(), addresses, clock=clock, look_again_s=1.5))
    return {f"{one.about}: {one.what}": one for one in told}


def the(findings: dict[str, Finding], words: str) -> Finding:
    """The one finding with these words."""
    matching = [one for told, one in findings.items() if words in told]
    assert len(matching) == 1, f"{words!r} in {sorted(findings)}"
    return matching[0]


def livechat(command: str, status: int = 0) -> None:
    """Runs what was named."""
    program, *arguments = shlex.split(command)
    assert program == "livechat"
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == status, f"{command}: {done.output}"


def on_kafka(*, delete: str = "", alter: str = "", settings: dict[str, str] | None = None) -> None:
    async def change() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=os.environ["LIVECHAT_KAFKA"])
        await admin.start()
        try:
            if delete:
                await admin.delete_topics([delete])
            if alter:
                await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, alter, settings)])
        finally:
            await admin.close()

    asyncio.run(change())


@contextmanager
def at_work(*commands: str) -> Iterator[None]:
    """The processes that were named, for as long as the context lasts."""
    argv = [shlex.split(command) for command in commands]
    environment = {**os.environ, "LIVECHAT_PORT": "0"}
    processes = [subprocess.Popen([sys.executable, *words[1:]], env=environment) for words in argv]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def event_of_tomorrow() -> tuple[Jsonb, bytes]:
    """Headers as they are parked, and the value, of a playbook's first event, of a type that nobody knows yet."""
    metadata = Metadata("workspace", "command", "correlation", "causation", "service:test")
    headers = headers_of(
        event_id="e1",
        type_="playbook.praised.v1",
        stream="playbook-1",
        version=1,
        at=datetime.now(UTC),
        metadata=metadata,
        hash_=bytes(32),
    )
    return Jsonb([[name, b64encode(value).decode()] for name, value in headers]), b"{}"


def test_what_is_wrong_is_told_and_what_is_named_mends_it(system: System) -> None:
    never = found()
    assert len(never) == len(CRM.models)
    for model in CRM.models:
        livechat(the(never, f"crm read models: {model.name} was never made").mend)
    assert found() == {}

    topic, gone = (system.naming.of(one) for one in (CRM_EVENTS, AGENTS_STATE))
    on_kafka(delete=gone)
    on_kafka(alter=topic, settings={"retention.ms": "86400000"})
    ask(system, "DELETE FROM migrations WHERE name = 'chassis/0002_dropped.sql'; DROP TABLE log.dropped")

    def both() -> dict[str, Finding]:
        told = found()  # Brokers show what was altered a moment later.
        return told if "does not exist" in " ".join(told) and "retention.ms" in " ".join(told) else {}

    wrong = eventually_sync(both, within_s=120, what="Kafka shows what is wrong")

    missing, kept = the(wrong, f"{gone} does not exist"), the(wrong, "retention.ms is 86400000, not -1")
    behind = the(wrong, "crm migrations: chassis/0002_dropped.sql were not applied")
    livechat(missing.mend, status=1)
    assert topic in kept.what
    livechat(kept.mend, status=1)
    eventually_sync(lambda: "retention.ms" not in " ".join(found()), within_s=120, what="it is as agreed")
    livechat(missing.mend)
    livechat(behind.mend)
    eventually_sync(lambda: found() == {}, within_s=120, what="all is well again")


def test_what_waits_stands_still_or_is_of_another_version_is_told_and_mended(system: System) -> None:
    livechat("livechat rebuild crm all")
    first, second, third, *_ = CRM.models
    ask(system, _APPEND)
    ask(system, _PARK, system.naming.of(PLAYBOOK_EVENTS), *event_of_tomorrow())
    ask(system, "INSERT INTO log.fence VALUES ('the store is behind Kafka from lead-1 version 2')")
    ask(system, "UPDATE log.clock SET skew = '1 hour'")
    ask(system, "UPDATE log.models SET schema = 0 WHERE name = %s", first.name)
    ask(system, "UPDATE log.models SET schema = 99 WHERE name = %s", second.name)
    ask(system, f"ALTER TABLE {third.name}.{third.tables[0].name} DROP COLUMN workspace_id CASCADE")

    wrong = found(NOBODY, ahead_s=60)

    assert status_of([*wrong.values()]) == 2
    assert not the(wrong, f"{NOBODY}/readyz: could not be looked at").seen
    assert "NTP" in the(wrong, "PostgreSQL's is 60 s behind this machine's").mend
    unpublished = the(wrong, "crm outbox: events wait to be published, the oldest for 36")
    fenced = the(
        wrong, "crm fence: every command is refused: the store is behind Kafka from lead-1 version 2"
    )
    parked = the(wrong, "crm parked: playbooks has 1 parked events of 1 keys, the first ")
    *_, statement = shlex.split(the(wrong, "the clock of timers was moved by 3600 s").mend)
    ask(system, statement)
    for words in (
        "has schema 0, this version",
        "has schema 99 of a newer version",
        "has other tables than this",
    ):
        livechat(the(wrong, words).mend)
    livechat(parked.mend.partition(", then ")[2])

    livechat(fenced.mend.partition("running: ")[2])
    assert "fence" not in " ".join(found())

    with at_work(unpublished.mend.partition(": ")[2]):
        eventually_sync(lambda: "outbox" not in " ".join(found()), within_s=120, what="it is published")
    still = found()
    assert status_of([*still.values()]) == 1
    assert {told.partition(":")[0] for told in still} == {"crm consumers"}
    named = {one.mend.partition(": ")[2] for one in still.values()}
    with at_work(*named):
        eventually_sync(lambda: found() == {}, within_s=120, what="all is well again")

    name = CRM.models[0].name
    ask(
        system,
        "UPDATE log.consumer_offsets SET next_offset = 1000 WHERE consumer = %s AND partition = 3",
        name,
    )
    assert "Kafka's disks" in the(found(), f"{name} stands at offset 1000 of ").mend


def test_a_process_that_is_not_ready_and_servers_that_are_away(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.start("crm")
    address = system.address_of("crm")
    assert found(address) == {}
    model = CRM.models[0]
    ask(system, f"ALTER TABLE {model.name}.{model.tables[0].name} RENAME TO elsewhere")
    system.stop("crm")
    system.spawn("crm")
    system.await_answering("crm")

    wrong = found(address)
    assert "to be rebuilt" in the(wrong, f"{address}/readyz: is not ready").what
    livechat(the(wrong, f"{model.name} has other tables").mend)
    eventually_sync(lambda: found(address) == {}, within_s=120, what="the process is ready again")

    monkeypatch.setenv("LIVECHAT_CRM_WORKER_DATABASE", "postgresql://nobody:x@127.0.0.1:9/crm")
    monkeypatch.setenv("LIVECHAT_KAFKA", "127.0.0.1:9")
    away = CliRunner().invoke(app, ["doctor", "crm", "--json"])
    assert away.exit_code == 2
    assert {one["about"] for one in json.loads(away.stdout)["findings"]} == {"kafka", "crm database"}
