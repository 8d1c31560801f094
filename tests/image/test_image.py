"""The image holds Python, our code and nothing to break in with, and does its work without any privilege.

`make image-check` names the image; the engine shares this machine's network, where Kafka and PostgreSQL are.
"""

import json
import os
import re
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from services.cli.infrastructure import Servers
from tests.e2e.system import System, free_port
from tests.waiting import eventually_sync

IMAGE = os.environ.get("LIVECHAT_IMAGE", "")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not IMAGE, reason="LIVECHAT_IMAGE names no image: `make image image-check`"),
]

BYTES_MAX = 200_000_000
START_CPU_S_MAX = 3.0
"""Of processor time, which does not depend on what else the machine does."""
DEMO_WITHIN_S, READY_WITHIN_S = 280.0, 120.0
PROGRAMS = {"usr/bin/python3", "usr/bin/python3.11", "opt/livechat/bin/python", "opt/livechat/bin/livechat"}
INSTALLERS = re.compile(r"(^|/)((ba|da|z|k|a)?sh|busybox|dpkg|apt(-get)?|perl|pip3?|tar|curl|wget)$")
KEPT_OUT = re.compile(r"(^|/)(\.git|\.env|\.livechat|secrets\.json)(/|$)")
INSTALLED = re.compile(r"/site-packages/(?!livechat-)([\w.]+)-([^/-]+)\.dist-info/METADATA$")
STATUS = re.compile(r"(?:^|/)var/lib/dpkg/status\.d/([^/]+)$")
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
UNPRIVILEGED = (
    "--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp"
)  # fmt: skip


def docker(*arguments: str, timeout_s: float = 60) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, f"docker {arguments[0]}: {done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def inspected(what: str, form: str) -> str:
    return docker("inspect", "--format", form, what).strip()


def run(*command: str, variables: dict[str, str], options: tuple[str, ...] = ()) -> list[str]:
    """The arguments of a container that may do nothing but run."""
    told = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
    return ["run", *UNPRIVILEGED, *options, *told, IMAGE, *command]


@pytest.fixture(scope="module")
def files() -> Iterator[tarfile.TarFile]:
    """What a container of the image finds."""
    name = docker("create", IMAGE).strip()
    try:
        with tempfile.NamedTemporaryFile() as archive:
            docker("export", "--output", archive.name, name)
            with tarfile.open(archive.name) as tar:
                yield tar
    finally:
        docker("rm", name)


def test_it_is_small_and_an_ordinary_user_s_and_says_what_it_is() -> None:
    labels = inspected(IMAGE, "{{json .Config.Labels}}")

    assert int(inspected(IMAGE, "{{.Size}}")) < BYTES_MAX
    assert inspected(IMAGE, "{{.Config.User}}") == "65532:65532"
    assert re.search(r'"org\.opencontainers\.image\.revision":"[0-9a-f]{40}"', labels)
    assert docker("run", "--rm", "--network=none", IMAGE, "livechat", "--version").startswith("livechat 0.")


def test_no_program_but_python_and_no_secret_is_in_it(files: tarfile.TarFile) -> None:
    members = files.getmembers()
    names = {member.name for member in members if not member.isdir()}

    assert {name for name in names if re.match(r"(usr/|usr/local/|opt/livechat/)?s?bin/", name)} == PROGRAMS
    assert [name for name in sorted(names) if INSTALLERS.search(name)] == []
    assert [member.name for member in members if member.isfile() and member.mode & 0o6000] == []
    assert [
        name for name in sorted(names) if re.search(r"(^|/)(\.git|\.env|\.livechat|secrets\.json)(/|$)", name)
    ] == []
    place = files.getmember("var/lib/livechat/files")
    assert (place.isdir(), place.uid, place.gid) == (True, 65532, 65532)
    holding = [
        member.name
        for member in members
        if member.isfile()
        and PRIVATE_KEY.search(found.read() if (found := files.extractfile(member)) else b"")
    ]
    assert holding == []
    assert "opt/livechat/lib/python3.11/site-packages/services/gateway/web/dist/inbox.html" in names


def test_its_files_are_those_of_any_build_of_the_same_commit(files: tarfile.TarFile) -> None:
    members = [one for one in files.getmembers() if re.match(r"(opt|usr|var)(/|$)", one.name)]

    assert len({member.mtime for member in members}) == 1
    assert {member.name for member in members} > {"opt", "opt/livechat", "usr", "var/lib", "var/lib/livechat"}
    assert [member.name for member in members if member.name.endswith("/direct_url.json")] == []


def test_it_lists_what_it_consists_of(files: tarfile.TarFile) -> None:
    listed = files.extractfile("opt/livechat/sbom.cdx.json")
    assert listed is not None
    urls = {one["purl"] for one in json.load(listed)["components"] if "purl" in one}
    names = [member.name for member in files.getmembers()]

    installed = set(filter(None, map(INSTALLED.search, names)))
    python = {f"pkg:pypi/{one[1].lower().replace('_', '-').replace('.', '-')}@{one[2]}" for one in installed}
    assert {url for url in urls if url.startswith("pkg:pypi/")} == python
    debian = {one[1] for one in map(STATUS.search, names) if one}
    named = (unquote(url.split("@")[0]).rpartition("/")[2] for url in urls if url.startswith("pkg:deb/"))
    assert {*named} == debian


@pytest.mark.timeout(DEMO_WITHIN_S + 60)
def test_the_demonstration_passes_without_a_privilege(infrastructure: Servers, unique: str) -> None:
    told = docker(
        *run(
            "livechat",
            "demo",
            variables={
                "LIVECHAT_KAFKA": infrastructure.kafka,
                "LIVECHAT_POSTGRES": infrastructure.postgres,
                "LIVECHAT_DATABASE_PREFIX": unique,
                "LIVECHAT_TOPIC_PREFIX": unique,
            },
            options=("--rm", "--user=65532"),
        ),
        timeout_s=DEMO_WITHIN_S,
    )

    assert "log, transcripts, folders, files and answers agree" in told


def test_it_starts_soon_and_ends_what_it_has_begun(
    infrastructure: Servers, unique: str, tmp_path: Path
) -> None:
    system, port = System(infrastructure, tmp_path, unique), free_port()
    mine = re.compile(r"LIVECHAT_(?!PLAYBOOK|CONVERSATION|PRESENCE|CRM|NOTIFIER|POSTGRES)")
    variables = {name: value for name, value in system.variables.items() if mine.match(name)} | {
        "LIVECHAT_PORT": str(port),
        "LIVECHAT_GATEWAY_FILES": "file:///tmp/files",
        "LIVECHAT_LOG_LEVEL": "INFO",
    }
    begun_s = time.monotonic()
    name = docker(
        *run("python", "-m", "services.gateway", "api", variables=variables, options=("--detach",))
    ).strip()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
            eventually_sync(lambda: _ready(http), within_s=READY_WITHIN_S, what="ready")
            waited_s = time.monotonic() - begun_s
            found = re.search(r"^process_cpu_seconds_total (\S+)$", http.get("/metrics").text, re.M)
            assert found is not None
            print(f"ready after {waited_s:.1f} s, {float(found[1]):.1f} s of them at work")
            assert float(found[1]) < START_CPU_S_MAX

            def body() -> Iterator[bytes]:
                """Half of a request, the order to end, and the rest."""
                yield b'{"link": "none", '
                docker("kill", "--signal=TERM", name)
                eventually_sync(lambda: _refuses(port), what="no new requests")
                yield b'"name": "Ana", "password": "three grey herons"}'

            headers = {"content-type": "application/json"}
            answer = http.post("/api/gateway/links/redeem", content=body(), headers=headers)

        assert answer.json()["code"] == "bad_link", answer.text
        assert docker("wait", name).strip() == "0"
        logged = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=True)
        assert '"draining"' in logged.stderr
    finally:
        docker("rm", "--force", name)


def _ready(http: httpx.Client) -> bool:
    try:
        return http.get("/readyz").is_success
    except httpx.TransportError:
        return False


def _refuses(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/livez", timeout=1)
    except httpx.TransportError:
        return True
    return False
