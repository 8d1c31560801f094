"""Where a playbook's snippet is seen: told by pages that load it and visits that begin, within bounds."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.gateway import SnippetSeen
from contracts.ids import stream
from services.chassis.app import pages
from services.chassis.ports import Append
from services.chassis.tokens import Caller
from services.gateway.accounts.snippets import KNOWN_MAX, NOTED_AT_ONCE_MAX, Snippets, origin_of
from services.gateway.commands import NoteSnippet
from services.gateway.decider.snippet import (
    DECIDER,
    SITES_KEPT,
    STRANGERS_MAX,
    STRANGERS_WITHIN,
    TOLD_AGAIN_AFTER,
)
from services.gateway.pages.built import Built
from services.gateway.service import SERVICE
from tests.spec import given
from tests.unit.gateway.examples import PLAYBOOK, T0, WORKSPACE, ada, stranger
from tests.unit.gateway.replica import ORIGIN, Replica
from tests.unit.gateway.test_pages import FILES, SCRIPT, SITE, install
from tests.unit.gateway.web import Web, browsing

SHOP, FOREIGN, HOUR = SITE, "https://elsewhere.example", TOLD_AGAIN_AFTER
SEEN = f"/playbooks/{PLAYBOOK}/seen"
editor = ada.model_copy(update={"role": "editor"})


def note(site: str = SHOP, after: timedelta = timedelta(), *, allowed: bool = True) -> NoteSnippet:
    return NoteSnippet(PLAYBOOK, site, allowed, T0 + after)


def seen(site: str = SHOP, after: timedelta = timedelta(), *, allowed: bool = True) -> SnippetSeen:
    return SnippetSeen(at=T0 + after, playbook_id=PLAYBOOK, site=site, allowed=allowed)


def test_a_site_is_told_once_an_hour_and_when_its_standing_changes() -> None:
    assert given(DECIDER).when(note()) == [seen()]
    assert given(DECIDER, seen()).when(note(after=HOUR - timedelta(seconds=1))) == []
    assert given(DECIDER, seen()).when(note(after=HOUR)) == [seen(after=HOUR)]
    assert given(DECIDER, seen()).when(note(allowed=False)) == [seen(allowed=False)]


def test_who_invents_sites_is_listened_to_until_so_many_are_told_in_a_day() -> None:
    invented = [seen(f"https://s{number}.example", allowed=False) for number in range(STRANGERS_MAX)]
    there = given(DECIDER, *invented)

    assert there.when(note(FOREIGN, allowed=False)) == []
    assert there.when(note()) == [seen()], "the playbook's own sites are told all the same"
    assert there.when(note(FOREIGN, STRANGERS_WITHIN, allowed=False)) != []


@prop(st.lists(st.tuples(st.integers(0, 300), st.booleans(), st.integers(0, 100_000)), max_size=400))
def test_what_is_remembered_is_bounded(notes: list[tuple[int, bool, int]]) -> None:
    state = DECIDER.initial
    for number, allowed, after_s in notes:
        command = note(f"https://s{number}.example", timedelta(seconds=after_s), allowed=allowed)
        for event in DECIDER.decide(command, state):
            state = DECIDER.evolve(state, event)
    assert len(state.sites) <= SITES_KEPT


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://Shop.example/path?q=secret#f", "https://shop.example"),
        ("http://localhost:8081/", "http://localhost:8081"),
        ("https://shop.example:443/", "https://shop.example"),
        ("https://user:secret@shop.example/", "https://shop.example"),
        ("", None),
        (None, None),
        ("null", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://shop.example:99999/", None),
        ("https://[::1", None),
        ('https://"><script>/', None),
        ("https://" + "a" * 300 + ".example/", None),
    ],
)
def test_a_site_is_a_pages_origin_and_nothing_else_of_its_address(
    address: str | None, site: str | None
) -> None:
    assert origin_of(address) == site


@pytest.fixture
async def browser(replica: Replica) -> AsyncIterator[Web]:
    replica.ports = replace(replica.ports, own={**replica.ports.own, "built": Built(FILES)})
    async with browsing(replica, pages(SERVICE, replica.ports, replica.verifier)) as found:
        yield found


def told(replica: Replica) -> list[tuple[str, bool]]:
    events = replica.store.streams.get(stream("snippet", PLAYBOOK), [])
    return [
        (event.site, event.allowed) for event in (SnippetSeen.model_validate_json(e.data) for e in events)
    ]


async def load(browser: Web, referer: str | None) -> int:
    headers = {} if referer is None else {"referer": referer}
    return (await browser.client.get(SCRIPT, headers=headers)).status_code


async def test_pages_tell_their_site_and_whether_it_may_have_the_snippet(
    replica: Replica, browser: Web
) -> None:
    install(replica)
    for referer in (f"{SHOP}/buy?who=me", f"{SHOP}/", None, "null", f"{ORIGIN}/inbox", f"{FOREIGN}/"):
        assert await load(browser, referer) == 200

    assert told(replica) == [(SHOP, True), (FOREIGN, False)]


async def test_a_page_gets_its_script_also_while_nothing_can_be_noted(
    replica: Replica, browser: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(replica)

    async def away(append: Append) -> int:
        raise psycopg.OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(replica.store, "append", away)
        assert await load(browser, f"{SHOP}/") == 200
    assert told(replica) == []
    assert await load(browser, f"{SHOP}/") == 200
    assert told(replica) == [(SHOP, True)], "what failed is not taken for noted"


async def test_a_known_site_costs_no_look_at_the_log(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    snippets = Snippets()
    await snippets.note(replica.ports, WORKSPACE, PLAYBOOK, SHOP, (SHOP,))

    async def never(*_: Any) -> Any:
        raise AssertionError("it was looked up again")

    monkeypatch.setattr(replica.store, "load", never)
    await snippets.note(replica.ports, WORKSPACE, PLAYBOOK, SHOP, (SHOP,))


async def test_what_a_process_remembers_and_does_at_once_is_bounded(replica: Replica) -> None:
    snippets = Snippets()
    for number in range(KNOWN_MAX + 5):
        snippets._remember((WORKSPACE, PLAYBOOK, str(number), True), T0)
    snippets._noting = NOTED_AT_ONCE_MAX
    await snippets.note(replica.ports, WORKSPACE, PLAYBOOK, SHOP, (SHOP,))

    assert len(snippets._noted) == KNOWN_MAX
    assert told(replica) == []


async def test_a_visit_tells_its_site_too(replica: Replica, app: FastAPI, web: Web) -> None:
    install(replica)
    body = {"workspace_id": WORKSPACE, "playbook_id": PLAYBOOK}
    begun = await web.post("/visits", body, origin=SHOP)

    assert begun.status_code == 201
    assert told(replica) == [(SHOP, True)]


async def test_editors_read_where_it_was_seen_the_last_first_in_pages(replica: Replica, web: Web) -> None:
    install(replica)
    snippets = Snippets()
    for number, site in enumerate((SHOP, "https://b.example", SHOP, "https://c.example")):
        replica.clock.move(timedelta(hours=1 if number else 0))
        await snippets.note(replica.ports, WORKSPACE, PLAYBOOK, site, (SHOP,))

    first = (await web.get(f"{SEEN}?limit=2", editor)).json()
    rest = (await web.get(f"{SEEN}?limit=2&cursor={first['next']}", editor)).json()

    assert [item["site"] for item in first["items"]] == ["https://c.example", SHOP]
    assert (first["items"][1]["allowed"], first["items"][1]["first_seen_at"]) == (
        True,
        "2025-03-03T09:00:00Z",
    )
    assert [(item["site"], item["allowed"]) for item in rest["items"]] == [("https://b.example", False)]
    assert rest["next"] is None


@pytest.mark.parametrize(("caller", "status"), [(ada, 403), (stranger, 404)])
async def test_others_do_not(replica: Replica, web: Web, caller: Caller, status: int) -> None:
    install(replica)

    assert (await web.get(SEEN, caller)).status_code == status
