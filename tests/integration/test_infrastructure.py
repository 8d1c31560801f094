"""Servers are found or started by one rule, keep their data, and never outlive who started them."""

import asyncio
import glob
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.cli.infrastructure import (
    FolderInUse,
    InfrastructureError,
    InfrastructureSettings,
    LocalServers,
    MissingTool,
    local_servers,
    servers,
)
from services.cli.infrastructure.choice import choose
from services.cli.infrastructure.containers import broker_environment
from services.cli.infrastructure.keeper import birth
from services.cli.infrastructure.leftovers import end_leftovers
from services.cli.infrastructure.ports import free_port, kept_ports
from services.cli.infrastructure.tools import Machine, provide

PROJECT = Path(__file__).resolve().parents[2]
STOPPED_WITHIN_S = 15.0


class Engine:
    """A Docker engine, or the lack of one, that answers as told."""

    def __init__(self, version: str | None = None, *images: str) -> None:
        self.version, self.images = version, images

    def engine(self) -> str | None:
        return self.version

    def has_image(self, image: str) -> bool:
        return image in self.images


KAFKA, POSTGRES = "apache/kafka:4.4.0", "postgres:15"
ADDRESSES = {"kafka": "127.0.0.1:9092", "postgres": "postgresql://postgres:x@127.0.0.1/postgres"}
NO_ENGINE, BARE_ENGINE = Engine(), Engine("28.0", KAFKA)
FULL_ENGINE = Engine("28.0", KAFKA, POSTGRES)


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("LIVECHAT_") and name != "LIVECHAT_CACHE":
            monkeypatch.delenv(name)


def silent(_: str) -> None:
    pass


def until(holds: Callable[[], bool], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


# ------------------------------------------------------------------------------------------ decision


@pytest.mark.parametrize(
    ("given", "engine", "chosen", "because"),
    [
        ({}, NO_ENGINE, "local", "no Docker engine"),
        ({}, BARE_ENGINE, "local", "no image postgres:15"),
        ({}, FULL_ENGINE, "docker", "Docker 28.0"),
        ({"postgres_image": "local/postgres"}, FULL_ENGINE, "local", "no image local/postgres"),
        ({"infra": "local"}, FULL_ENGINE, "local", "LIVECHAT_INFRA=local"),
        ({"infra": "docker"}, FULL_ENGINE, "docker", "LIVECHAT_INFRA=docker"),
        (ADDRESSES, FULL_ENGINE, "external", "are set"),
        ({"infra": "external", **ADDRESSES}, NO_ENGINE, "external", "LIVECHAT_INFRA=external"),
        ({"infra": "local", **ADDRESSES}, NO_ENGINE, "local", "LIVECHAT_INFRA=local"),
    ],
)
def test_the_choice_follows_settings_then_docker(
    given: dict[str, Any], engine: Engine, chosen: str, because: str
) -> None:
    choice = choose(InfrastructureSettings(**given), engine)

    assert choice.chosen == chosen
    assert because in choice.reason


@pytest.mark.parametrize(
    ("given", "engine", "message"),
    [
        ({"kafka": "127.0.0.1:9092"}, FULL_ENGINE, "LIVECHAT_POSTGRES is not set"),
        ({"postgres": "postgresql://x"}, FULL_ENGINE, "LIVECHAT_KAFKA is not set"),
        ({"infra": "external"}, FULL_ENGINE, "set LIVECHAT_KAFKA and LIVECHAT_POSTGRES"),
        ({"infra": "docker"}, NO_ENGINE, "no Docker engine"),
        ({"infra": "docker"}, BARE_ENGINE, "docker pull postgres:15"),
    ],
)
def test_an_impossible_choice_says_what_to_do(given: dict[str, Any], engine: Engine, message: str) -> None:
    with pytest.raises(InfrastructureError, match=message):
        choose(InfrastructureSettings(**given), engine)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVECHAT_INFRA", "docker")
    monkeypatch.setenv("LIVECHAT_KAFKA", "")
    monkeypatch.setenv("LIVECHAT_DURABLE", "false")
    monkeypatch.chdir(tmp_path)

    settings = InfrastructureSettings()

    assert (settings.infra, settings.kafka, settings.durable) == ("docker", None, False)
    assert settings.data == tmp_path / ".livechat"


def test_a_container_advertises_the_port_of_the_host() -> None:
    environment = broker_environment(21_234)

    assert environment["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://127.0.0.1:21234"
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_an_unreachable_external_server_is_named_without_its_password(tmp_path: Path) -> None:
    port = free_port()
    settings = InfrastructureSettings(
        kafka=f"127.0.0.1:{port}", postgres=f"postgresql://postgres:secret@127.0.0.1:{port}/postgres"
    )

    with pytest.raises(InfrastructureError, match=f"PostgreSQL at 127.0.0.1:{port}") as raised:
        with servers(settings, silent):
            pass

    assert "secret" not in str(raised.value)


# -------------------------------------------------------------------------------------------- tools


def nothing_runs(_: Sequence[str]) -> None:
    return None


def nothing_matches(_: str) -> list[str]:
    return []


def test_without_apt_get_or_rights_the_command_to_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    command = "apt-get install -y --no-install-recommends default-jre-headless maven postgresql"

    bare = Machine(lambda _: None, nothing_matches, nothing_runs, is_root=True)
    with pytest.raises(MissingTool, match=f": {command}$"):
        provide(bare, silent, needs_maven=True)

    without_rights = Machine(
        lambda name: "/usr/bin/apt-get" if name == "apt-get" else None,
        nothing_matches,
        nothing_runs,
        is_root=False,
    )
    with pytest.raises(MissingTool, match=f": sudo {command}$"):
        provide(without_rights, silent, needs_maven=True)


def test_missing_tools_are_installed_where_we_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    ran: list[str] = []
    said: list[str] = []

    def run(argv: Sequence[str]) -> str | None:
        ran.append(" ".join(argv))
        return "postgres (PostgreSQL) 15.18" if argv[-1] == "--version" else 'openjdk version "17.0.15"'

    def which(name: str) -> str | None:
        installed = any("install" in command for command in ran)
        return name if name == "apt-get" or installed else None

    tools = provide(Machine(which, nothing_matches, run, is_root=True), said.append, needs_maven=True)

    assert tools.postgres.version == "15.18"
    assert [command.rpartition(" ")[0] for command in ran[:1]] == [
        "env DEBIAN_FRONTEND=noninteractive apt-get"
    ]
    no_cluster = next(i for i, command in enumerate(ran) if "create_main_cluster = false" in command)
    assert no_cluster < next(i for i, command in enumerate(ran) if "apt-get install" in command)
    assert "maven" in said[0]


def test_data_of_another_postgres_major_is_not_touched() -> None:
    def run(_: Sequence[str]) -> str:
        return "postgres (PostgreSQL) 17.2"

    machine = Machine(lambda name: name, nothing_matches, run, is_root=True)

    with pytest.raises(InfrastructureError, match="written by PostgreSQL 15, but only 17.2"):
        provide(machine, silent, needs_maven=False, postgres_major=15)


# ------------------------------------------------------------------------------------- ports, leftovers


def test_ports_stay_the_same_while_they_are_free(tmp_path: Path) -> None:
    first = kept_ports(tmp_path, ("kafka", "postgres"))
    assert kept_ports(tmp_path, ("kafka", "postgres")) == first

    with socket.socket() as other:
        other.bind(("127.0.0.1", first["kafka"]))
        other.listen()
        second = kept_ports(tmp_path, ("kafka", "postgres"))

    assert second["kafka"] != first["kafka"]
    assert second["postgres"] == first["postgres"]


def test_only_leftovers_that_are_provably_ours_are_ended(tmp_path: Path) -> None:
    with ExitStack() as stack:
        ours, reused, unrelated = (
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", "input()", mark], stdin=subprocess.PIPE)
            )
            for mark in (str(tmp_path), str(tmp_path), "elsewhere")
        )
        record = [
            {"pid": ours.pid, "birth": birth(ours.pid)},
            {"pid": reused.pid, "birth": "another boot:1"},
            {"pid": unrelated.pid, "birth": birth(unrelated.pid)},
        ]
        (tmp_path / "processes.json").write_text(json.dumps(record))

        end_leftovers(tmp_path, silent)

        assert ours.wait(STOPPED_WITHIN_S) != 0
        assert reused.poll() is None
        assert unrelated.poll() is None


# ------------------------------------------------------------------------------------- real servers


def lab_settings(folder: Path) -> InfrastructureSettings:
    return InfrastructureSettings(data=folder, durable=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.fixture
def lab(folder: Path) -> Iterator[LocalServers]:
    with local_servers(lab_settings(folder), silent) as running:
        yield running


async def write(kafka: str, topic: str, *messages: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for message in messages:
            await producer.send_and_wait(topic, message, partition=0)
    finally:
        await producer.stop()


async def create_topic(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def read(kafka: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        auto_offset_reset="earliest",
        group_id="reader",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


@pytest.mark.real
def test_both_servers_work_and_keep_their_data_and_ports(tmp_path: Path) -> None:
    settings = InfrastructureSettings(data=tmp_path, infra="local")
    said: list[str] = []
    with servers(settings, said.append) as first:
        asyncio.run(create_topic(first.kafka, "kept"))
        asyncio.run(write(first.kafka, "kept", b"one"))
        with psycopg.connect(first.postgres) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    with servers(settings, said.append) as second:
        asyncio.run(write(second.kafka, "kept", b"two"))
        messages = asyncio.run(read(second.kafka, "kept", 2))
        with psycopg.connect(second.postgres) as connection:
            row = connection.execute("SELECT answer FROM kept").fetchone()
            limits = connection.execute("SHOW max_connections").fetchone()

    assert messages == [b"one", b"two"]
    assert (row, limits) == ((42,), ("300",))
    assert (second.kafka, second.postgres, second.chosen) == (first.kafka, first.postgres, "local")
    assert any("Apache Kafka 4.4.0" in line and "PostgreSQL" in line for line in said)
    assert (tmp_path / "postgres" / "password").stat().st_mode & 0o777 == 0o600


@pytest.mark.real
async def test_servers_can_be_started_where_a_loop_runs(folder: Path, lab: LocalServers) -> None:
    external = InfrastructureSettings(kafka=lab.servers.kafka, postgres=lab.servers.postgres)

    with servers(external, silent) as found:
        assert found.chosen == "external"
        assert "PostgreSQL 1" in found.reason


@pytest.mark.real
def test_a_topic_must_be_created_before_it_is_used(lab: LocalServers) -> None:
    async def partitions() -> set[int] | None:
        consumer = AIOKafkaConsumer("never.created", bootstrap_servers=lab.servers.kafka)
        await consumer.start()
        try:
            found: set[int] | None = consumer.partitions_for_topic("never.created")
            return found
        finally:
            await consumer.stop()

    assert not asyncio.run(partitions())


@pytest.mark.real
def test_postgres_asks_for_the_password(lab: LocalServers) -> None:
    port = lab.servers.postgres.rpartition(":")[2]

    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{port}")


@pytest.mark.real
def test_a_folder_in_use_names_the_process(folder: Path, lab: LocalServers) -> None:
    with pytest.raises(FolderInUse, match=f"pid {os.getpid()}"), local_servers(lab_settings(folder), silent):
        pass


@pytest.mark.real
def test_a_server_that_ends_is_reported_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "kafka" / "log").mkdir(parents=True)
    (tmp_path / "kafka" / "log" / "meta.properties").write_text("version=1\nnode.id=7\n")

    with pytest.raises(InfrastructureError, match=r"kafka ended with exit code 1.*kafka\.log"):
        with local_servers(lab_settings(tmp_path), silent):
            pass


# -------------------------------------------------------------------------------------------- faults


@pytest.mark.fault
def test_a_killed_broker_comes_back_with_its_messages(lab: LocalServers) -> None:
    kafka, before = lab.servers.kafka, lab.kafka_pid
    asyncio.run(create_topic(kafka, "killed"))
    asyncio.run(write(kafka, "killed", b"before"))

    lab.kill_kafka()
    assert birth(before) is None
    lab.start_kafka()

    asyncio.run(write(kafka, "killed", b"after"))
    assert asyncio.run(read(kafka, "killed", 2)) == [b"before", b"after"]
    assert lab.kafka_pid != before


@pytest.mark.fault
def test_a_crashed_postgres_comes_back_with_its_rows(lab: LocalServers) -> None:
    with psycopg.connect(lab.servers.postgres) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS crashed AS SELECT 1 AS n")

    lab.crash_postgres()
    lab.start_postgres()

    with psycopg.connect(lab.servers.postgres) as connection:
        assert connection.execute("SELECT n FROM crashed").fetchone() == (1,)


@pytest.mark.fault
def test_servers_end_with_a_killed_keeper(folder: Path) -> None:
    with local_servers(lab_settings(folder), silent) as lab:
        pids = (lab.kafka_pid, lab.postgres_pid)

        os.kill(lab.keeper_pid, signal.SIGKILL)

        assert until(lambda: all(birth(pid) is None for pid in pids), STOPPED_WITHIN_S)
        with pytest.raises(InfrastructureError, match="has ended"):
            lab.start_kafka()


SCRIPT = """
import json, sys, time
from pathlib import Path
from services.cli.infrastructure import InfrastructureSettings, local_servers
settings = InfrastructureSettings(data=Path(sys.argv[1]), durable=False)
with local_servers(settings, lambda _: None) as lab:
    print(json.dumps([lab.keeper_pid, lab.kafka_pid, lab.postgres_pid]), flush=True)
    try:
        time.sleep(120)
    except KeyboardInterrupt:
        print("drained", [Path(f"/proc/{pid}").exists() for pid in (lab.kafka_pid, lab.postgres_pid)])
"""


def processes_in(folder: Path) -> list[int]:
    """Whatever still runs with the folder in its command line, ourselves and our scripts excepted."""
    found = []
    for entry in glob.glob("/proc/[0-9]*"):
        pid = int(Path(entry).name)
        try:
            words = Path(entry, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(os.fsencode(folder) in word for word in words) and birth(pid) is not None:
            found.append(pid)
    return found


def start_script(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    script = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert script.stdout is not None
    pids: list[int] = json.loads(script.stdout.readline())
    return script, pids


@pytest.mark.fault
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_process_that_started_it(folder: Path, ending: signal.Signals) -> None:
    script, pids = start_script(folder)
    with script:
        assert set(pids) <= set(processes_in(folder))

        script.send_signal(ending)
        output, _ = script.communicate(timeout=60)

    assert until(lambda: processes_in(folder) == [], STOPPED_WITHIN_S)
    assert not (folder / "processes.json").exists()
    if ending == signal.SIGINT:
        assert output == "drained [True, True]\n"


@pytest.mark.fault
def test_a_start_right_after_a_kill_waits_for_the_old_servers(folder: Path) -> None:
    script, _ = start_script(folder)
    with script:
        script.kill()
        script.wait()

    with (
        local_servers(lab_settings(folder), silent) as lab,
        psycopg.connect(lab.servers.postgres) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
