"""Servers are found or started by one rule, keep their data, and never outlive who started them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.cli.infrastructure import servers
from services.cli.infrastructure.errors import FolderInUse, InfrastructureError, MissingTool
from services.cli.infrastructure.keeper import birth
from services.cli.infrastructure.leftovers import end_leftovers
from services.cli.infrastructure.local import LocalServers, local_servers
from services.cli.infrastructure.ports import free_port
from services.cli.infrastructure.settings import InfrastructureSettings
from services.cli.infrastructure.tools import Machine, provide
from tests.waiting import eventually_sync

PROJECT = Path(__file__).resolve().parents[2]
STOPPED_WITHIN_S = 15.0


@pytest.fixture(autouse=True)
def _only_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name == "JAVA_HOME" or (name.startswith("LIVECHAT_") and name != "LIVECHAT_CACHE"):
            monkeypatch.delenv(name)


def silent(_: str) -> None: ...


def test_an_unreachable_external_server_is_named_without_its_password() -> None:
    server = f"127.0.0.1:{free_port()}"
    settings = InfrastructureSettings(kafka=server, postgres=f"postgresql://me:secret@{server}/postgres")

    unreachable = pytest.raises(InfrastructureError, match=f"PostgreSQL at {server}")
    with unreachable as raised, servers(settings, silent):
        pass
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("apt", "sudo", "how"), [(None, "", "on Debian: "), ("apt-get", "sudo ", "with: ")])
def test_what_we_may_not_install_is_named_as_a_command(apt: str | None, sudo: str, how: str) -> None:
    bare = Machine({"apt-get": apt}.get, lambda _: [], lambda _: None, is_root=not sudo)
    command = "apt-get install -y --no-install-recommends default-jre-headless maven postgresql$"

    with pytest.raises(MissingTool, match=how + sudo + command):
        provide(bare, silent, needs_maven=True)


def test_missing_tools_are_installed_and_debian_starts_no_cluster() -> None:
    ran: list[str] = []

    def run(argv: Sequence[str]) -> str:
        ran.append(" ".join(argv))
        return "postgres (PostgreSQL) 15.18" if argv[-1] == "--version" else 'openjdk version "17.0.15"'

    def which(name: str) -> str | None:
        return name if name == "apt-get" or any(" install " in command for command in ran) else None

    machine = Machine(which, lambda _: [], run, is_root=True)
    tools = provide(machine, silent, needs_maven=True)

    update, no_cluster, install = ran[:3]
    assert update.endswith("apt-get update")
    assert "create_main_cluster = false" in no_cluster
    assert install.endswith("default-jre-headless maven postgresql")
    assert tools.postgres.version == "15.18"
    with pytest.raises(InfrastructureError, match=r"written by PostgreSQL 14, but only 15\.18"):
        provide(machine, silent, needs_maven=False, postgres_major=14)


def test_only_leftovers_that_are_provably_ours_are_ended(tmp_path: Path) -> None:
    def bystander(mark: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", "input()", mark], stdin=subprocess.PIPE)

    with bystander(str(tmp_path)) as ours, bystander(str(tmp_path)) as reused, bystander("") as other:
        births = {ours.pid: birth(ours.pid), reused.pid: "another boot:1", other.pid: birth(other.pid)}
        record = [{"pid": pid, "birth": born} for pid, born in births.items()]
        (tmp_path / "processes.json").write_text(json.dumps(record))

        end_leftovers(tmp_path, silent)

        assert ours.wait(STOPPED_WITHIN_S) != 0
        assert (reused.poll(), other.poll()) == (None, None)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> InfrastructureSettings:
    return InfrastructureSettings(infra="local", data=tmp_path_factory.mktemp("servers"), durable=False)


@pytest.fixture
def lab(settings: InfrastructureSettings) -> Iterator[LocalServers]:
    """Servers that may be killed; faster than the shared fixture, because their folder is kept."""
    with local_servers(settings, silent) as running:
        yield running


async def create_topic(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.describe_topics(["never.created"])
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
        assert "never.created" not in await admin.list_topics()
    finally:
        await admin.close()


async def write(kafka: str, topic: str, message: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, message)


async def read(kafka: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(20):
        return [(await consumer.getone()).value for _ in range(count)]


@pytest.mark.real
async def test_both_servers_work_and_keep_their_data_and_addresses(settings: InfrastructureSettings) -> None:
    said: list[str] = []
    with servers(settings, said.append) as first:
        await create_topic(first.kafka, "kept")
        await write(first.kafka, "kept", b"one")
        with psycopg.connect(first.postgres) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    with servers(settings, said.append) as second:
        await write(second.kafka, "kept", b"two")
        assert await read(second.kafka, "kept", 2) == [b"one", b"two"]
        with psycopg.connect(second.postgres) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)

    assert (second.kafka, second.postgres, second.chosen) == (first.kafka, first.postgres, "local")
    assert any("Apache Kafka 4.4.0" in line and "PostgreSQL" in line for line in said)


@pytest.mark.real
def test_servers_in_use_are_not_started_twice(lab: LocalServers, settings: InfrastructureSettings) -> None:
    named = InfrastructureSettings(kafka=lab.servers.kafka, postgres=lab.servers.postgres)
    with servers(named, silent) as found:
        assert found.chosen == "external"

    again = pytest.raises(FolderInUse, match=f"pid {os.getpid()}")
    with again, servers(settings, silent):
        pass

    assert (settings.data / "postgres" / "password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(lab.servers.postgres, password="wrong")


@pytest.mark.real
def test_a_server_that_ends_is_reported_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "kafka" / "log").mkdir(parents=True)
    (tmp_path / "kafka" / "log" / "meta.properties").write_text("version=1\nnode.id=7\n")

    ended = pytest.raises(InfrastructureError, match=r"kafka ended with exit code 1.*kafka\.log")
    with ended, local_servers(InfrastructureSettings(data=tmp_path), silent):
        pass


@pytest.mark.fault
async def test_killed_servers_come_back_with_what_they_acknowledged(lab: LocalServers) -> None:
    kafka, killed = lab.servers.kafka, lab.kafka_pid
    await create_topic(kafka, "killed")
    await write(kafka, "killed", b"before")
    with psycopg.connect(lab.servers.postgres) as connection:
        connection.execute("CREATE TABLE crashed AS SELECT 1 AS n")

    lab.kill_kafka()
    lab.crash_postgres()
    assert birth(killed) is None
    lab.start_kafka()
    lab.start_postgres()

    await write(kafka, "killed", b"after")
    assert await read(kafka, "killed", 2) == [b"before", b"after"]
    with psycopg.connect(lab.servers.postgres) as connection:
        assert connection.execute("SELECT n FROM crashed").fetchone() == (1,)


@pytest.mark.fault
def test_servers_end_with_a_killed_keeper(lab: LocalServers) -> None:
    os.kill(lab.keeper_pid, signal.SIGKILL)

    eventually_sync(lambda: not (birth(lab.kafka_pid) or birth(lab.postgres_pid)), within_s=STOPPED_WITHIN_S)
    with pytest.raises(InfrastructureError, match="has ended"):
        lab.start_kafka()


SCRIPT = """
import json, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell's background jobs are started without it.
from services.cli.infrastructure import InfrastructureSettings, local_servers
settings = InfrastructureSettings(data=Path(sys.argv[1]), durable=False)
with local_servers(settings, lambda _: None) as lab:
    pids = [lab.keeper_pid, lab.kafka_pid, lab.postgres_pid]
    try:
        print(json.dumps(pids), flush=True)
        signal.pause()
    except KeyboardInterrupt:
        print("drained", [Path(f"/proc/{pid}").exists() for pid in pids])
"""


def running_in(folder: Path) -> set[int]:
    """Every process with the folder in its command line."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # It may end while we look.
            if os.fsencode(folder) in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
    return found


@pytest.mark.fault
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("again", [False, True])
def test_nothing_outlives_its_parent(settings: InfrastructureSettings, ending: int, again: bool) -> None:
    command = [sys.executable, "-c", SCRIPT, str(settings.data)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdout is not None
        assert set(json.loads(script.stdout.readline())) < running_in(settings.data)

        script.send_signal(ending)
        try:
            output, _ = script.communicate(timeout=60)
        finally:
            script.kill()  # Else leaving the context would wait for it.

    if again:  # At once, while the old servers are still stopping.
        with servers(settings, silent) as found, psycopg.connect(found.postgres) as connection:
            connection.execute("SELECT 1")
    eventually_sync(lambda: not running_in(settings.data), within_s=STOPPED_WITHIN_S)
    assert not (settings.data / "processes.json").exists()
    assert ending != signal.SIGINT or output == "drained [True, True, True]\n"
