"""Makes a service's database and its two roles, and applies numbered SQL once each, in order, under a lock."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
import structlog
from psycopg import sql

SERVICES = Path(__file__).parents[1]
_LOCK = 7_241_905_133  # One migration at a time in a database; an arbitrary number, the same for ever.

log = structlog.get_logger()


class ChangedMigration(Exception):
    """A migration that was applied has another text now: write a new one instead."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """How a service reaches its database: `app` is walled by workspace, `worker` runs the background roles."""

    app: str
    worker: str


def urls_of(admin_url: str, service: str, prefix: str = "livechat_") -> DatabaseUrls:
    """The service's URLs on a server that we administer ourselves.

    Passwords are derived from the administrator's, so that every process that may know them agrees without a file.
    """
    app, worker = f"{prefix}{service}", f"{prefix}{service}_worker"
    return DatabaseUrls(_url(admin_url, app, app), _url(admin_url, app, worker))


async def provision(admin_url: str, service: str, prefix: str = "livechat_") -> DatabaseUrls:
    """Makes database and roles where they are missing, then migrates. For servers that we administer ourselves."""
    database = f"{prefix}{service}"
    async with await psycopg.AsyncConnection.connect(admin_url, autocommit=True) as admin:
        for role, walls in ((database, "NOBYPASSRLS"), (f"{database}_worker", "BYPASSRLS")):
            known = await (
                await admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            ).fetchone()
            verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
            await admin.execute(
                sql.SQL("{} {} LOGIN {} PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.SQL(walls), sql.Literal(_password(admin_url, role))
                )
            )
        known = await (
            await admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        ).fetchone()
        if not known:
            await admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    await migrate(_at(admin_url, database), service, app=database, worker=f"{database}_worker")
    return urls_of(admin_url, service, prefix)


async def migrate(owner_url: str, service: str, *, app: str, worker: str) -> list[str]:
    """Applies new migrations, the chassis's and the service's; answers their names. Raises ChangedMigration."""
    applied = []
    async with await psycopg.AsyncConnection.connect(owner_url) as owner:
        await owner.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await owner.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        done: dict[str, str] = dict(
            await (await owner.execute("SELECT name, sha256 FROM migrations")).fetchall()
        )
        for name, text in migrations_of(service).items():
            if name not in done:
                await owner.execute(text.encode())
                await owner.execute(
                    "INSERT INTO migrations (name, sha256) VALUES (%s, %s)", (name, digest_of(text))
                )
                applied.append(name)
            elif done[name] != digest_of(text):
                raise ChangedMigration(f"{name} was applied with another text; add a new migration instead")
        await _grant(owner, app, worker)
        if applied:
            log.info("migrated", service=service, applied=applied)
    return applied


async def _grant(owner: psycopg.AsyncConnection[tuple[object, ...]], app: str, worker: str) -> None:
    """The service's own role may append and read; the workers' role may do all but change what was recorded."""
    grants = """
        GRANT USAGE ON SCHEMA log TO {app}, {worker};
        GRANT SELECT, INSERT ON log.events, log.commands TO {app};
        GRANT INSERT ON log.outbox TO {app};
        GRANT SELECT, INSERT, UPDATE, DELETE ON log.timers, log.snapshots, log.claims TO {app};
        GRANT SELECT ON log.fence, log.clock, log.consumer_offsets TO {app};
        GRANT ALL ON ALL TABLES IN SCHEMA log TO {worker};
        REVOKE UPDATE, DELETE, TRUNCATE ON log.events FROM {worker};
        REVOKE ALL ON log.clock FROM {worker};
        GRANT SELECT ON log.clock, migrations TO {worker};
        GRANT CREATE ON DATABASE {database} TO {worker};
    """
    names = {
        "app": sql.Identifier(app),
        "worker": sql.Identifier(worker),
        "database": sql.Identifier(owner.info.dbname),
    }
    await owner.execute(sql.SQL(grants).format(**names))


def migrations_of(service: str) -> dict[str, str]:
    """Every migration's name and text in the order in which they are applied: the chassis's, then the service's."""
    folders = (SERVICES / "chassis" / "migrations", SERVICES / service / "migrations")
    paths = [path for folder in folders for path in sorted(folder.glob("*.sql"))]
    return {f"{path.parents[1].name}/{path.name}": path.read_text() for path in paths}


def digest_of(text: str) -> str:
    """What is kept of an applied migration's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _password(admin_url: str, role: str) -> str:
    secret = unquote(urlsplit(admin_url).password or "")
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def _url(admin_url: str, database: str, role: str) -> str:
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        (parts.scheme, f"{quote(role)}:{_password(admin_url, role)}@{host}", f"/{database}", parts.query, "")
    )


def _at(admin_url: str, database: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{database}"))
