"""What sites are told of how a playbook's widget behaves, and of whether anybody is online."""

from typing import Any

import httpx
import pytest

from contracts.behaviour import Behaviour
from contracts.ids import stream
from contracts.installed import BehaviourChanged
from contracts.topics import AGENTS_STATE
from services.chassis.models import Changed
from tests.unit.gateway.examples import ADA, PLAYBOOK, T0, WORKSPACE, agent_row, recorded
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.test_pages import LAUNCHER, SCRIPT, browser, install, told_by
from tests.unit.gateway.web import Web

__all__ = ["browser"]

ONLINE = f"/widget/{WORKSPACE}/{PLAYBOOK}/online.js"


def behaves(replica: Replica, **how: Any) -> None:
    """The active playbook behaves so from now on."""
    install(replica)
    event = BehaviourChanged(at=T0, by=ADA, playbook_id=PLAYBOOK, behaviour=Behaviour(**how))
    replica.topics.append(recorded(event, 5, stream("playbook", PLAYBOOK)))


async def test_a_playbook_with_the_usual_behaviour_has_the_small_launcher(browser: Web) -> None:
    behaves(browser.replica)

    assert (await browser.get(SCRIPT)).text.startswith(LAUNCHER.decode()[:9])


async def test_what_is_beyond_the_usual_is_told_to_a_launcher_that_knows_it(browser: Web) -> None:
    behaves(browser.replica, hides_offline=True)

    script = (await browser.get(SCRIPT)).text

    assert script.startswith("more")
    assert told_by(script).more == {"hides_offline": True}


@pytest.mark.parametrize(("asks", "waits"), [("?consent=wait", True), ("?consent=now", False), ("", False)])
async def test_a_snippet_that_waits_for_consent_has_the_launcher_that_knows_of_it(
    browser: Web, asks: str, waits: bool
) -> None:
    install(browser.replica)

    script = (await browser.get(SCRIPT + asks)).text

    assert script.startswith("more") is waits
    assert told_by(script).more == ({"asks_consent": True} if waits else {})


async def test_who_greets_has_the_launcher_that_can(browser: Web) -> None:
    install(browser.replica, bot_name="Bot", colour="#aa0000", text_colour="#ffffff", greeting="Oi!")

    assert (await browser.get(SCRIPT)).text.startswith("more")


async def test_who_wants_to_hide_is_told_whether_anybody_is_online(browser: Web) -> None:
    behaves(browser.replica, hides_offline=True)
    assert (await browser.get(ONLINE)).text == "export default 0;"

    browser.replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row()))
    answer = await browser.get(ONLINE)

    assert answer.text == "export default 1;"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=10"
    browser.replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row(online=False, version=2)))
    assert (await browser.get(ONLINE)).text == "export default 0;"


@pytest.mark.parametrize("hides", [False, True])
async def test_nobody_else_learns_it(browser: Web, hides: bool) -> None:
    assert (await browser.get(ONLINE)).status_code == httpx.codes.NOT_FOUND
    behaves(browser.replica, hides_offline=hides)
    browser.replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row()))

    assert (await browser.get(ONLINE)).is_success is hides
    assert (await browser.get(ONLINE.replace(WORKSPACE, ADA))).status_code == httpx.codes.NOT_FOUND
