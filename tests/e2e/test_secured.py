"""All services on servers that let in by TLS and passwords alone, each with the rights that deploy/ gives it."""

import asyncio
import gc
import json
import shutil
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from contracts.topics import CRM_EVENTS, PLAYBOOK_EVENTS, TOPICS
from services.cli.catalogue import SERVICES
from services.cli.demo.reckoning import disagreements, read_history
from services.cli.demo.story import Story
from services.cli.demo.told import Told
from tests.certificates import Authority
from tests.secured.installation import SecuredSystem
from tests.secured.servers import secured_servers
from tests.waiting import eventually, eventually_sync

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(shutil.which("psql") is None, reason="The scripts that make databases ask psql."),
]
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Chat(Story):
    """One chat from the first card to its end, with files and a lead, and all that comes before it."""

    async def run(self) -> Told:
        await self._set_up()
        await self._whole_chat()
        return self.told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secured")


@pytest.fixture(scope="module")
def system(folder: Path) -> Iterator[SecuredSystem]:
    with secured_servers(folder) as servers:
        servers.postgres_answers()
        made = SecuredSystem(servers, folder)
        made.found()
        try:
            made.start(*SERVICES)
            yield made
        finally:
            made.stop_all()


def chat_that_agrees_with_the_log(system: SecuredSystem) -> Told:
    """A whole chat, and what the operator's user then reads of it in Kafka."""

    async def work() -> Told:
        async with Chat(system.bases, system.new_workspace(), lambda _: None) as chat:
            told = await chat.run()

        wrong: list[str] = []

        async def agreed() -> bool:
            history = await read_history(system.kafka, system.naming, told.workspace_id)
            wrong[:] = disagreements(history, told)
            return not wrong

        try:
            await eventually(agreed, every_s=0.2, what="log and answers agree")
        except AssertionError:
            assert wrong == []
            raise
        return told

    with system.within():
        return asyncio.run(work())


def test_a_whole_chat_runs_and_operators_read_it(system: SecuredSystem) -> None:
    told = chat_that_agrees_with_the_log(system)

    done = system.livechat("replay", "--workspace", told.workspace_id)
    assert done.exit_code == 0, done.output
    types = {json.loads(line)["type"].split(".")[1] for line in done.stdout.splitlines()}
    assert types >= {
        "visit_started", "live_chat_requested", "conversation_started", "assigned", "message_posted",
        "lead_created", "closed", "agent_went_online", "notices_decided", "agent_joined",
    }  # fmt: skip


def test_operators_look_at_everything_and_a_pod_says_what_it_may_not(system: SecuredSystem) -> None:
    eventually_sync(
        lambda: system.livechat("doctor").stdout == "All is well.\n",
        every_s=1,
        what="all is well in the operator's eyes",
    )

    of_one = system.livechat("doctor", "--place", "cluster", pod="crm")
    assert of_one.exit_code == 2
    found = dict(line.split(": ", 1)[::-1] for line in of_one.stdout.splitlines() if line[0] != " ")
    others = [name for name in SERVICES if name != "crm"]
    hidden, unread, unknown = found
    assert [*found.values()] == ["topics", "topics", f"database of {', '.join(others)}"]
    assert hidden.startswith("kafka-crm may not look at presence.events.v1, ")
    assert CRM_EVENTS.name not in hidden
    assert unread.startswith("kafka-crm may not look at the settings of ")
    assert CRM_EVENTS.name in unread
    assert all(f"LIVECHAT_{name.upper()}_WORKER_DATABASE" in unknown for name in others)
    assert "create job --from=cronjob/operator" in of_one.stdout

    parked = system.livechat("parked", "list", pod="crm")
    assert (parked.exit_code, parked.stdout) == (0, "")
    assert ", ".join(others) in parked.stderr
    assert system.livechat("parked", "list", "playbook", pod="crm").exit_code == 1


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_writes_no_topic_but_its_own(system: SecuredSystem, name: str) -> None:
    async with sending(system, name) as producer:
        for topic in TOPICS:
            if topic.owner != name:
                with pytest.raises(TopicAuthorizationFailedError):
                    await producer.send_and_wait(topic.name, b"not mine", key=b"x")


async def test_operators_write_no_topic_and_services_use_no_group_of_others(system: SecuredSystem) -> None:
    async with sending(system, "operator") as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(CRM_EVENTS.name, b"not mine", key=b"x")

    consumer = AIOKafkaConsumer(PLAYBOOK_EVENTS.name, group_id="playbook.visits", **way_in(system, "crm"))
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
    finally:
        await consumer.stop()


@asynccontextmanager
async def sending(system: SecuredSystem, name: str, **other: Any) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that comes in as this service does."""
    producer = AIOKafkaProducer(**{**way_in(system, name), "request_timeout_ms": 5_000, **other})
    try:
        await producer.start()
        yield producer
    finally:
        await producer.stop()


def way_in(system: SecuredSystem, name: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": system.kafka,
        "security_protocol": "SASL_SSL",
        "ssl_context": system.servers.trusting,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": f"kafka-{name}",
        "sasl_plain_password": system.secret(name, "LIVECHAT_KAFKA_PASSWORD"),
    }


async def is_refused(system: SecuredSystem, **other: Any) -> None:
    with pytest.raises(KafkaError):
        async with sending(system, "crm", **other):
            pass
    gc.collect()  # The client leaves it to the collector to close what was refused, which warns of it.


@UNCLOSED
@pytest.mark.parametrize(
    "other",
    [
        {"security_protocol": "SASL_PLAINTEXT"},
        {"security_protocol": "PLAINTEXT"},
        {"security_protocol": "SSL"},
        {"sasl_plain_password": "another"},
        {"sasl_plain_username": "kafka-nobody"},
        {"ssl_context": ssl.create_default_context(cadata=Authority("somebody else").pem)},
    ],
    ids=lambda other: "-".join(map(str, other)),
)
async def test_kafka_lets_nobody_in_otherwise(system: SecuredSystem, other: dict[str, Any]) -> None:
    await is_refused(system, **other)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda url: url.replace("verify-full", "disable"), "no encryption"),
        (
            lambda url: url.replace(":", ":another", 2).replace("postgresql:another", "postgresql:"),
            "password",
        ),
        (lambda url: url.replace("/livechat_crm?", "/livechat_playbook?"), "permission denied for database"),
        (lambda url: url.replace("@localhost", "@127.0.0.1"), "127.0.0.1"),
    ],
    ids=["without-tls", "another-password", "another-database", "another-name"],
)
@pytest.mark.parametrize("kind", ["", "WORKER_", "OWNER_"])
def test_postgresql_lets_nobody_in_otherwise(
    system: SecuredSystem, kind: str, change: Callable[[str], str], refusal: str
) -> None:
    pod = "crm-owner" if kind == "OWNER_" else "crm"
    url = f"{system.secret(pod, f'LIVECHAT_CRM_{kind}DATABASE')}&sslrootcert={system.servers.authority}"
    psycopg.connect(url).close()

    with pytest.raises(psycopg.OperationalError, match=refusal):
        psycopg.connect(change(url))


def test_a_postgresql_of_another_authority_is_not_believed(system: SecuredSystem, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(Authority("somebody else").pem)
    url = system.secret("crm", "LIVECHAT_CRM_DATABASE")

    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(f"{url}&sslrootcert={tmp_path / 'ca.pem'}")


@UNCLOSED
def test_new_passwords_are_taken_up_without_a_restart(system: SecuredSystem) -> None:
    before = {name: system.pid(name) for name in SERVICES}
    old_url = f"{system.secret('crm', 'LIVECHAT_CRM_DATABASE')}&sslrootcert={system.servers.authority}"
    roles = [f"livechat_{name}{suffix}" for name in SERVICES for suffix in ("", "_worker")]

    async def others() -> None:
        await system.new_kafka_passwords([f"kafka-{name}" for name in SERVICES])
        await system.servers.start_kafka_again()
        await is_refused(system)

    system.new_database_passwords(roles)
    system.end_database_connections()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(old_url)
    asyncio.run(others())
    system.mount()

    for name in SERVICES:
        system.await_ready(name)
    chat_that_agrees_with_the_log(system)
    assert {name: system.pid(name) for name in SERVICES} == before


def test_operators_fill_a_store_from_kafka(system: SecuredSystem) -> None:
    running = system.livechat("restore", "conversation")
    assert running.exit_code == 1
    assert "Somebody works on conversation's database" in running.stderr

    system.stop("conversation")
    done = system.livechat("restore", "conversation")
    system.start("conversation")

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("conversation: 0 events read; 0 put back;")
    reactions = len(SERVICES["conversation"].reactions)
    assert done.stdout.endswith(f"{reactions} reactions go on from where they were\n")
    chat_that_agrees_with_the_log(system)


def test_what_nobody_can_read_is_parked_and_given_up_by_operators(system: SecuredSystem) -> None:
    # The last test: what it sends stays in the log, and whoever reads all of it with nobody to park it stops there.
    async def send() -> None:
        async with sending(system, "playbook") as producer:
            await producer.send_and_wait(PLAYBOOK_EVENTS.name, b"no event", key=b"visit-none")

    def parked() -> list[list[str]]:
        return [line.split() for line in system.livechat("parked", "list", "crm").stdout.splitlines()]

    def by_all() -> list[list[str]]:
        found = parked()
        return found if {row[2] for row in found} == consumers else []

    consumers = {one.name for one in SERVICES["crm"].consumers if one.topic == PLAYBOOK_EVENTS}
    asyncio.run(send())

    for _, number, consumer, *_ in eventually_sync(by_all, what="crm has parked it"):
        assert "no event" in system.livechat("parked", "show", "crm", number).stdout
        again = system.livechat("parked", "retry", "crm", number)
        assert (again.exit_code, "is parked again" in again.stdout) == (1, True)
        (there,) = [one[1] for one in parked() if one[2] == consumer]
        given_up = system.livechat("parked", "drop", "crm", there, "--reason", "a test's", "--by", "ana")
        assert given_up.exit_code == 0, given_up.output
    assert parked() == []
    assert len(system.livechat("parked", "dropped", "crm").stdout.splitlines()) == len(consumers)
