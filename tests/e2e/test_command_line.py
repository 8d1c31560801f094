"""What operators do at the command line, on a running system."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from contracts.topics import CRM_EVENTS, TOPICS, Naming
from services.cli.catalogue import SERVICES
from services.cli.infrastructure import Servers
from tests.e2e.system import System, running
from tests.waiting import eventually, eventually_sync

pytestmark = pytest.mark.real


SMALL_BATCHES = """
from services.chassis import rebuild
from services.cli.__main__ import main

rebuild.RECORDS_MAX = 2
main()
"""
"""The command line to which a handful of events is what thousands are to ours: more than it folds at once."""
PROGRESS = re.compile(r"  ([\d,]+) of ([\d,]+) events, [\d,]+/s, \d+ s left")


def livechat(
    system: System, *arguments: str, status: int = 0, program: Sequence[str] = ("-m", "services.cli")
) -> str:
    """Runs the command line beside the system; answers what it printed."""
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        env={**os.environ, **system.variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_topics_are_listed_as_agreed(system: System) -> None:
    told = livechat(system, "topics")

    assert [line.split()[0] for line in told.splitlines()] == [system.prefix + topic.name for topic in TOPICS]


def test_a_workspace_and_an_invitation_are_recorded_and_can_be_replayed(system: System) -> None:
    made = dict(
        line.split(" ", 1) for line in livechat(system, "workspace", "create", "Cli", "a@b.co").splitlines()
    )
    assert made["open"] == f"{system.variables['LIVECHAT_ORIGINS'].split(',')[0]}/inbox/join#{made['link']}"
    livechat(system, "agent", "invite", made["workspace"], "c@d.co", "--role", "editor")

    def events() -> list[str]:
        told = livechat(system, "replay", "--topic", "gateway.events.v1", "--workspace", made["workspace"])
        return sorted(json.loads(line)["type"].split(".")[1] for line in told.splitlines())

    recorded = ["agent_invited", "agent_invited", "workspace_created"]
    eventually_sync(lambda: events() == recorded, within_s=120, what="the events of a workspace")


def test_an_agent_is_listed_gets_a_way_back_and_is_removed(system: System) -> None:
    made = dict(
        line.split(" ", 1) for line in livechat(system, "workspace", "create", "Ops", "a@b.co").splitlines()
    )
    place, base = made["workspace"], f"{system.bases['gateway']}/api/gateway"
    joined = {"link": made["link"], "name": "Ana", "password": "three grey herons"}
    httpx.post(f"{base}/links/redeem", json=joined).raise_for_status()
    invited = livechat(system, "agent", "invite", place, "c@d.co", "--role", "editor")

    link = dict(
        line.split(" ", 1) for line in livechat(system, "agent", "reset", place, "A@b.co").splitlines()
    )
    reset = {"link": link["link"], "password": "four grey herons"}
    assert httpx.post(f"{base}/links/reset", json=reset).json()["agent_id"] == made["agent"]
    assert livechat(system, "agent", "remove", place, "c@d.co").split()[1] in invited
    assert "keeps at least one owner" in livechat(system, "agent", "remove", place, made["agent"], status=1)
    assert "There is no such agent" in livechat(system, "agent", "reset", place, "c@d.co", status=1)

    def listed() -> bool:
        rows = [line.split("\t")[1:] for line in livechat(system, "agent", "list", place).splitlines()]
        return sorted(rows) == [["joined", "owner", "a@b.co", "Ana"], ["removed", "editor", "c@d.co", ""]]

    eventually_sync(listed, within_s=120, what="the team")


def test_what_does_not_exist_is_told_in_a_sentence(system: System) -> None:
    assert "There is no service mail" in livechat(system, "rebuild", "mail", "all", status=1)
    assert "crm has no model nothing; it has" in livechat(system, "rebuild", "crm", "nothing", status=1)
    assert "There is no event topic x" in livechat(system, "replay", "--topic", "x", status=1)
    assert "There is no role boss" in livechat(
        system, "agent", "invite", "w", "a@b.co", "--role", "boss", status=1
    )
    assert "There is no such workspace" in livechat(system, "agent", "invite", "w", "a@b.co", status=1)
    assert "crm has no parked event 999999" in livechat(system, "parked", "show", "crm", "999999", status=1)


def test_a_model_is_rebuilt_with_its_figures_told(system: System) -> None:
    told = livechat(system, "rebuild", "gateway", "all")

    for model in ("open_playbooks", "inbox", "agents", "transcripts", "walks", "team"):
        assert f"{model}: " in told
    assert "swapped in" in told


def test_a_long_rebuild_tells_how_far_it_is_how_fast_and_how_long_it_will_take(system: System) -> None:
    for _ in range(3):
        system.new_workspace()

    def relayed() -> bool:
        told = livechat(system, "replay", "--topic", "gateway.events.v1")
        return len(told.splitlines()) >= 6

    eventually_sync(relayed, within_s=120, what="two events of each workspace")
    told = livechat(system, "rebuild", "gateway", "team", program=("-c", SMALL_BATCHES))

    assert [line for line in told.splitlines() if line.startswith("team: ")]
    shown = [PROGRESS.fullmatch(line) for line in told.splitlines() if line.startswith("  ")]
    assert shown
    assert all(shown), told
    figures = [[int(figure.replace(",", "")) for figure in one.groups()] for one in shown if one]
    assert figures == sorted(figures)
    assert all(0 < done <= total for done, total in figures)


@pytest.fixture
def crm(infrastructure: Servers, tmp_path: Path, unique: str) -> Iterator[System]:
    """A system whose log may hold what no other test should read."""
    with running(infrastructure, tmp_path, unique, "crm") as found:
        yield found


@pytest.mark.timeout(900)  # It starts the command line a dozen times.
async def test_a_poison_event_is_parked_and_shown_with_its_reason(crm: System) -> None:
    system, service = crm, SERVICES["crm"]
    topic = Naming(system.prefix).of(CRM_EVENTS)
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka)
    await producer.start()
    try:
        await producer.send_and_wait(
            topic, b'{"not": "ours"}', key=b"lead-poison", headers=[("ce_id", b"\xff")]
        )
    finally:
        await producer.stop()

    sources = [*(model.source for model in service.models), *(one.source for one in service.reactions)]
    consumers = sources.count(CRM_EVENTS)

    async def listed() -> list[str]:
        lines = livechat(system, "parked", "list", "crm").splitlines()
        return lines if len(lines) == consumers else []

    line, *others = await eventually(listed, within_s=120, what="every reader of the topic parks the event")
    assert all("lead-poison" in line and "a header cannot be read" in line for line in (line, *others))
    shown = livechat(system, "parked", "show", "crm", line.split()[1])
    assert "lead-poison" in shown
    assert '{"not": "ours"}' in shown

    id_ = line.split()[1]
    assert "Say what to retry" in livechat(system, "parked", "retry", "crm", status=1)
    again = livechat(system, "parked", "retry", "crm", id_, status=1)
    assert "lead-poison: 0 taken" in again
    assert "a header cannot be read" in again
    id_ = again.partition("; ")[2].split()[0]
    assert "has no parked event 999999" in livechat(
        system, "parked", "drop", "crm", "999999", "--reason", "x", status=1
    )
    for dropped in (id_, *(other.split()[1] for other in others)):
        told = livechat(system, "parked", "drop", "crm", dropped, "--reason", "Not ours.", "--by", "ops")
        assert f"crm {dropped} " in told
        assert "lead-poison dropped by ops: Not ours." in told
    assert "ops: Not ours. (parked: " in livechat(system, "parked", "dropped", "crm")
    assert livechat(system, "parked", "list", "crm") == ""
    assert "Nothing is parked" in livechat(system, "parked", "retry", "crm", "--consumer", "outcomes")
