"""A site to try the system on: the widget is there, its owner comes in by a link, and a restart goes on there."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.cli.demo.clients import PASSWORD
from services.cli.infrastructure import Servers
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

WITHIN_S = 120.0
STOP_WITHIN_S = 60.0


@pytest.fixture
def surroundings(infrastructure: Servers, tmp_path: Path, unique: str) -> dict[str, str]:
    """An installation of its own on the servers that are there, at free ports."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return {
        **os.environ,
        "LIVECHAT_INFRA": "external",
        "LIVECHAT_DATA": str(tmp_path / "data"),
        "LIVECHAT_KAFKA": infrastructure.kafka,
        "LIVECHAT_POSTGRES": infrastructure.postgres,
        "LIVECHAT_DATABASE_PREFIX": unique,
        "LIVECHAT_TOPIC_PREFIX": unique,
        "LIVECHAT_LOG_LEVEL": "WARNING",
        "LIVECHAT_PORT": port,
        "LIVECHAT_SITE_PORT": "0",
    }


@contextmanager
def serving(surroundings: dict[str, str], told: Path) -> Iterator[tuple[str, str]]:
    """While it runs: the addresses of the inbox and of the site, as they are printed."""
    command = [sys.executable, "-m", "services.cli", "serve", "all"]

    def addresses() -> tuple[str, str] | None:
        assert process.poll() is None, told.read_text()
        found = re.findall(r"^  [12]\. .*?  (http\S+)$", told.read_text(), re.MULTILINE)
        return (found[0], found[1]) if len(found) == 2 else None

    with told.open("w") as output:
        process = subprocess.Popen(command, env=surroundings, stdout=output, stderr=output)
    try:
        found = eventually_sync(addresses, within_s=WITHIN_S, what="it says where a first chat begins")
        assert found is not None
        yield found
    finally:
        process.terminate()
        process.wait(STOP_WITHIN_S)
    assert "Traceback" not in told.read_text()


def widget_of(site: str) -> str:
    """The address of the script on the site's page."""
    found = re.search(r'<script async src="([^"]+)"></script>', httpx.get(site).text)
    assert found is not None
    return found[1]


def is_active(script: str) -> bool:
    answer = httpx.get(script)
    return answer.is_success and "[1,[" in answer.text


def test_a_new_user_finds_the_widget_on_a_site_and_their_way_into_the_inbox(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    with serving(surroundings, tmp_path / "first") as (inbox, site):
        script = widget_of(site)
        eventually_sync(lambda: is_active(script), what="the playbook takes visits")
        assert widget_of(f"{site}/beans") == script
        assert httpx.get(f"{site}/nowhere").status_code == httpx.codes.NOT_FOUND
        way_in = urlsplit(inbox)
        link = {"link": way_in.fragment, "name": "You", "password": PASSWORD}
        joined = httpx.post(f"{way_in.scheme}://{way_in.netloc}/api/gateway/links/redeem", json=link)
        (workspace_id,) = parse_qs(way_in.query)["workspace"]
        assert joined.raise_for_status().json()["workspace_id"] == workspace_id

    with serving(surroundings, tmp_path / "again") as (inbox, site):
        assert widget_of(site) == script
        assert (urlsplit(inbox).path, urlsplit(inbox).fragment) == ("/inbox", "")
        assert parse_qs(urlsplit(inbox).query) == {"workspace": [workspace_id]}


def test_an_owner_who_has_not_joined_yet_gets_a_link_that_counts_at_each_start(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    with serving(surroundings, tmp_path / "first") as (before, _):
        pass
    with serving(surroundings, tmp_path / "again") as (after, _):
        way_in = urlsplit(after)
        redeem = f"{way_in.scheme}://{way_in.netloc}/api/gateway/links/redeem"
        for link, status in ((urlsplit(before).fragment, 401), (way_in.fragment, 200)):
            body = {"link": link, "name": "You", "password": PASSWORD}
            assert httpx.post(redeem, json=body).status_code == status
