"""Walls between workspaces, and a log that stays as it is: by PostgreSQL, whatever the code above it does."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.chassis.migrate import DatabaseUrls, provision
from services.chassis.schemas import ensure_models
from services.cli.catalogue import SERVICES
from services.cli.infrastructure import Servers

pytestmark = pytest.mark.real

_UNWALLED = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND a.attname = 'workspace_id'
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity
               AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))"""
_WALLED = """
    SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND a.attname = 'workspace_id' AND c.relforcerowsecurity"""
_EVENT = """
    INSERT INTO log.events (workspace_id, stream_id, version, event_id, type, data, at, command_id, correlation_id,
                            causation_id, actor, hash)
    VALUES (%s, %s, 1, 'e', 't', '', now(), 'c', 'c', 'c', 'a', '')"""


async def connect(url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


@pytest.fixture(params=SERVICES)
async def urls(request: pytest.FixtureRequest, infrastructure: Servers, unique: str) -> DatabaseUrls:
    urls = await provision(infrastructure.postgres, request.param, prefix=unique)
    await ensure_models(SERVICES[request.param], urls)
    return urls


async def test_every_table_of_a_workspace_is_walled_also_against_its_owner(urls: DatabaseUrls) -> None:
    async with await connect(urls.worker) as connection:
        unwalled = await (await connection.execute(_UNWALLED)).fetchall()
        (walled,) = await (await connection.execute(_WALLED)).fetchone() or (0,)

    assert unwalled == []
    assert int(str(walled)) >= 6


async def test_neither_role_is_a_superuser_or_changes_the_log(urls: DatabaseUrls) -> None:
    for url in (urls.app, urls.worker):
        async with await connect(url) as connection:
            (superuser,) = await (
                await connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            ).fetchone() or (True,)
            assert not superuser
            for statement in (
                "UPDATE log.events SET type = 'x'",
                "DELETE FROM log.events",
                "TRUNCATE log.events",
            ):
                with pytest.raises(InsufficientPrivilege):
                    await connection.execute(statement)


async def test_the_services_role_sees_and_writes_one_workspace_only(urls: DatabaseUrls) -> None:
    async with await connect(urls.app) as connection:
        with pytest.raises(InsufficientPrivilege):
            await connection.execute(_EVENT, ("mine", "s-1"))
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.workspace', 'mine', true)")
            await connection.execute(_EVENT, ("mine", "s-1"))
        async with connection.transaction(force_rollback=True):
            await connection.execute("SELECT set_config('app.workspace', 'mine', true)")
            with pytest.raises(InsufficientPrivilege):
                await connection.execute(_EVENT, ("foreign", "s-2"))

        seen = []
        for workspace in ("mine", "foreign", ""):
            async with connection.transaction():
                await connection.execute("SELECT set_config('app.workspace', %s, true)", (workspace,))
                seen += await (await connection.execute("SELECT count(*) FROM log.events")).fetchall()
        assert seen == [(1,), (0,), (0,)]
