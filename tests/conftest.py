"""Real servers for the tests that touch them: one Kafka and one PostgreSQL a session, a database and prefix a test."""

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.observe import configure_logs
from services.cli.infrastructure import InfrastructureSettings, LocalServers, Servers, local_servers, servers

DATA = Path(os.environ.get("LIVECHAT_TEST_DATA", ".livechat/test"))
_names = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    configure_logs(level="WARNING")


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Servers]:
    """Where Kafka and PostgreSQL are, chosen as `make run` chooses; durable, so that crash tests mean something."""
    with servers(InfrastructureSettings(data=DATA), lambda line: print(line, file=sys.stderr)) as found:
        yield found


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Servers of this test alone, which it may kill."""
    settings = InfrastructureSettings(infra="local", data=tmp_path_factory.mktemp("lab"))
    with local_servers(settings, lambda line: print(line, file=sys.stderr)) as found:
        yield found


@pytest.fixture
def unique() -> str:
    """A short name that no other test and no earlier run uses: a prefix for databases and topics."""
    return f"t{os.getpid()}x{next(_names)}_"
