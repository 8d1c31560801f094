"""The two servers as local processes: certificates of an authority of their own, and no way in without TLS."""

import signal
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.cli.infrastructure import InfrastructureSettings, kafka, postgres
from services.cli.infrastructure.kafka_cache import has_jars, provide_kafka
from services.cli.infrastructure.keeping import Keeping
from services.cli.infrastructure.locks import hold
from services.cli.infrastructure.ports import kept_ports
from services.cli.infrastructure.tools import Machine, provide
from tests.certificates import Authority
from tests.waiting import eventually, eventually_sync

HOST, ADMINISTRATOR = "localhost", "administrator"
KEYSTORE, TRUST, SERVER_CERTIFICATE, SERVER_KEY = "broker.pem", "ca.pem", "server.crt", "server.key"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
PORTS = ("clients", "brokers", "controller", "postgres")


@dataclass(frozen=True)
class SecuredServers:
    """The running servers, and what their administrators have."""

    keeping: Keeping
    ports: dict[str, int]
    folder: Path
    postgres_password: str

    @property
    def kafka(self) -> str:
        """Where users come in, by SASL over TLS."""
        return f"{HOST}:{self.ports['clients']}"

    @property
    def authority(self) -> Path:
        """The certificate of who signed those of both servers."""
        return self.folder / TRUST

    @property
    def trusting(self) -> ssl.SSLContext:
        """Verifies both servers."""
        return ssl.create_default_context(cafile=str(self.authority))

    def postgres_url(self, database: str, user: str, password: str, mode: str = "verify-full") -> str:
        """A way into a database."""
        way = f"postgresql://{user}:{password}@{HOST}:{self.ports['postgres']}/{database}?sslmode={mode}"
        return f"{way}&sslrootcert={self.authority}&connect_timeout=10"

    @property
    def administrators_url(self) -> str:
        """The way in of PostgreSQL's administrator."""
        return self.postgres_url("postgres", "postgres", self.postgres_password)

    @asynccontextmanager
    async def administration(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """Kafka's administrator, who comes in by a certificate, where brokers do."""
        context = self.trusting
        context.load_cert_chain(self.folder / f"{ADMINISTRATOR}.pem")
        admin = AIOKafkaAdminClient(
            bootstrap_servers=f"{HOST}:{self.ports['brokers']}",
            security_protocol="SSL",
            ssl_context=context,
            request_timeout_ms=10_000,
        )
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()

    async def start_kafka_again(self) -> None:
        """Ends every connection to Kafka, and returns when it lets in."""
        self.keeping.end(kafka.NAME, signal.SIGTERM)
        self.keeping.restart(kafka.NAME)
        await self.kafka_answers()

    async def kafka_answers(self) -> None:
        """Returns when a broker is registered and a controller is known."""

        async def answers() -> bool:
            self.keeping.check_running(kafka.NAME)
            try:
                async with self.administration() as admin:
                    return bool((await admin.describe_cluster())["controller_id"] >= 0)
            except (KafkaError, OSError):
                return False

        await eventually(answers, every_s=0.2, what="Kafka answers its administrator")

    def postgres_answers(self) -> None:
        """Returns when its administrator is let in."""

        def answers() -> bool:
            self.keeping.check_running(postgres.NAME)
            try:
                psycopg.connect(self.administrators_url).close()
            except psycopg.OperationalError:
                return False
            return True

        eventually_sync(answers, what="PostgreSQL answers its administrator")


@contextmanager
def secured_servers(folder: Path) -> Iterator[SecuredServers]:
    """Both servers under this folder, for as long as the context lasts. Both have to be waited for."""
    settings = InfrastructureSettings(infra="local", data=folder)

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    machine = Machine()
    with hold(folder, say) as lock:
        tools = provide(machine, say, not has_jars(settings.cache), None)
        runtime = provide_kafka(settings, tools.java, tools.maven, say)
        ports, logs = kept_ports(folder, PORTS), folder / "logs"
        _certificates(folder)
        keeping = Keeping(folder, lock)
        try:
            place = folder / "kafka"
            properties = kafka.prepare_node(place, runtime.formatted, ports["clients"], ports["controller"])
            # Of a name that is there twice, the later one counts.
            with properties.open("a") as file:
                file.write("".join(f"{name}={value}\n" for name, value in _kafka(folder, ports).items()))
            keeping.start(kafka.broker(runtime, kafka.start_flags(settings), properties, logs / "kafka.log"))

            account = postgres.unprivileged(machine)
            place = folder / "postgres"
            password = postgres.prepare_cluster(place, settings.durable, tools.postgres, account)
            _let_in_by_tls_alone(place / "data")
            cluster = (place, ports["postgres"], settings.durable, tools.postgres, account)
            keeping.start(postgres.cluster_process(*cluster, logs / "postgres.log"))
            yield SecuredServers(keeping, ports, folder, password)
        finally:
            keeping.close()


def _certificates(folder: Path) -> None:
    authority = Authority("the servers' authority")
    (folder / TRUST).write_text(authority.pem)
    for name, file in ((HOST, KEYSTORE), (ADMINISTRATOR, f"{ADMINISTRATOR}.pem")):
        certificate, key = authority.signs(name)
        (folder / file).write_text(key + certificate)
    certificate, key = authority.signs(HOST)
    # Before the cluster is made: its folder, with all that is in it, is given to whom PostgreSQL runs as.
    (folder / "postgres").mkdir(mode=0o700)
    (folder / "postgres" / SERVER_CERTIFICATE).write_text(certificate)
    (folder / "postgres" / SERVER_KEY).touch(mode=0o600)
    (folder / "postgres" / SERVER_KEY).write_text(key)


def _kafka(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """Users come by SASL, brokers and controllers by certificates; who is allowed nothing by name may do nothing."""
    ways = {"CLIENTS": ports["clients"], "BROKERS": ports["brokers"]}
    listeners = [
        f"{name}://127.0.0.1:{port}" for name, port in (*ways.items(), ("CONTROLLER", ports["controller"]))
    ]
    return {
        "listeners": ",".join(listeners),
        "advertised.listeners": ",".join(f"{name}://{HOST}:{port}" for name, port in ways.items()),
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,BROKERS:SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "BROKERS",
        "controller.quorum.voters": f"1@{HOST}:{ports['controller']}",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / KEYSTORE),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / TRUST),
        "listener.name.brokers.ssl.client.auth": "required",
        "listener.name.controller.ssl.client.auth": "required",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": f"User:CN={HOST};User:CN={ADMINISTRATOR}",
    }


def _let_in_by_tls_alone(cluster: Path) -> None:
    ways = "".join(f"hostssl all all {address} scram-sha-256\n" for address in ("127.0.0.1/32", "::1/128"))
    (cluster / "pg_hba.conf").write_text(ways)
    told = {"ssl": "on", "ssl_cert_file": f"'../{SERVER_CERTIFICATE}'", "ssl_key_file": f"'../{SERVER_KEY}'"}
    with (cluster / "postgresql.conf").open("a") as file:
        file.write("".join(f"{name} = {value}\n" for name, value in told.items()))
