"""One running system a session; tests that stop or kill services start one of their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.cli.infrastructure import Servers
from tests.e2e.editing import Owner
from tests.e2e.stage import Stage, staged
from tests.e2e.system import System, running
from tests.unique import unique_name

LEFT_AFTER_S = 3
RERUNS = 1
NEVER_AGAIN = (
    "test_access",
    "test_accounts",
    "test_cut_sockets",
    "test_idempotency",
    "test_killed_services",
    "test_r10_one_conversation",
    "test_r11_taking",
    "test_races",
    "test_republish",
    "test_restore",
    "test_secrets",
    "test_secured",
    "test_separation",
    "test_signed_identity",
    "test_snapshots",
    "test_socket_access",
    "test_visitor_history",
)
"""What is lost, doubled or let in in one of two tries is lost, doubled or let in."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One that fails is tried once more, and told as tried again (R), as in the browser: what six services and their
    servers do in two cores' time may once be too late for a test. Proofs are never forgiven.
    """
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.stem not in NEVER_AGAIN:
            item.add_marker(pytest.mark.flaky(reruns=RERUNS))


@pytest.fixture(scope="session")
def system(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All services in one process, for tests that leave them alone."""
    folder = tmp_path_factory.mktemp("system")
    with running(infrastructure, folder, unique_name("e2e"), "all") as found:
        yield found


@pytest.fixture(scope="session")
def impatient(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system for which a visitor is gone soon, and whose clocks and databases tests may move."""
    folder = tmp_path_factory.mktemp("impatient")
    system = System(infrastructure, folder, unique_name("imp"))
    system.variables["LIVECHAT_CONVERSATION_VISITOR_LEFT_S"] = str(LEFT_AFTER_S)
    try:
        system.start("all")
        yield system
    finally:
        system.stop_all()


@pytest.fixture
def stopping(infrastructure: Servers, tmp_path: Path) -> Iterator[System]:
    """All services in one process, which the test stops and starts."""
    system = System(infrastructure, tmp_path, unique_name("stop"))
    try:
        system.start("all")
        yield system
    finally:
        system.stop_all()


@pytest.fixture(scope="session")
def stage(system: System) -> Iterator[Stage]:
    """Two companies on that system, and everybody who might knock at a route or a socket."""
    with staged(system) as found:
        yield found


@pytest.fixture(scope="session")
def owner(system: System) -> Iterator[Owner]:
    """The owner of a company on that system, for tests that make a playbook of their own."""
    with httpx.Client(base_url=system.bases["gateway"], timeout=30) as http:
        yield Owner(system, http)
