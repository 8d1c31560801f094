"""What only tests move or look at in the database of a running service: its timers' clock, the fence, who is online."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from tests.e2e.system import System

_HELD = """WITH agent AS (
        SELECT workspace_id, agent_id, name FROM agents.agents WHERE workspace_id = %(workspace)s AND name = %(name)s
    ), counted AS (
        INSERT INTO inbox.folder_counts (workspace_id, folder, conversations)
        SELECT workspace_id, agent_id, %(count)s FROM agent ON CONFLICT (workspace_id, folder)
        DO UPDATE SET conversations = folder_counts.conversations + EXCLUDED.conversations
    )
    INSERT INTO inbox.inbox (
        workspace_id, conversation_id, folder, visit_id, status, holder_id, holder_name, missed, started_at, answer_by,
        changed_at, waiting_since, late, visitor_left, last_by, last_message_at, last_text, unread, identified,
        is_unread, generation, version
    ) SELECT workspace_id, gen_random_uuid(), agent_id, gen_random_uuid(), 'open', agent_id, name, false, at, at, at,
        at, false, false, 'visitor', at, 'Hello from ' || number, 0, false, false, 1, 3
    FROM agent, generate_series(1, %(count)s) AS number,
        LATERAL (SELECT now() - number * interval '1 day' AS at) AS begun
"""


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


def holds(system: System, workspace_id: str, name: str, conversations: int) -> None:
    """The agent holds so many more conversations, as far as inboxes are told: the log knows nothing of them."""
    with _owner(system, "gateway") as owner:
        owner.execute(_HELD, {"workspace": workspace_id, "name": name, "count": conversations})


def _owner(system: System, service: str) -> psycopg.Connection:
    url = f"{system.postgres.rpartition('/')[0]}/{system.prefix}{service}"
    return psycopg.connect(url, autocommit=True)
