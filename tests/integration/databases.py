"""What the databases of installations hold, as their owners see it, and how a log gets from one into another."""

import psycopg

from services.cli.backup.truth import KEPT, REST
from services.cli.catalogue import SERVICES
from tests.e2e.system import System

THE_LOG = ("events", "outbox", "commands", "claims", "snapshots", "timers")


def owner_of(system: System, service: str) -> str:
    return f"{system.postgres.rpartition('/')[0]}/{system.prefix}{service}"


def bring_back_the_log(system: System, new: System) -> None:
    """As a standby or an archive of PostgreSQL would."""
    for service in ("gateway", "notifier"):
        with (
            psycopg.connect(owner_of(system, service)) as source,
            psycopg.connect(owner_of(new, service)) as target,
        ):
            for table in THE_LOG:
                out, into = source.cursor(), target.cursor()
                reading, writing = f"COPY log.{table} TO STDOUT", f"COPY log.{table} FROM STDIN"
                with out.copy(reading.encode()) as read, into.copy(writing.encode()) as write:
                    for part in read:
                        write.write(part)


def credentials_in(system: System) -> int:
    with psycopg.connect(owner_of(system, "gateway")) as owner:
        return len(owner.execute("SELECT FROM log.credentials").fetchall())


def dropped_in(system: System) -> list[tuple[int, str]]:
    with psycopg.connect(owner_of(system, "crm")) as owner:
        return owner.execute("SELECT id, reason FROM log.dropped").fetchall()


def give_up(system: System) -> None:
    """An operator has dropped a parked record."""
    with psycopg.connect(owner_of(system, "crm")) as owner:
        owner.execute(
            "INSERT INTO log.dropped VALUES (1, 'crm.visits', 'topic', 0, 7, 'visit-1', 'ValueError', 'spam', 'ops')"
        )


def every_table_is_known(system: System) -> None:
    """What a database really has is what the test of the migrations' texts says."""
    for name, service in SERVICES.items():
        with psycopg.connect(owner_of(system, name)) as owner:
            rows = owner.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
        rebuilt = {table.schema for model in service.models for table in model.tables}
        logs = {("log", table) for table in (*KEPT, *REST)}
        assert {row for row in rows if row[0] not in rebuilt} == {*logs, ("public", "migrations")}, name
