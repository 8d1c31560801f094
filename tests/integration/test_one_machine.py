"""On one machine, a script makes databases and roles: walled, each for its own service, as often as it is run."""

import os
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.generate import ROOT
from deploy.one_machine import FOLDER
from services.chassis.migrate import migrate
from services.cli.infrastructure import Servers

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        shutil.which("psql") is None, reason="The script asks psql, which is in PostgreSQL's image."
    ),
]
SCRIPT = ROOT / FOLDER / "databases.sh"


@pytest.fixture
async def names(infrastructure: Servers, unique: str) -> AsyncIterator[tuple[str, str]]:
    """Two databases' names, which are gone afterwards with their roles."""
    found = f"{unique}crm", f"{unique}presence"
    yield found
    async with await psycopg.AsyncConnection.connect(infrastructure.postgres, autocommit=True) as admin:
        for name in found:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            for role in (name, f"{name}_worker", f"{name}_owner"):
                await admin.execute(f'DROP ROLE IF EXISTS "{role}"'.encode())


def url(infrastructure: Servers, role: str, database: str, password: str) -> str:
    server = urlsplit(infrastructure.postgres)
    return f"postgresql://{role}:{password}@{server.hostname}:{server.port}/{database}"


def run(infrastructure: Servers, passwords: Path) -> None:
    server = urlsplit(infrastructure.postgres)
    told = {"PGHOST": server.hostname, "PGPORT": str(server.port), "PGUSER": server.username}
    variables = {**os.environ, **{name: value or "" for name, value in told.items()}}
    variables |= {"PGDATABASE": "postgres", "PASSWORDS": str(passwords)}
    done = subprocess.run([SCRIPT], env=variables, timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


async def test_each_service_has_a_database_that_no_other_reaches(
    infrastructure: Servers, names: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "POSTGRES_PASSWORD").write_text(urlsplit(infrastructure.postgres).password or "")
    passwords = {
        f"{name}{role}": secrets.token_hex(8) for name in names for role in ("", "_worker", "_owner")
    }
    for role, password in passwords.items():
        (tmp_path / role).write_text(password + "\n")
    crm, presence = names

    run(infrastructure, tmp_path)
    passwords[crm] = "it's another one"
    (tmp_path / crm).write_text(passwords[crm])
    run(infrastructure, tmp_path)

    owner = url(infrastructure, f"{crm}_owner", crm, passwords[f"{crm}_owner"])
    assert await migrate(owner, "crm", app=crm, worker=f"{crm}_worker")
    app = url(infrastructure, crm, crm, passwords[crm].replace(" ", "%20"))
    async with await psycopg.AsyncConnection.connect(app) as connection:
        asked = "SELECT rolbypassrls, rolsuper FROM pg_roles WHERE rolname = %s"
        found = [
            await (await connection.execute(asked, (role,))).fetchone() for role in (crm, f"{crm}_worker")
        ]
        assert found == [(False, False), (True, False)]
        await connection.execute("SELECT FROM log.events")
    for role in (crm, f"{crm}_worker", f"{crm}_owner"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            await psycopg.AsyncConnection.connect(
                url(infrastructure, role, presence, passwords[role].replace(" ", "%20"))
            )
