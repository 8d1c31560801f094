"""An installation on secured servers, made by what operators run: secrets as files, a folder for each pod."""

import asyncio
import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from contracts.topics import Naming
from deploy.acl import creator_acls
from deploy.generate import ROOT
from deploy.one_machine import FOLDER
from deploy.operated import listed, users
from services.cli.application import app
from services.cli.catalogue import SERVICES
from tests.e2e.system import NO_PUSH_SERVICE, ORIGINS, System
from tests.roomy import ROOMY
from tests.secured.rights import Rights, allow, set_passwords
from tests.secured.servers import HOST, SecuredServers

OPERATOR, CREATOR = "operator", "topics"
SCRIPT_WITHIN_S = 120


class SecuredSystem(System):
    """A process for each service, as its own user of Kafka and with its own roles of PostgreSQL."""

    def __init__(self, servers: SecuredServers, data: Path) -> None:
        self.servers, self.kafka, self.data, self.prefix = servers, servers.kafka, data, ""
        self.postgres = servers.administrators_url
        self._secrets, self._pods = data / "secrets", data / "pods"
        self.variables = {
            **ROOMY,
            "LIVECHAT_KAFKA": servers.kafka,
            "LIVECHAT_KAFKA_SECURITY": "SASL_SSL",
            "LIVECHAT_LOG_LEVEL": "WARNING",
            "LIVECHAT_DRAIN_S": "2",
            "LIVECHAT_ORIGINS": ORIGINS,
            "LIVECHAT_NOTIFIER_PUSH_LOCAL": NO_PUSH_SERVICE,
            "LIVECHAT_GATEWAY_FILES": (data / "files").as_uri(),
            "LIVECHAT_SECRETS": str(self._pods / OPERATOR),
        }
        self._begin()

    @property
    def naming(self) -> Naming:
        """Topics are called as the generated rights name them."""
        return Naming()

    def found(self) -> None:
        """Databases and roles, users with their rights, topics and tables: all but the services themselves."""
        self._write("postgres/POSTGRES_PASSWORD", self.servers.postgres_password)
        self.new_database_passwords(())
        asyncio.run(self._let_in())
        self.mount()
        made = [self.livechat("topics", "--create", "--alter", pod=CREATOR)]
        made += [self.livechat("migrate", name, pod=f"{name}-owner") for name in SERVICES]
        assert [done.output for done in made if done.exit_code] == []

    async def _let_in(self) -> None:
        await self.servers.kafka_answers()
        await self.new_kafka_passwords(user_rights())
        async with self.servers.administration() as admin:
            for user, rights in user_rights().items():
                await allow(admin, user, rights)

    async def new_kafka_passwords(self, names: Iterable[str]) -> None:
        """Gives these users passwords, which nobody but Kafka knows before `mount`."""
        passwords = {name: secrets.token_urlsafe(24) for name in names}
        async with self.servers.administration() as admin:
            await set_passwords(admin, passwords)
        for name, password in passwords.items():
            folder = name.removeprefix("kafka-")
            self._write(f"kafka/{folder}/LIVECHAT_KAFKA_USER", name)
            self._write(f"kafka/{folder}/LIVECHAT_KAFKA_PASSWORD", password)

    def new_database_passwords(self, roles: Iterable[str]) -> None:
        """Gives these roles, and those that have none yet, passwords, which no process knows before `mount`."""
        for role in roles:
            (self._secrets / "postgres" / role).unlink()
        server = f"{HOST}:{self.servers.ports['postgres']}"
        told = {"POSTGRES": server, "POSTGRES_QUERY": "?sslmode=verify-full", "BACKUPS": ""}
        _run([ROOT / FOLDER / "prepare.sh", self._secrets], told)
        place = {"PGHOST": HOST, "PGPORT": str(self.servers.ports["postgres"]), "PGDATABASE": "postgres"}
        trust = {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(self.servers.authority)}
        told = {**place, **trust, "PGUSER": "postgres", "PASSWORDS": str(self._secrets / "postgres")}
        _run([ROOT / FOLDER / "databases.sh"], told)

    def mount(self) -> None:
        """Every pod's folder as the secrets are now; of files of one name the later one counts, as in a cluster."""
        authority = self.servers.authority.read_text()
        authorities = {"LIVECHAT_KAFKA_CA": authority, "LIVECHAT_DATABASE_CA": authority}
        everything: dict[str, str] = {}
        for name in SERVICES:
            own = {**self._files(name), **self._files(f"kafka/{name}")}
            everything |= own
            self._mount(name, own | authorities)
            self._mount(f"{name}-owner", self._files(f"{name}-owner") | authorities)
        self._mount(OPERATOR, everything | self._files(f"kafka/{OPERATOR}") | authorities)
        self._mount(CREATOR, self._files(f"kafka/{CREATOR}") | authorities)

    def secret(self, pod: str, name: str) -> str:
        """What a file in a pod's folder says."""
        return (self._pods / pod / name).read_text()

    @contextmanager
    def within(self, pod: str = OPERATOR) -> Iterator[None]:
        """What runs in this process has the settings of that pod."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self._environment_of(pod).items():
                patch.setenv(name, value)
            yield

    def livechat(self, *arguments: str, pod: str = OPERATOR) -> Result:
        """A command of ours with the settings of this pod; in a process of its own it would mostly start."""
        with self.within(pod):
            return CliRunner().invoke(app, arguments)

    def pid(self, name: str) -> int:
        """Of a process that has not ended."""
        process = self._processes[name]
        assert process.poll() is None, self.log_of(name).read_text()[-3000:]
        return process.pid

    def end_database_connections(self) -> None:
        """Of everybody but administrators."""
        with psycopg.connect(self.postgres, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'livechat%'"
            )

    def _environment_of(self, name: str) -> dict[str, str]:
        return {**os.environ, **self.variables, "LIVECHAT_SECRETS": str(self._pods / name)}

    def _files(self, folder: str) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self._secrets / folder).iterdir()}

    def _mount(self, pod: str, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            self._put(self._pods / pod / name, text)

    def _write(self, name: str, text: str) -> None:
        self._put(self._secrets / name, text)

    @staticmethod
    def _put(path: Path, text: str) -> None:
        """In its place at once: it may be read at any moment."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}")
        new.write_text(text)
        new.replace(path)


def user_rights() -> dict[str, Rights]:
    """Every user of Kafka with what they may do, as generated for a cluster, and who makes topics outside of one."""
    generated = {one["metadata"]["name"]: one["spec"]["authorization"]["acls"] for one in users()}
    return {**generated, f"kafka-{CREATOR}": listed(creator_acls())}


def _run(command: list[Path], told: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, env={**os.environ, **told}, capture_output=True, text=True, timeout=SCRIPT_WITHIN_S
    )
    assert done.returncode == 0, done.stderr
