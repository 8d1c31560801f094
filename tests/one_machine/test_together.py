"""The containers of one machine do together what docs/one-machine.md says of them.

`make one-machine-check` names the images. It takes this machine's ports 80 and 443, and root: containers' processes are
ended from outside. The tests build on each other, in the written order.
"""

import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from deploy.routes import ways
from services.cli.catalogue import SERVICES
from tests.one_machine.machine import PROJECT, SITE, STAYING, Machine, docker, run
from tests.waiting import eventually_sync

IMAGE, NEXT = os.environ.get("LIVECHAT_ONE_MACHINE", ""), os.environ.get("LIVECHAT_NEXT_IMAGE", "")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not IMAGE, reason="LIVECHAT_ONE_MACHINE names no image: `make image images one-machine-check`"
    ),
    pytest.mark.timeout(900),
]

GUIDE = Path(__file__).parents[2] / "docs" / "one-machine.md"
OTHERS = {
    "KAFKA_IMAGE": "livechat/kafka:4.4.0",
    "POSTGRES_IMAGE": "livechat/postgres:15",
    "PROXY_IMAGE": "livechat/proxy:2",
}
ONCE = ("databases", "topics", *(f"migrate-{name}" for name in SERVICES))
ASK_EVERY_S = 0.2
DEMONSTRATION = """
import asyncio, sys
from contracts.topics import Naming
from services.cli.catalogue import SERVICES
from services.cli.demo.show import demonstrate
bases = dict.fromkeys(SERVICES, sys.argv[1])
wrong = asyncio.run(demonstrate(bases, sys.argv[2], "kafka:9092", Naming(), print))
sys.exit("\\n".join(wrong) or 0)
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """An installation, from nothing to healthy."""
    one = Machine(tmp_path_factory.mktemp("one-machine"), {"LIVECHAT_IMAGE": IMAGE, **OTHERS})
    one.prepare()
    begun_s = time.monotonic()
    try:
        one.compose("up", "--detach")
        one.until_healthy()
        print(f"all healthy after {time.monotonic() - begun_s:.0f} s")
        yield one
    finally:
        one.compose("down", "--volumes", "--timeout", "10")


def test_a_backup_holds_what_the_log_does_not(machine: Machine) -> None:
    line = re.search(r"docker compose run --rm -T livechat (backup --keep \d+)$", GUIDE.read_text(), re.M)
    assert line is not None

    said = machine.livechat(*line[1].split())

    (made,) = (machine.folder / "backups").glob("*.backup")
    assert made.name in said
    assert made.stat().st_mode & 0o077 == 0


def test_everything_runs_and_what_is_done_once_was_done(machine: Machine) -> None:
    assert {name: machine.state(name)["ExitCode"] for name in ONCE} == dict.fromkeys(ONCE, 0)
    machine.until_well()


def test_each_way_leads_through_tls_to_its_service_and_no_other_does(machine: Machine) -> None:
    with machine.browser() as browser:
        away = [way.path for way in ways() if browser.get(way.path).status_code >= 500]
        closed = {
            path: browser.get(path).status_code for path in ("/metrics", "/readyz", "/api/crm/metrics", "/x")
        }

        assert away == []
        assert set(closed.values()) == {404}, closed
        assert browser.get("/inbox").is_success
        # Of a playbook that is none, but the gateway says so: what leads nowhere has no body.
        assert browser.get(f"/widget/{UUID(int=1)}/{UUID(int=2)}.js").json()["code"] == "not_found"
        plain = httpx.get("http://127.0.0.1/inbox", headers={"host": SITE})
        assert plain.headers["location"] == f"https://{SITE}/inbox"


def test_the_demonstration_passes_through_the_proxy(machine: Machine) -> None:
    link = dict(
        line.split(" ", 1)
        for line in machine.livechat("workspace", "create", "Demo", "ana@example.com").splitlines()
    )["link"].strip()
    client = docker(
        "create", f"--network={PROJECT}_inside", f"--add-host={SITE}:{machine.address_of_proxy()}",
        "--read-only", "--cap-drop=ALL", "--tmpfs=/tmp", f"--volume={machine.authority()}:/authority.crt:ro",
        "--env=SSL_CERT_FILE=/authority.crt", IMAGE, "python", "-c", DEMONSTRATION, f"https://{SITE}", link,
    ).strip()  # fmt: skip
    try:
        docker("network", "connect", f"{PROJECT}_front", client)
        said = docker("start", "--attach", client)
    finally:
        docker("rm", "--force", client)

    assert "log, transcripts, folders, files and answers agree" in said


@pytest.mark.parametrize("name", STAYING)
def test_what_is_killed_comes_back_by_itself(machine: Machine, name: str) -> None:
    before = machine.state(name)["Pid"]

    os.kill(before, signal.SIGKILL)

    eventually_sync(
        lambda: machine.state(name)["Pid"] not in (0, before), within_s=120, what=f"another {name}"
    )
    machine.until_healthy()


def test_what_hangs_is_restarted_by_the_line_of_the_guide(machine: Machine) -> None:
    line = re.search(r"^ +\* \* \* \* \* (docker ps .+)$", GUIDE.read_text(), re.M)
    assert line is not None
    assert "com.docker.compose.project=livechat " in line[1]
    restarts = line[1].replace("project=livechat ", f"project={PROJECT} ")

    docker("kill", "--signal=STOP", machine.id_of("crm"))
    eventually_sync(
        lambda: machine.state("crm")["Health"]["Status"] == "unhealthy",
        within_s=180,
        what="a check that fails",
    )
    others = {name: machine.state(name)["Pid"] for name in STAYING if name != "crm"}
    run("sh", "-c", restarts)

    machine.until_healthy("crm")
    assert {name: machine.state(name)["Pid"] for name in others} == others


class Asking:
    """Somebody who asks every service, again and again, and counts what came of it."""

    def __init__(self, browser: httpx.Client) -> None:
        self._browser, self._ending = browser, threading.Event()
        self.answers, self.slowest_s = Counter[str](), 0.0
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def finish(self) -> None:
        """Ends when each service was asked once more."""
        self._ending.set()
        self._thread.join(120)

    def _ask(self) -> None:
        while not self._ending.is_set():
            for service in SERVICES:
                begun_s = time.monotonic()
                try:
                    answer = self._browser.get(f"/api/{service}/nothing")
                    self.answers["5xx" if answer.status_code >= 500 else "answered"] += 1
                except httpx.TransportError as error:
                    self.answers[repr(error)] += 1
                self.slowest_s = max(self.slowest_s, time.monotonic() - begun_s)
                self._ending.wait(ASK_EVERY_S)


def test_an_upgrade_keeps_people_waiting_and_refuses_nobody(machine: Machine) -> None:
    following = NEXT or f"{IMAGE}-again"
    if not NEXT:
        docker("tag", IMAGE, following)
    before = {name: machine.id_of(name) for name in SERVICES}
    with machine.browser() as browser:
        asking = Asking(browser)
        begun_s = time.monotonic()
        machine.say({"LIVECHAT_IMAGE": following})
        machine.compose("up", "--detach")
        machine.until_healthy()
        took_s = time.monotonic() - begun_s
        asking.finish()

    told = f"{took_s:.0f} s; {dict(asking.answers)}, the slowest after {asking.slowest_s:.1f} s"
    print(told)
    assert set(asking.answers) == {"answered"}, told
    assert [name for name in SERVICES if machine.id_of(name) == before[name]] == []
    assert {
        docker("inspect", "--format", "{{.Config.Image}}", machine.id_of(name)).strip() for name in SERVICES
    } == {following}
    machine.until_well()
