"""Kafka and PostgreSQL as local processes: prepared and started in parallel, stopped whatever happens."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.cli.infrastructure import kafka, postgres
from services.cli.infrastructure.addresses import Servers
from services.cli.infrastructure.kafka import KafkaRuntime
from services.cli.infrastructure.kafka_cache import has_jars, provide_kafka
from services.cli.infrastructure.keeping import Keeping
from services.cli.infrastructure.leftovers import end_leftovers
from services.cli.infrastructure.locks import hold
from services.cli.infrastructure.ports import kept_ports
from services.cli.infrastructure.readiness import wait_for_kafka, wait_for_postgres
from services.cli.infrastructure.settings import InfrastructureSettings
from services.cli.infrastructure.tools import Machine, Tools, provide

READY_WITHIN_S = 60.0


@dataclass(frozen=True)
class LocalServers:
    """The running servers, and the handles with which fault tests hurt them."""

    servers: Servers
    keeping: Keeping
    logs: Path

    @property
    def kafka_pid(self) -> int:
        """Pid of the broker's latest process."""
        return self.keeping.pid(kafka.NAME)

    @property
    def postgres_pid(self) -> int:
        """Pid of the postmaster's latest process."""
        return self.keeping.pid(postgres.NAME)

    @property
    def keeper_pid(self) -> int:
        """Pid of the keeper that holds the servers."""
        return self.keeping.keeper_pid

    def kill_kafka(self) -> None:
        """Kill -9 the broker."""
        self.keeping.end(kafka.NAME, signal.SIGKILL)

    def start_kafka(self) -> None:
        """Start the broker again, on the same port and data; returns when it answers."""
        self.keeping.restart(kafka.NAME)
        self._await_kafka()

    def crash_postgres(self) -> None:
        """End PostgreSQL without a checkpoint; unlike kill -9 this takes its backends along."""
        self.keeping.end(postgres.NAME, signal.SIGQUIT)

    def start_postgres(self) -> None:
        """Start PostgreSQL again, on the same port and data; returns when it answers."""
        self.keeping.restart(postgres.NAME)
        self._await_postgres()

    def wait_until_ready(self) -> None:
        """Return when both answer."""
        self._await_postgres()
        self._await_kafka()

    def _await_kafka(self) -> None:
        wait_for_kafka(
            self.servers.kafka,
            READY_WITHIN_S,
            lambda: self.keeping.check_running(kafka.NAME),
            self.logs / "kafka.log",
        )

    def _await_postgres(self) -> None:
        wait_for_postgres(
            self.servers.postgres,
            READY_WITHIN_S,
            lambda: self.keeping.check_running(postgres.NAME),
            self.logs / "postgres.log",
        )


@contextmanager
def local_servers(
    settings: InfrastructureSettings,
    say: Callable[[str], None],
    why: str = "local processes were asked for",
    machine: Machine | None = None,
) -> Iterator[LocalServers]:
    """Run both servers on the settings' data folder for as long as the context lasts."""
    machine = machine or Machine()
    folder = settings.data
    with hold(folder, say) as lock:
        end_leftovers(folder, say)
        tools = provide(machine, say, not has_jars(settings.cache), postgres.data_major(folder / "postgres"))
        runtime = provide_kafka(settings, tools.java, tools.maven, say)
        versions = f"Apache Kafka {runtime.version} on Java {tools.java.version}"
        reason = f"{why}: {versions} and PostgreSQL {tools.postgres.version}"
        say(f"servers: local, {reason}")
        keeping = Keeping(folder, lock)
        try:
            url, kafka_address = _start(settings, keeping, machine, tools, runtime)
            servers = Servers(kafka_address, url, "local", reason)
            running = LocalServers(servers, keeping, folder / "logs")
            running.wait_until_ready()
            yield running
        finally:
            keeping.close()


def _start(
    settings: InfrastructureSettings, keeping: Keeping, machine: Machine, tools: Tools, runtime: KafkaRuntime
) -> tuple[str, str]:
    """Start both; returns the administrator's URL and the bootstrap server before either answers."""
    folder, logs = settings.data, settings.data / "logs"
    ports = kept_ports(folder, ("kafka", "controller", "postgres"))

    # The broker takes longest, so PostgreSQL is prepared while it starts.
    properties = kafka.prepare_node(folder / "kafka", runtime.formatted, ports["kafka"], ports["controller"])
    keeping.start(kafka.broker(runtime, kafka.start_flags(settings), properties, logs / "kafka.log"))

    account = postgres.unprivileged(machine)
    password = postgres.prepare_cluster(folder / "postgres", settings.durable, tools.postgres, account)
    keeping.start(
        postgres.cluster_process(
            folder / "postgres",
            ports["postgres"],
            settings.durable,
            tools.postgres,
            account,
            logs / "postgres.log",
        )
    )
    url = f"postgresql://postgres:{password}@127.0.0.1:{ports['postgres']}/postgres"
    return url, f"127.0.0.1:{ports['kafka']}"
