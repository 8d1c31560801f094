"""Credentials in PostgreSQL: what somebody else holds a secret for, kept by the secret's hash alone."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from services.chassis.credential import CREDENTIALS_OF_MAX, Credential, Tries
from services.chassis.pool import LAZILY

SECRET_BYTES = 24

_KEEP = """INSERT INTO log.credentials (kind, hash, workspace_id, subject, claims, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (kind, hash) DO UPDATE
    SET subject = excluded.subject, claims = excluded.claims, expires_at = excluded.expires_at"""
_FIND = """SELECT kind, hash, workspace_id, subject, claims, expires_at FROM log.credentials
    WHERE kind = %s AND hash = %s AND expires_at > %s"""
_FIND_ALL = """SELECT kind, hash, workspace_id, subject, claims, expires_at FROM log.credentials
    WHERE kind = %s AND hash = ANY(%s) AND expires_at > %s"""
_OF = f"""SELECT kind, hash, workspace_id, subject, claims, expires_at FROM log.credentials
    WHERE workspace_id = %s AND kind = %s AND subject = %s AND expires_at > %s
    ORDER BY expires_at DESC, hash LIMIT {CREDENTIALS_OF_MAX}"""
_NOTE = "UPDATE log.credentials SET claims = %s WHERE kind = %s AND hash = %s"
_PROLONG = "UPDATE log.credentials SET expires_at = greatest(expires_at, %s) WHERE kind = %s AND hash = %s"
_USE = "DELETE FROM log.credentials WHERE kind = %s AND hash = %s AND expires_at > %s"
_OVER_AT_ONCE = 20
_OVER = f"""DELETE FROM log.credentials WHERE (kind, hash) IN (
    SELECT kind, hash FROM log.credentials WHERE expires_at < now() - interval '1 day'
    ORDER BY expires_at LIMIT {_OVER_AT_ONCE} FOR UPDATE SKIP LOCKED)"""
_END = "DELETE FROM log.credentials WHERE workspace_id = %s AND kind = %s AND subject = %s"

_END_ONE = "DELETE FROM log.credentials WHERE kind = %s AND hash = %s"
# Tries are counted on the way of every message of a visitor: in one statement, and without waiting for the disk. What
# a crash of PostgreSQL takes of them is the last moments' (ADR 0029), which nobody can bring about from outside.
_TRIED = f"""WITH over AS (DELETE FROM log.attempts WHERE key IN (
        SELECT key FROM log.attempts WHERE over_at < now() - interval '1 hour' AND key <> %(key)s
        ORDER BY over_at LIMIT {_OVER_AT_ONCE} FOR UPDATE SKIP LOCKED))
    INSERT INTO log.attempts AS kept (key, tries, over_at) VALUES (%(key)s, 1, %(over_at)s)
    ON CONFLICT (key) DO UPDATE SET
        tries = CASE WHEN kept.over_at > %(now)s THEN kept.tries + 1 ELSE 1 END,
        over_at = CASE WHEN kept.over_at > %(now)s THEN kept.over_at ELSE excluded.over_at END
    RETURNING tries, over_at, {LAZILY}"""
_FORGIVE = "UPDATE log.attempts SET tries = tries - 1 WHERE key = %s AND tries > 0"


def new_secret() -> str:
    """A secret of 192 random bits that is safe in a URL."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret. Random secrets need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class PostgresCredentials:
    """ports.Credentials. Looked up by hash before the workspace is known, so with the role that no wall stops."""

    def __init__(self, workers: AsyncConnectionPool[Any]) -> None:
        self._pool = workers

    async def keep(self, credential: Credential) -> None:
        # Each one that is kept sweeps some that are over, so that the table holds no more than what counts.
        async with self._pool.connection() as connection:
            await connection.execute(_KEEP, _row(credential))
            await connection.execute(_OVER)

    async def find(self, kind: str, hash_: str, now: datetime) -> Credential | None:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_FIND, (kind, hash_, now))).fetchone()
        return Credential(*row) if row else None

    async def find_all(self, kind: str, hashes: Collection[str], now: datetime) -> list[Credential]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_FIND_ALL, (kind, list(hashes), now))).fetchall()
        return [Credential(*row) for row in rows]

    async def of(self, kind: str, workspace_id: str, subject: str, now: datetime) -> list[Credential]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_OF, (workspace_id, kind, subject, now))).fetchall()
        return [Credential(*row) for row in rows]

    async def exchange(self, kind: str, hash_: str, now: datetime, new: Credential) -> bool:
        async with self._pool.connection() as connection, connection.transaction():
            used = await connection.execute(_USE, (kind, hash_, now))
            if used.rowcount != 1:
                return False
            await connection.execute(_END, (new.workspace_id, kind, new.subject))
            await connection.execute(_KEEP, _row(new))
            return True

    async def note(self, kind: str, hash_: str, claims: dict[str, Any]) -> bool:
        async with self._pool.connection() as connection:
            noted = await connection.execute(_NOTE, (Jsonb(claims), kind, hash_))
            return int(noted.rowcount) == 1

    async def prolong(self, kind: str, hash_: str, expires_at: datetime) -> bool:
        async with self._pool.connection() as connection:
            prolonged = await connection.execute(_PROLONG, (expires_at, kind, hash_))
            return int(prolonged.rowcount) == 1

    async def end(self, kind: str, workspace_id: str, subject: str) -> int:
        async with self._pool.connection() as connection:
            ended = await connection.execute(_END, (workspace_id, kind, subject))
            return int(ended.rowcount)

    async def end_one(self, kind: str, hash_: str) -> bool:
        async with self._pool.connection() as connection:
            ended = await connection.execute(_END_ONE, (kind, hash_))
            return int(ended.rowcount) == 1

    async def tried(self, key: str, now: datetime, window_s: int) -> Tries:
        told = {"key": key, "now": now, "over_at": now + timedelta(seconds=window_s)}
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_TRIED, told)).fetchone()
        assert row is not None
        return Tries(*row[:2])

    async def forgive(self, key: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_FORGIVE, (key,))


def _row(credential: Credential) -> tuple[Any, ...]:
    return (
        credential.kind,
        credential.hash,
        credential.workspace_id,
        credential.subject,
        Jsonb(credential.claims),
        credential.expires_at,
    )
