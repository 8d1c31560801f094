"""Servers, databases and topics of one run: named after it, and gone after it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import sql

from services.chassis.kafka import KafkaSettings
from services.chassis.migrate import DatabaseUrls, provision
from services.cli.infrastructure import InfrastructureSettings, Servers, servers

DATA = Path(".livechat/bench")


@dataclass
class Lab:
    """What benchmarks run on. `quick` asks for small counts: the figures then say little, the code is run."""

    servers: Servers
    prefix: str
    quick: bool
    part: str = ""
    _folders: list[Path] = field(default_factory=list)

    def of(self, part: str) -> "Lab":
        """The lab of one benchmark, with databases and topics of its own."""
        return Lab(self.servers, self.prefix, self.quick, part)

    @property
    def names(self) -> str:
        """What the names of this benchmark's databases and topics begin with."""
        return f"{self.prefix}{self.part}_"

    def count(self, full: int, quick: int) -> int:
        """How many, by the size of the run."""
        return quick if self.quick else full

    @property
    def kafka(self) -> KafkaSettings:
        """Kafka with topics of this benchmark."""
        return KafkaSettings(kafka=self.servers.kafka, topic_prefix=self.names)

    async def database(self, service: str) -> DatabaseUrls:
        """A migrated database of this service."""
        return await provision(self.servers.postgres, service, prefix=self.names)

    def admin_url(self, database: str) -> str:
        """The administrator's URL of a database."""
        return f"{self.servers.postgres.rpartition('/')[0]}/{database}"

    async def empty_database(self, name: str) -> str:
        """A database for a peer; answers the administrator's URL of it."""
        database = f"{self.names}{name}"
        async with await psycopg.AsyncConnection.connect(self.servers.postgres, autocommit=True) as admin:
            await admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.admin_url(database)

    async def remove(self) -> None:
        """Drops the databases, roles and topics of the run."""
        pattern = self.prefix.replace("_", r"\_") + "%"
        async with await psycopg.AsyncConnection.connect(self.servers.postgres, autocommit=True) as admin:
            found = await admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (pattern,))
            for (name,) in await found.fetchall():
                await admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            found = await admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", (pattern,))
            for (name,) in await found.fetchall():
                await admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
        kafka = AIOKafkaAdminClient(bootstrap_servers=self.servers.kafka)
        await kafka.start()
        try:
            ours = [topic for topic in await kafka.list_topics() if topic.startswith(self.prefix)]
            if ours:
                await kafka.delete_topics(ours)
        finally:
            await kafka.close()


@contextmanager
def running_lab(quick: bool) -> Iterator[Lab]:
    """Durable servers for as long as the context lasts: the figures are about what survives a power cut."""
    settings = InfrastructureSettings(data=DATA, kafka_full_jit=True, durable=True)
    with servers(settings, lambda line: print(line, file=sys.stderr)) as found:
        yield Lab(found, f"bench{os.getpid()}_", quick)
