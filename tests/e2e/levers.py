"""What only tests move or look at in the database of a running service: its timers' clock, the fence, who is online."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from tests.e2e.system import System


@contextmanager
def ahead(system: System, service: str, by: timedelta) -> Iterator[None]:
    """The clock of the service's timers is ahead by so much."""
    with _owner(system, service) as owner:
        owner.execute("UPDATE log.clock SET skew = skew + %s", (by,))
        try:
            yield
        finally:
            owner.execute("UPDATE log.clock SET skew = skew - %s", (by,))


@contextmanager
def fenced(system: System, service: str) -> Iterator[None]:
    """The service can append nothing."""
    with _owner(system, service) as owner:
        owner.execute("INSERT INTO log.fence VALUES ('a test')")
        try:
            yield
        finally:
            owner.execute("DELETE FROM log.fence WHERE reason = 'a test'")


def knows_online(system: System, workspace_id: str, name: str, online: bool = True) -> bool:
    """Whether the agent is online, or is not, as far as decisions about visitors and the pages of sites know."""
    asked = "SELECT online FROM agents.agents WHERE workspace_id = %s AND name = %s"

    def knows(service: str) -> bool:
        with _owner(system, service) as owner:
            return owner.execute(asked, (workspace_id, name)).fetchone() == (online,)

    return knows("conversation") and knows("gateway")


def _owner(system: System, service: str) -> psycopg.Connection:
    url = f"{system.postgres.rpartition('/')[0]}/{system.prefix}{service}"
    return psycopg.connect(url, autocommit=True)
