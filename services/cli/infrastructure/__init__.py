"""Decides where Kafka and PostgreSQL come from, and runs them: the one path for run, tests and benches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.cli.infrastructure.addresses import Servers
from services.cli.infrastructure.choice import Choice, DockerProbe, EngineProbe, Images, choose
from services.cli.infrastructure.containers import container_servers
from services.cli.infrastructure.errors import FolderInUse, InfrastructureError, MissingTool
from services.cli.infrastructure.external import external_servers
from services.cli.infrastructure.local import LocalServers, local_servers
from services.cli.infrastructure.settings import InfrastructureSettings

__all__ = [
    "FolderInUse",
    "InfrastructureError",
    "InfrastructureSettings",
    "LocalServers",
    "MissingTool",
    "Servers",
    "local_servers",
    "servers",
]


@contextmanager
def servers(
    settings: InfrastructureSettings, say: Callable[[str], None], probe: EngineProbe | None = None
) -> Iterator[Servers]:
    """Kafka and PostgreSQL, answering, for as long as the context lasts."""
    choice = choose(settings, probe or DockerProbe())
    match choice:
        case Choice("external"):
            yield external_servers(settings, say, choice.reason)
        case Choice(images=Images() as images):
            with container_servers(settings, images, say, choice.reason) as running:
                yield running
        case _:
            with local_servers(settings, say, choice.reason) as lab:
                yield lab.servers
