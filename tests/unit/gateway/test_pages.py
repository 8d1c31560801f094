"""What browsers get at the root of the address, under which headers, and what they need not be sent again."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, get_args

import httpx
import pytest

from contracts.ids import stream
from contracts.look import Icon, Language
from contracts.playbook import LookChanged, PlaybookActivated, PlaybookCreated, SitesChanged
from services.chassis.app import pages
from services.gateway.pages.built import Built, file_of
from services.gateway.pages.icons import DRAWN
from services.gateway.pages.texts import DISMISS
from services.gateway.service import SERVICE
from tests.unit.gateway.examples import ADA, PLAYBOOK, T0, WORKSPACE, published, recorded
from tests.unit.gateway.replica import ORIGIN, Replica
from tests.unit.gateway.web import Web, browsing

SITE = "https://shop.example"
HOSTILE = '</script><script>alert("x")</script>\u2028'
LAUNCHER = b"(function(){show(__LIVECHAT_CONFIG__)})();"
FILES = {
    "launcher.js": file_of(LAUNCHER, ".js"),
    "launcher-more.js": file_of(b"more" + LAUNCHER, ".js"),
    "panel.html": file_of(b"<!doctype html><title>Chat</title>", ".html"),
    "inbox.html": file_of(b"<!doctype html><title>Inbox</title>", ".html"),
    "notices.js": file_of(b"self.onpush = null;", ".js"),
    "assets/inbox-1a2b.js": file_of(b"let many = 1;\n" * 200, ".js"),
    "assets/tone-3c4d.woff2": file_of(b"\x00\x01" * 2_000, ".woff2"),
}
ASSETS = [name for name in FILES if name.startswith("assets/")]
SCRIPT, PANEL = f"/widget/{WORKSPACE}/{PLAYBOOK}.js", f"/panel/{WORKSPACE}/{PLAYBOOK}"


@pytest.fixture
async def browser(replica: Replica) -> AsyncIterator[Web]:
    replica.ports = replace(replica.ports, own={**replica.ports.own, "built": Built(FILES)})
    async with browsing(replica, pages(SERVICE, replica.ports, replica.verifier)) as found:
        yield found


def install(replica: Replica, **look: Any) -> None:
    """An active playbook that one site may show."""
    told: Any = {"playbook_id": PLAYBOOK, "by": ADA, "at": T0}
    happened = [
        PlaybookCreated(name="Site", flow=published().flow, language="pt-BR", **told),
        SitesChanged(sites=(SITE,), **told),
        published(),
        PlaybookActivated(**told),
    ]
    if look:
        happened.append(LookChanged(language="en", **look, **told))
    for version, event in enumerate(happened, 1):
        replica.topics.append(recorded(event, version, stream("playbook", PLAYBOOK)))


class Told(NamedTuple):
    """What a launcher is told, in the order that it reads."""

    active: int
    look: list[str]
    side: str
    icon: str
    more: Mapping[str, Any] = {}


def told_by(script: str) -> Told:
    """What a launcher was told, as a browser would read it."""
    before, after = LAUNCHER.decode().split("__LIVECHAT_CONFIG__")
    return Told(*json.loads(script.removeprefix("more").removeprefix(before).removesuffix(after)))


def policy_of(answer: httpx.Response) -> dict[str, str]:
    rules = answer.headers["content-security-policy"].split("; ")
    return dict(rule.split(" ", 1) for rule in rules)


def test_each_icon_of_a_look_is_drawn_and_by_itself() -> None:
    assert set(DRAWN) == set(get_args(Icon))
    assert len(set(DRAWN.values())) == len(DRAWN)


async def test_the_launcher_is_told_the_playbook_and_its_look(browser: Web) -> None:
    install(browser.replica, bot_name="Robô", colour="#aa0000", text_colour="#ffffff", greeting="Oi!")

    answer = await browser.get(SCRIPT)

    told = told_by(answer.text)
    assert (told.active, told.look) == (1, ["Robô", "#aa0000", "#ffffff", "en"])
    assert (told.side, told.icon) == ("end", DRAWN["chat"])
    assert told.more == {"greeting": "Oi!", "dismiss": "Close"}
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_the_launcher_is_on_the_side_of_the_look(browser: Web) -> None:
    install(browser.replica, bot_name="Bot", colour="#aa0000", text_colour="#ffffff", position="left")

    assert told_by((await browser.get(SCRIPT)).text).side == "start"


def test_there_is_no_language_that_a_launcher_does_not_speak() -> None:
    assert set(DISMISS) == set(get_args(Language))


async def test_a_playbook_begins_with_the_look_of_its_language(browser: Web) -> None:
    install(browser.replica)

    assert told_by((await browser.get(SCRIPT)).text).look[-1] == "pt-BR"


async def test_a_look_cannot_break_out_of_the_script(browser: Web) -> None:
    install(browser.replica, bot_name="Bot", colour="#aa0000", text_colour="#ffffff", greeting=HOSTILE)

    answer = await browser.get(SCRIPT)

    assert told_by(answer.text).more["greeting"] == HOSTILE
    assert answer.text.isascii()


@pytest.mark.parametrize("path", [SCRIPT, PANEL])
async def test_what_is_of_no_playbook_is_not_there(browser: Web, path: str) -> None:
    assert (await browser.get(path)).status_code == httpx.codes.NOT_FOUND
    install(browser.replica)
    assert (await browser.get(path)).status_code == httpx.codes.OK
    assert (await browser.get(path.replace(WORKSPACE, ADA))).status_code == httpx.codes.NOT_FOUND


async def test_the_panel_is_framed_by_the_playbooks_sites_and_ours_alone(browser: Web) -> None:
    install(browser.replica)

    policy = policy_of(await browser.get(PANEL))

    assert policy["frame-ancestors"] == f"{ORIGIN} {SITE}"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {ORIGIN.replace('https', 'wss')}"
    assert policy["trusted-types"] == policy["default-src"] == "'none'"


@pytest.mark.parametrize("path", ["/inbox", "/inbox/conversations/1", "/inbox/team"])
async def test_the_inbox_is_framed_by_nobody(browser: Web, path: str) -> None:
    answer = await browser.get(path)

    assert policy_of(answer)["frame-ancestors"] == "'none'"
    assert policy_of(answer)["require-trusted-types-for"] == "'script'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", [f"/{name}" for name in ASSETS])
async def test_assets_are_kept_for_ever(browser: Web, path: str) -> None:
    answer = await browser.get(path)

    assert answer.content == FILES[path[1:]].content
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_text_is_compressed_for_who_takes_it(browser: Web) -> None:
    path = f"/{ASSETS[0]}"

    plain = await browser.client.get(path, headers={"accept-encoding": "identity"})
    packed = await browser.client.get(path, headers={"accept-encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.content == plain.content == gzip.decompress(FILES[ASSETS[0]].compressed or b"")


async def test_what_is_known_is_not_sent_again(browser: Web) -> None:
    first = await browser.get("/notices.js")

    again = await browser.client.get("/notices.js", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/assets/gone-1.js", "/assets/..%2Fpanel.html", "/secrets", "/widget/1/2.js"]
)
async def test_nothing_else_is_there(browser: Web, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_root_leads_to_the_inbox(browser: Web) -> None:
    answer = await browser.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/inbox")


async def test_pages_that_were_not_built_say_so(replica: Replica) -> None:
    replica.ports = replace(replica.ports, own={**replica.ports.own, "built": Built({})})
    async with browsing(replica, pages(SERVICE, replica.ports, replica.verifier)) as web:
        answer = await web.get("/inbox")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_built")
