"""Which tables hold what nothing else does, which of their rows are backed up, and why the others are not.

A test holds this against every table that a migration makes: a new one has to be listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.accounts.identity_keys import IDENTITY_KEY
from services.gateway.accounts.passwords import PASSWORD
from services.gateway.accounts.sessions import AGENT_SESSION, JOIN_LINK, RESET_LINK
from services.gateway.accounts.sign_in import KNOWN_ADDRESS
from services.gateway.accounts.visits import SIGNED_BY, VISITOR_SESSION
from services.notifier.outbound.subscriptions import KIND as PUSH_SUBSCRIPTION

KEPT_KINDS = (PASSWORD, IDENTITY_KEY, KNOWN_ADDRESS, VISITOR_SESSION, PUSH_SUBSCRIPTION)
LEFT_KINDS = (AGENT_SESSION, JOIN_LINK, RESET_LINK)
"""Ways in that end soon and can be had again: none that was used up or ended since may come back from a backup. So is
the session of a visitor whom a signature named, which ends without a trace in the log."""
_LEFT = ", ".join(f"'{kind}'" for kind in LEFT_KINDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of schema `log` that is backed up: its rows, in an order, and how rows of a backup are put into it.

    `put` has the columns of the backup for {columns}, and one parameter, the rows as a JSON array.
    """

    name: str
    rows: str
    put: str


CREDENTIALS = Kept(
    "credentials",
    f"""SELECT to_jsonb(kept)::text FROM log.credentials AS kept
        WHERE expires_at > now() AND kind <> ALL (ARRAY[{_LEFT}])
        AND NOT (kind = '{VISITOR_SESSION}' AND claims ? '{SIGNED_BY}') ORDER BY kind, hash""",
    """INSERT INTO log.credentials ({columns})
        SELECT {columns} FROM jsonb_populate_recordset(NULL::log.credentials, %s::jsonb) WHERE expires_at > now()""",
)
# Parked records are numbered anew in a new database: what is below zero is of before, and meets none of them.
DROPPED = Kept(
    "dropped",
    "SELECT to_jsonb(kept)::text FROM log.dropped AS kept ORDER BY dropped_at, id",
    """INSERT INTO log.dropped ({columns})
        SELECT {columns} FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given (one, nr),
            jsonb_populate_record(NULL::log.dropped, one
                || jsonb_build_object('id', (SELECT least(0, min(id)) FROM log.dropped) - nr))""",
)
KEPT = {one.name: one for one in (CREDENTIALS, DROPPED)}

REST: Mapping[str, str] = {
    "events": "the log itself",
    "outbox": "the log: what Kafka does not have yet",
    "commands": "written with the log's events",
    "claims": "written with the log's events",
    "snapshots": "written with the log's events",
    "timers": "written with the log's events",
    "relayed": "how far Kafka has the log",
    "fence": "raised again where there is reason to",
    "consumer_offsets": "how far the log was read; Kafka knows it as well",
    "parked": "records of Kafka, which are read again",
    "models": "made with the read models by a rebuild",
    "state_outbox": "rows of read models on their way to Kafka",
    "attempts": "tries of the last minutes",
    "clock": "moved by tests alone",
}
"""The other tables of schema `log`, and why each is not backed up. Read models are rebuilt from Kafka."""
