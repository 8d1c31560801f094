"""One Kafka node (KRaft, broker and controller in one): its files, its settings, its command."""

import base64
import shutil
import signal
import uuid
from dataclasses import dataclass
from pathlib import Path

from services.cli.infrastructure.keeping import ServerProcess, tied_to_parent
from services.cli.infrastructure.settings import InfrastructureSettings
from services.cli.infrastructure.tools import Java

NAME = "kafka"
STOP_WITHIN_S = 9.0

# What holds for a single broker wherever it runs, container or process.
SINGLE_BROKER = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # A group that slept over a long weekend must not begin again.
    "offsets.retention.minutes": "2147483647",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    # After kill -9 a broker is admitted again only when its old session has run out.
    "broker.session.timeout.ms": "1500",
    "broker.heartbeat.interval.ms": "200",
}

# Fewer threads and a small cleaner buffer: it starts faster and fits a small heap.
_SMALL = {
    "log.cleaner.dedupe.buffer.size": "8388608",
    "num.network.threads": "1",
    "num.io.threads": "2",
    "background.threads": "2",
    "group.coordinator.threads": "1",
}


@dataclass(frozen=True)
class KafkaRuntime:
    """What every node on this machine shares: Java, jars in a fixed order, class archive, formatted log."""

    java: Java
    jars: tuple[Path, ...]
    formatted: Path
    archive: Path | None

    @property
    def version(self) -> str:
        """Version of the broker."""
        return next(jar.stem for jar in self.jars if jar.name.startswith("kafka_")).rpartition("-")[2]

    def argv(self, flags: list[str], main: str, *arguments: str) -> list[str]:
        """Command that runs one of Kafka's main classes."""
        # Sorted and explicit: an archive only fits the class path order it was made with.
        class_path = ":".join(str(jar) for jar in self.jars)
        log_level = "-Dorg.apache.logging.log4j.level=WARN"
        return [str(self.java.program), *flags, log_level, "-cp", class_path, main, *arguments]


def start_flags(settings: InfrastructureSettings) -> list[str]:
    """JVM flags for a fast start in little memory."""
    flags = [f"-Xmx{settings.kafka_heap_mb}m", "-Xms96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:-UsePerfData"]
    return flags if settings.kafka_full_jit else [*flags, "-XX:TieredStopAtLevel=1"]


def node_properties(log_folder: Path, port: int, controller_port: int) -> str:
    """The node's server.properties."""
    listeners = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(log_folder),
    }
    settings = listeners | SINGLE_BROKER | _SMALL
    # A properties file takes the backslash for an escape.
    return "".join(f"{key}={value.replace(chr(92), chr(92) * 2)}\n" for key, value in settings.items())


def prepare_node(folder: Path, formatted: Path, port: int, controller_port: int) -> Path:
    """Write the node's files under `folder`; existing messages stay. Returns the properties file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_folder = folder / "log"
    if not (log_folder / "meta.properties").exists():
        # Formatting takes a JVM start of a second; a formatted log differs only in its identifiers.
        fresh = folder / "log.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(formatted, fresh)
        identifiers = f"cluster.id={new_id()}\ndirectory.id={new_id()}\n"
        (fresh / "meta.properties").write_text(f"version=1\nnode.id=1\n{identifiers}")
        fresh.replace(log_folder)
    properties = folder / "server.properties"
    properties.write_text(node_properties(log_folder, port, controller_port))
    return properties


def broker(runtime: KafkaRuntime, flags: list[str], properties: Path, log: Path) -> ServerProcess:
    """The node as a process to start."""
    archive = [f"-XX:SharedArchiveFile={runtime.archive}"] if runtime.archive else []
    argv = runtime.argv([*flags, *archive], "kafka.Kafka", str(properties))
    return ServerProcess(NAME, tied_to_parent(argv, signal.SIGTERM), log, signal.SIGTERM, STOP_WITHIN_S)


def new_id() -> str:
    """An identifier as Kafka writes them: 16 random bytes, base64url without padding.

    As with Kafka's own, none begins with a dash: its command line would take it for an option.
    """
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return made
