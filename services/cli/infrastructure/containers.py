"""Kafka and PostgreSQL as containers, from images that are here already; their contents go with them."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from services.cli.infrastructure import kafka, postgres
from services.cli.infrastructure.addresses import Servers
from services.cli.infrastructure.choice import ENGINE_ANSWERS_WITHIN_S, Images
from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.keeping import Keeping
from services.cli.infrastructure.locks import hold
from services.cli.infrastructure.ports import kept_ports
from services.cli.infrastructure.readiness import wait_for_kafka, wait_for_postgres
from services.cli.infrastructure.settings import InfrastructureSettings

READY_WITHIN_S = 90.0
SWEEP_WITHIN_S = 10 * ENGINE_ANSWERS_WITHIN_S
CALL_WITHIN_S = 300
"""To remove thousands of partitions with their container takes minutes where the disk is busy."""
_LABEL = "livechat.data"


@contextmanager
def container_servers(
    settings: InfrastructureSettings, images: Images, say: Callable[[str], None], why: str
) -> Iterator[Servers]:
    """Run both containers for as long as the context lasts."""
    folder = settings.data
    reason = f"{why}: {images.kafka} and {images.postgres}, whose contents go when they stop"
    with hold(folder, say) as lock, ExitStack() as stack:
        _sweep(folder, say)
        say(f"servers: docker, {reason}")
        ports = kept_ports(folder, ("kafka", "postgres"))
        keeping = Keeping(folder, lock)
        stack.callback(keeping.close)
        try:
            servers = _start(settings, images, ports, keeping, stack, reason)
            wait_for_postgres(servers.postgres, READY_WITHIN_S)
            wait_for_kafka(servers.kafka, READY_WITHIN_S)
        except InfrastructureError:
            raise
        except Exception as error:  # testcontainers and docker raise many unrelated types.
            raise InfrastructureError(f"The containers did not start: {error}") from error
        yield servers


def broker_environment(port: int) -> dict[str, str]:
    """Settings of the broker the way the image reads them, with the host's port advertised.

    The broker speaks to itself, as for transactions, by a listener of its own: inside, nobody answers at that port.
    """
    node = {
        "node.id": "1",
        "process.roles": "broker,controller",
        "controller.quorum.voters": "1@localhost:9093",
        "controller.listener.names": "CONTROLLER",
        "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093,INSIDE://localhost:9094",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},INSIDE://localhost:9094",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT",
        "inter.broker.listener.name": "INSIDE",
    }
    settings = node | kafka.SINGLE_BROKER
    return {f"KAFKA_{key.upper().replace('.', '_')}": value for key, value in settings.items()}


def _start(
    settings: InfrastructureSettings,
    images: Images,
    ports: dict[str, int],
    keeping: Keeping,
    stack: ExitStack,
    reason: str,
) -> Servers:
    # Imported here: nobody without Docker should pay for it.
    from testcontainers.community.postgres import PostgresContainer
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    # Its reaper is one more image to pull; the keeper removes the containers when we are killed.
    testcontainers_config.ryuk_disabled = True
    run, password = secrets.token_hex(4), secrets.token_hex(24)
    names = {name: f"livechat-{name}-{run}" for name in ("kafka", "postgres")}
    keeping.at_end(["docker", "rm", "--force", "--volumes", *names.values()])

    client = {"timeout": CALL_WITHIN_S}
    broker = DockerContainer(images.kafka, docker_client_kw=client, name=names["kafka"])
    for key, value in broker_environment(ports["kafka"]).items():
        broker.with_env(key, value)
    broker.with_env("KAFKA_HEAP_OPTS", f"-Xmx{settings.kafka_heap_mb}m")
    database = PostgresContainer(
        images.postgres, username="postgres", password=password, dbname="postgres", driver=None,
        name=names["postgres"], command=_postgres_command(settings.durable), docker_client_kw=client,
    )  # fmt: skip
    for container, inside, outside in ((broker, 9092, ports["kafka"]), (database, 5432, ports["postgres"])):
        # testcontainers binds to every interface of the host; Docker itself takes an address as well.
        cast("dict[str, Any]", container.ports)[str(inside)] = ("127.0.0.1", outside)
        container.with_kwargs(labels={_LABEL: str(settings.data)})
        stack.callback(container.stop)
    # The broker first: starting the database waits until it answers.
    broker.start()
    database.start()
    url = f"postgresql://postgres:{password}@127.0.0.1:{ports['postgres']}/postgres"
    return Servers(f"127.0.0.1:{ports['kafka']}", url, "docker", reason)


def _postgres_command(durable: bool) -> str:
    settings = postgres.SIZES if durable else (*postgres.SIZES, *postgres.NOT_DURABLE)
    return " ".join(["postgres", *(f"-c {setting}" for setting in settings)])


def _sweep(folder: Path, say: Callable[[str], None]) -> None:
    """Remove containers that an earlier start on this folder could not."""
    found = _docker("ps", "--all", "--quiet", "--filter", f"label={_LABEL}={folder}").split()
    if found:
        say(f"removing containers left over from an earlier start in {folder}: {' '.join(found)}")
        _docker("rm", "--force", "--volumes", *found)


def _docker(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["docker", *arguments],  # nosec B607 # Where an engine is, its owner's PATH says.
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SWEEP_WITHIN_S, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise InfrastructureError(f"docker {arguments[0]} failed: {error}") from error
    return done.stdout
