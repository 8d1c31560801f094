"""The gateway's routes: who may read what, and what the answers look like."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import derived_id, stream
from contracts.playbook import PlaybookActivated, SitesChanged
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.models import Changed
from services.chassis.tokens import Caller
from services.gateway.api.inbox import WAITS_AT_ONCE_MAX
from tests.unit.gateway.examples import (
    ADA,
    CONVERSATION,
    PASSWORD,
    PLAYBOOK,
    T0,
    WORKSPACE,
    ada,
    after,
    agent_row,
    inbox_row,
    invited,
    joined,
    published,
    recorded,
    said,
    started,
    stranger,
    visitor,
)
from tests.unit.gateway.replica import ORIGIN
from tests.unit.gateway.web import Web

BOB = {"email": "bob@example.org", "role": "agent"}
TRANSCRIPT = f"/conversations/{CONVERSATION}/transcript"
owner = ada.model_copy(update={"role": "owner"})
editor = ada.model_copy(update={"role": "editor"})
later_visit = visitor.model_copy(update={"visit_id": derived_id("other visit")})
other_visitor = later_visit.model_copy(update={"id": derived_id("other visitor")})


async def test_an_invited_agent_gets_in_and_keeps_getting_tokens(web: Web) -> None:
    link = (await web.post("/agents/invite", BOB, owner)).json()["link"]
    joined = (await web.post("/links/redeem", {"link": link, "name": "  Bob ", "password": PASSWORD})).json()

    assert joined["workspace_id"] == WORKSPACE
    caller = web.replica.verifier.verify(joined["token"], web.replica.clock.now())
    assert (caller.kind, caller.id, caller.name, caller.role) == ("agent", joined["agent_id"], "Bob", "agent")
    again = (await web.post("/tokens", {"session": joined["session"]})).json()
    assert web.replica.verifier.verify(again["token"], web.replica.clock.now()) == caller

    used = await web.post("/links/redeem", {"link": link, "name": "Bob", "password": PASSWORD})
    assert (used.status_code, used.json()["code"]) == (401, "bad_link")
    web.replica.clock.move(timedelta(hours=12))
    assert (await web.post("/tokens", {"session": joined["session"]})).status_code == 401


@pytest.mark.parametrize(
    ("caller", "status"), [(None, 401), (ada, 403), (editor, 403), (visitor, 403), (owner, 201)]
)
async def test_only_owners_invite(web: Web, caller: Caller | None, status: int) -> None:
    assert (await web.post("/agents/invite", BOB, caller)).status_code == status


async def test_who_is_invited_is_not_invited_to_another_role(web: Web) -> None:
    assert (await web.post("/agents/invite", BOB, owner)).status_code == 201

    answer = await web.post("/agents/invite", {**BOB, "role": "editor"}, owner)

    assert (answer.status_code, answer.json()["code"], answer.json()["role"]) == (
        409,
        "already_invited",
        "agent",
    )
    assert (await web.post("/agents/invite", BOB, owner)).status_code == 201


@pytest.mark.parametrize("body", [{"email": "bob"}, {"role": "king"}, {"more": 1}])
async def test_a_wrong_invitation_is_not_valid(web: Web, body: dict[str, Any]) -> None:
    assert (await web.post("/agents/invite", {**BOB, **body}, owner)).status_code == 422


async def test_visits_are_given_to_active_playbooks(web: Web) -> None:
    asked = {"workspace_id": WORKSPACE, "playbook_id": PLAYBOOK}
    assert (await web.post("/visits", asked)).status_code == 404

    activated = PlaybookActivated(playbook_id=PLAYBOOK, by=ADA, at=T0)
    in_stream = stream("playbook", PLAYBOOK)
    web.replica.topics.append(recorded(published(), 1, in_stream), recorded(activated, 2, in_stream))
    visit = (await web.post("/visits", asked)).json()
    caller = web.replica.verifier.verify(visit["token"], web.replica.clock.now())
    assert caller == Caller(
        kind="visitor",
        id=visit["visitor_id"],
        workspace_id=WORKSPACE,
        visit_id=visit["visit_id"],
        playbook_id=PLAYBOOK,
    )
    again = (await web.post("/visits", {**asked, "visitor_session": visit["session"]})).json()
    assert again["visitor_id"] == visit["visitor_id"]
    assert again["visit_id"] != visit["visit_id"]


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("https://shop.example", None, 201),
        ("https://evil.example", None, 403),
        ("https://evil.example", "https://shop.example", 403),
        ("null", "https://shop.example", 403),
        ("https://shop.example:8443", None, 403),
        ("http://shop.example", None, 403),
        (ORIGIN, None, 201),
        (ORIGIN, "https://shop.example", 201),
        (ORIGIN, "https://evil.example", 403),
        (None, None, 201),
        (None, "https://evil.example", 403),
    ],
)
async def test_a_visit_from_a_site_that_the_playbook_does_not_name_is_refused(
    web: Web, origin: str | None, site: str | None, status: int
) -> None:
    told: Any = {"playbook_id": PLAYBOOK, "by": ADA, "at": T0}
    in_stream = stream("playbook", PLAYBOOK)
    web.replica.topics.append(
        recorded(published(), 1, in_stream),
        recorded(PlaybookActivated(**told), 2, in_stream),
        recorded(SitesChanged(sites=("https://shop.example",), **told), 3, in_stream),
    )
    asked = {"workspace_id": WORKSPACE, "playbook_id": PLAYBOOK, **({"site": site} if site else {})}

    answer = await web.post("/visits", asked, None, **({"origin": origin} if origin else {}))

    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "site_not_allowed"


async def test_a_folder_is_paged_and_mine_is_the_callers(web: Web) -> None:
    for number in range(5):
        row = inbox_row(conversation_id=derived_id(number), started_at=after(number), holder_id=ADA)
        web.replica.topics.publish(INBOX_STATE, row.conversation_id, Changed(row.conversation_id, row))

    assert (await web.get("/folders", ada)).json() == {"counts": {"unassigned": 0, "closed": 0, ADA: 5}}
    seen, query = list[str](), ""
    while True:
        page = (await web.get(f"/folders/mine?limit=2{query}", ada)).json()
        seen += [row["conversation_id"] for row in page["items"]]
        if page["next"] is None:
            break
        query = f"&cursor={page['next']}"
    assert seen == [derived_id(number) for number in reversed(range(5))]
    assert (await web.get(f"/folders/{ADA}", ada)).json()["items"][0]["folder"] == ADA
    assert (await web.get(f"/folders/{ADA}", stranger)).json() == {"items": [], "next": None}


@pytest.mark.parametrize("cursor", ["WzFd", "WyJ4IiwgIngiXQ", "WzEsIDJd", "!"])
async def test_a_cursor_of_another_list_is_refused(web: Web, cursor: str) -> None:
    answer = await web.get(f"/folders/closed?cursor={cursor}", ada)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


async def test_a_folder_waits_for_the_version_that_was_written_and_says_when_it_does_not_come(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.05)
    row = inbox_row(version=4)
    web.replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))
    asked = f"/folders/unassigned?conversation_id={CONVERSATION}&min_version="

    for version in (0, 4):
        assert len((await web.get(f"{asked}{version}", ada)).json()["items"]) == 1
    late = await web.get(f"{asked}5", ada)
    assert (late.status_code, late.json()["code"], late.headers["retry-after"]) == (425, "behind", "1")
    web.replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, inbox_row(version=5)))
    assert (await web.get(f"{asked}5", ada)).status_code == 200


async def test_a_transcript_waits_for_the_version_that_was_written_and_says_when_it_does_not_come(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.05)
    web.replica.topics.append(recorded(started, 1))

    late = await web.get(f"{TRANSCRIPT}?min_version=2", visitor)
    assert (late.status_code, late.json()["code"], late.headers["retry-after"]) == (425, "behind", "1")
    for caller in (stranger, other_visitor):
        assert (await web.get(f"{TRANSCRIPT}?min_version=2", caller)).status_code == 404
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 5)
    asking = asyncio.create_task(web.get(f"{TRANSCRIPT}?min_version=2", visitor))
    await asyncio.sleep(0)
    web.replica.topics.append(recorded(said("hi"), 2))
    assert [entry["version"] for entry in (await asking).json()["items"]] == [1, 2]


async def test_nobody_waits_for_many_versions_at_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.1)
    web.replica.topics.append(recorded(started, 1))

    asked = [web.get(f"{TRANSCRIPT}?min_version=2", visitor) for _ in range(WAITS_AT_ONCE_MAX + 2)]
    answers = await asyncio.gather(*asked, web.get(f"{TRANSCRIPT}?min_version=2", ada))

    codes = [answer.json()["code"] for answer in answers]
    assert sorted(codes[:-1]) == ["behind"] * WAITS_AT_ONCE_MAX + ["too_many_waits"] * 2
    assert codes[-1] == "behind"
    assert (await web.get(f"{TRANSCRIPT}?min_version=2", visitor)).json()["code"] == "behind"


@pytest.mark.parametrize(
    ("caller", "status"),
    [(ada, 200), (visitor, 200), (later_visit, 200), (other_visitor, 404), (stranger, 404), (None, 401)],
)
async def test_a_transcript_is_for_the_workspace_and_its_visitor(
    web: Web, caller: Caller | None, status: int
) -> None:
    web.replica.topics.append(recorded(started, 1))
    assert (await web.get(TRANSCRIPT, caller)).status_code == status


async def test_a_transcript_is_paged_by_version(web: Web) -> None:
    web.replica.topics.append(recorded(started, 1), recorded(said("hi"), 2), recorded(said("there"), 3))
    first = (await web.get(f"{TRANSCRIPT}?limit=2", visitor)).json()
    rest = (await web.get(f"{TRANSCRIPT}?limit=2&cursor={first['next']}", visitor)).json()

    assert [entry["version"] for entry in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None
    assert ADA not in str(first) + str(rest)
    assert (await web.get(f"/conversations/{derived_id('none')}/transcript", ada)).status_code == 404


@pytest.mark.parametrize("path", ["/agents", "/folders", "/folders/mine", f"/folders/{ADA}"])
async def test_the_inbox_is_for_agents(web: Web, path: str) -> None:
    assert (await web.get(path, visitor)).status_code == 403
    assert (await web.get(path)).status_code == 401


async def test_agents_see_who_is_online_in_their_workspace(web: Web) -> None:
    web.replica.topics.append(recorded(invited, 1, f"account-{ADA}"), recorded(joined, 2, f"account-{ADA}"))
    web.replica.topics.publish(AGENTS_STATE, ADA, Changed(ADA, agent_row()))

    (told,) = (await web.get("/agents", ada)).json()["items"]
    assert (told["name"], told["role"], told["state"], told["online"]) == ("Ada", "agent", "joined", True)
    assert told["email"] is None
    assert (await web.get("/agents", owner)).json()["items"][0]["email"] == "Ada@example.org"
    assert (await web.get("/agents", stranger)).json()["items"] == []
