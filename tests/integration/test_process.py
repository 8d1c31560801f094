"""A service's process says whether it is well, and why not; told to end, it ends what it has begun, and then itself."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.envelope import Metadata, headers_of
from contracts.gateway import AgentRemoved
from contracts.ids import derived_id, stream
from contracts.personal import encode
from contracts.presence import AgentLeft, AgentWentOffline, AgentWentOnline
from contracts.topics import GATEWAY_EVENTS
from services.chassis.kafka import KafkaSettings, partition_of
from services.chassis.producer import new_producer, running
from services.chassis.tokens import Caller, Signer, read_private_key
from services.cli.infrastructure import LocalServers, Servers
from tests.e2e.system import System
from tests.unique import unique_name
from tests.waiting import eventually

pytestmark = [pytest.mark.real, pytest.mark.fault]

SERVICE = "presence"
DATABASE, CONSUMER = "presence.database", "presence.presence.gateway"
WORKSPACE, ADA, BOB = derived_id("workspace"), derived_id("ada"), derived_id("bob")
ONLINE = json.dumps({"tab": "one"}).encode()
CHANGED_WITHIN_S = 120.0
PATIENT_S = 1.0  # The server itself gives requests a tenth of it before it begins to wait, or to cut off.
OBSERVABILITY = Path(__file__).parents[2] / "docs" / "observability.md"


@dataclass(frozen=True)
class Presence:
    """The process of the presence service, and what it has recorded."""

    system: System

    @property
    def base(self) -> str:
        return self.system.bases[SERVICE]

    def authorisation(self, agent_id: str) -> str:
        """Of an agent; no account is needed for it."""
        key = read_private_key(self.system.variables["LIVECHAT_TOKEN_SIGNING_KEY"])
        signer = Signer(self.system.variables["LIVECHAT_TOKEN_KID"], key)
        caller = Caller(kind="agent", id=agent_id, workspace_id=WORKSPACE, name="Ada", role="agent")
        return f"Bearer {signer.sign(caller, datetime.now(UTC))[0]}"

    async def go_online(self, agent_id: str) -> None:
        headers = {"content-type": "application/json", "authorization": self.authorisation(agent_id)}
        async with httpx.AsyncClient(base_url=self.base, timeout=30) as http:
            answer = await http.post("/api/presence/online", content=ONLINE, headers=headers)
        assert answer.status_code == 200, answer.text

    async def says(self, path: str) -> tuple[int, dict[str, str]]:
        """The status of a health address, and the reasons why not, by check."""
        async with httpx.AsyncClient(base_url=self.base, timeout=10) as http:
            answer = await http.get(path)
        told = answer.json()
        assert told["ok"] == (answer.status_code == 200) == (told["reasons"] == {}), told
        return answer.status_code, told["reasons"]

    async def recorded(self, agent_id: str) -> list[str]:
        """The types of the events of an agent's stream."""
        url = self.system.variables["LIVECHAT_PRESENCE_WORKER_DATABASE"]
        statement = "SELECT type FROM log.events WHERE stream_id = %s ORDER BY version"
        async with await psycopg.AsyncConnection.connect(url) as connection:
            rows = await (await connection.execute(statement, (stream("agent", agent_id),))).fetchall()
        return [type_ for (type_,) in rows]


@pytest.fixture(scope="module")
def system(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Databases and topics of this module; each test starts the process that it needs."""
    folder = tmp_path_factory.mktemp("process")
    system = System(infrastructure, folder, unique_name("proc"))
    try:
        yield system
    finally:
        system.stop_all()


@asynccontextmanager
async def started(system: System, drain_s: int = 15) -> AsyncIterator[Presence]:
    """The process, ready; ended with the context if it has not ended before."""
    system.variables["LIVECHAT_DRAIN_S"] = str(drain_s)
    try:
        await asyncio.to_thread(system.start, SERVICE)
        yield Presence(system)
    finally:
        await asyncio.to_thread(system.stop_all)


@dataclass(frozen=True)
class Begun:
    """A request that the service has begun to answer: it has the headers and half of the body, and waits."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def is_waited_for(self, ending: asyncio.Task[int]) -> None:
        """For a while the process that is to end neither ends nor says anything on this connection nor cuts it."""
        said = asyncio.create_task(self.reader.read(1))
        done, _ = await asyncio.wait({ending, said}, timeout=PATIENT_S)
        assert not done, f"cut off or answered ({said}), or ended ({ending}), before the request was whole"
        said.cancel()
        await asyncio.wait({said})

    async def end(self) -> tuple[int, bytes]:
        """Sends the rest; the answer's status and body, once the connection is closed."""
        self.writer.write(ONLINE[len(ONLINE) // 2 :])
        head, _, body = (await self.reader.read()).partition(b"\r\n\r\n")
        return int(head.split()[1]), body


@asynccontextmanager
async def begun(presence: Presence, agent_id: str) -> AsyncIterator[Begun]:
    """An agent goes online, slowly."""
    url = httpx.URL(presence.base)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        "POST /api/presence/online HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"content-length: {len(ONLINE)}",
        f"authorization: {presence.authorisation(agent_id)}",
        "expect: 100-continue",
    )
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + ONLINE[: len(ONLINE) // 2])
    try:
        # The server says so when the application asks for the body: from then on the request is under way.
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        yield Begun(reader, writer)
    finally:
        writer.close()


async def told_to_end(presence: Presence) -> asyncio.Task[int]:
    """SIGTERM; returns when nobody gets in any more. The task ends with the process, within 30 s, with its status."""
    url = httpx.URL(presence.base)
    ending = asyncio.create_task(asyncio.to_thread(presence.system.stop, SERVICE))

    async def refused() -> bool:
        try:
            _, writer = await asyncio.open_connection(url.host, url.port)
        except ConnectionRefusedError:
            return True
        writer.close()
        return False

    await eventually(refused, what="new connections are refused")
    return ending


async def test_a_process_that_is_told_to_end_answers_what_it_has_begun(system: System) -> None:
    async with started(system) as presence, begun(presence, ADA) as request:
        ending = await told_to_end(presence)
        await request.is_waited_for(ending)
        assert await presence.recorded(ADA) == []

        status, body = await request.end()

        assert status == 200, system.log_of(SERVICE).read_text()
        assert json.loads(body) == {
            "stream": stream("agent", ADA),
            "version": 1,
            "repeated": False,
            "ids": {},
        }
        assert await presence.recorded(ADA) == [AgentWentOnline.TYPE]
        assert await ending == 0


async def test_a_request_that_never_becomes_whole_holds_no_process_up(system: System) -> None:
    async with started(system, drain_s=1) as presence, begun(presence, BOB):
        ending = await told_to_end(presence)

        assert await ending == 0
        assert await presence.recorded(BOB) == []


async def test_a_process_tells_every_metric_of_services_that_operators_are_told_of(system: System) -> None:
    rows = re.findall(r"^\| (`livechat_.*) \| service", OBSERVABILITY.read_text(), re.MULTILINE)
    told = {name.removesuffix("_total") for row in rows for name in re.findall(r"`(livechat_\w+)`", row)}
    async with started(system) as presence:
        await presence.go_online(derived_id("cid"))
        async with httpx.AsyncClient(base_url=presence.base, timeout=10) as http:
            text = (await http.get("/metrics")).text

    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert len(told) >= 10
    assert told <= set(families)
    roles = {one.labels["role"]: one.value for one in families["livechat_role_running"].samples}
    assert roles[f"{SERVICE}.relay"] == 1
    asked = {"service": SERVICE, "route": "/online", "method": "POST", "status": "200"}
    requests = [one for one in families["livechat_http_requests"].samples if one.labels == asked]
    assert [one.value for one in requests if one.name.endswith("_total")] == [1]
    ages = {one.labels["outbox"] for one in families["livechat_outbox_age_seconds"].samples}
    assert ages == {"events", "state"}


async def removed(system: System, agent_id: str) -> None:
    """The gateway tells that the agent is no longer of the workspace."""
    name, id_ = stream("account", agent_id), derived_id("removed", agent_id)
    event = AgentRemoved(agent_id=agent_id, at=datetime.now(UTC))
    metadata = Metadata(WORKSPACE, id_, id_, id_, "service:test")
    headers = headers_of(
        event_id=id_, type_=event.TYPE, stream=name, version=1, at=event.at, metadata=metadata, hash_=b""
    )
    kafka = KafkaSettings(kafka=system.kafka, topic_prefix=system.prefix)
    topic, partition = kafka.naming.of(GATEWAY_EVENTS), partition_of(name)
    async with running(new_producer(kafka)) as producer:
        await producer.send_and_wait(topic, encode(event), name.encode(), partition, headers=headers)


async def readiness(presence: Presence, wanted: int, names: Set[str] = frozenset()) -> None:
    """Returns when /readyz answers this and names all of these; the process is worth keeping all the time."""

    async def is_told() -> bool:
        assert await presence.says("/livez") == (200, {})
        status, reasons = await presence.says("/readyz")
        return status == wanted and names <= reasons.keys()

    await eventually(is_told, within_s=CHANGED_WITHIN_S, every_s=0.2, what=f"{wanted} {names}")


async def test_readiness_names_the_database_and_the_consumer_until_they_are_well(
    lab: LocalServers, tmp_path: Path, unique: str
) -> None:
    system = await asyncio.to_thread(System, lab.servers, tmp_path, unique)
    async with started(system) as presence:
        await presence.go_online(ADA)
        await readiness(presence, 200)

        await asyncio.to_thread(lab.crash_postgres)
        await removed(system, ADA)
        await readiness(presence, 503, {DATABASE, CONSUMER})

        await asyncio.to_thread(lab.start_postgres)
        await readiness(presence, 200)
        assert await presence.recorded(ADA) == [AgentWentOnline.TYPE, AgentWentOffline.TYPE, AgentLeft.TYPE]
