"""Real servers for the tests that touch them: one Kafka and one PostgreSQL a session, a database and prefix a test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from services.chassis.observe import configure_logs
from services.cli.infrastructure import InfrastructureSettings, LocalServers, Servers, local_servers, servers
from tests.proof import count
from tests.unique import unique_name

# Tests that run side by side have servers of their own.
DATA = Path(os.environ.get("LIVECHAT_TEST_DATA", ".livechat/test"), os.environ.get("PYTEST_XDIST_WORKER", ""))

# Properties repeat like all proofs; a busy machine is no failure.
settings.register_profile("livechat", max_examples=count(400), deadline=None, print_blob=True)
settings.load_profile("livechat")


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
    return unique_name("t")
