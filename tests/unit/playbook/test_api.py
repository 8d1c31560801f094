"""The routes of the playbook service, each with its own callers and refusals."""

from typing import Any

import httpx
import pytest

from contracts.ids import derived_id
from contracts.playbook import PlaybookPublished, VisitStarted
from services.chassis.tokens import Caller
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, LONG, TEMPLATE, VISIT, VISITOR
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
PLAIN_AGENT = EDITOR.model_copy(update={"role": "agent"})
STRANGER = EDITOR.model_copy(update={"workspace_id": derived_id("another workspace")})


@pytest.fixture
def world() -> World:
    return World(SERVICE)


async def created(world: World, name: str = "Home page", **more: Any) -> str:
    answer = await world.ask(EDITOR, "POST", "/playbooks", {"name": name, **more})
    assert answer.status_code == 201
    playbook_id: str = answer.json()["ids"]["playbook_id"]
    return playbook_id


async def active(world: World) -> str:
    playbook_id = await created(world)
    await edit(world, playbook_id, "publish", {})
    await edit(world, playbook_id, "activate")
    return playbook_id


async def edit(world: World, playbook_id: str, step: str, body: object = None) -> httpx.Response:
    return await world.ask(EDITOR, "POST", f"/playbooks/{playbook_id}/{step}", body)


def visitor(playbook_id: str | None) -> Caller:
    return Caller(kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT, playbook_id=playbook_id)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_playbook_is_made_from_the_template_with_its_wait_time(world: World) -> None:
    playbook_id = await created(world, wait_time_s=300)

    playbook = (await world.ask(EDITOR, "GET", f"/playbooks/{playbook_id}")).json()

    assert playbook["name"] == "Home page"
    assert playbook["draft"]["cards"]["live_chat"]["wait_time_s"] == 300
    assert (playbook["published"], playbook["active"]) == (0, False)


async def test_the_same_request_with_its_key_makes_one_playbook(world: World) -> None:
    first = await world.ask(EDITOR, "POST", "/playbooks", {"name": "Shop"}, key="k1")
    again = await world.ask(EDITOR, "POST", "/playbooks", {"name": "Shop"}, key="k1")

    assert first.json()["ids"] == again.json()["ids"]
    assert again.json()["repeated"]
    assert len(world.events) == 1


@pytest.mark.parametrize(
    "body", [{"name": " "}, {"name": "x", "wait_time_s": 1}, {"name": "x", "flow": {}}, {}]
)
async def test_a_wrong_body_is_refused(world: World, body: object) -> None:
    assert code(await world.ask(EDITOR, "POST", "/playbooks", body)) == (422, "invalid")


async def test_an_edited_flow_is_published_as_it_is(world: World) -> None:
    playbook_id = await created(world)

    await edit(world, playbook_id, "flow", {"flow": LONG.model_dump(mode="json")})
    await edit(world, playbook_id, "publish", {"note": "Longer."})

    published = world.events[-1]
    assert isinstance(published, PlaybookPublished)
    assert (published.flow, published.note) == (LONG, "Longer.")


async def test_a_flow_with_a_field_that_no_card_has_is_refused(world: World) -> None:
    sent = TEMPLATE.model_dump(mode="json")
    sent["cards"]["goodbye"]["txet"] = "Typo."

    assert code(await edit(world, await created(world), "flow", {"flow": sent})) == (422, "invalid")


async def test_sites_are_origins(world: World) -> None:
    playbook_id = await created(world)

    assert (await edit(world, playbook_id, "sites", {"sites": ["https://www.example.com"]})).is_success
    wrong = await edit(world, playbook_id, "sites", {"sites": ["https://www.example.com/page"]})

    assert code(wrong) == (422, "invalid")


async def test_a_playbook_is_deactivated(world: World) -> None:
    playbook_id = await active(world)

    await edit(world, playbook_id, "deactivate")

    assert not (await world.ask(EDITOR, "GET", f"/playbooks/{playbook_id}")).json()["active"]


async def test_playbooks_are_listed_in_pages_last_changed_first(world: World) -> None:
    names = ["One", "Two", "Three"]
    for name in names:
        await created(world, name)
        await world.pass_time(1)

    first = (await world.ask(EDITOR, "GET", "/playbooks?limit=2")).json()
    second = (await world.ask(EDITOR, "GET", f"/playbooks?limit=2&cursor={first['next']}")).json()

    assert [item["name"] for item in first["items"]] == ["Three", "Two"]
    assert [item["name"] for item in second["items"]] == ["One"]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4IiwieSJd", "WzEsMl0"])
async def test_a_cursor_of_no_page_is_refused(world: World, cursor: str) -> None:
    assert code(await world.ask(EDITOR, "GET", f"/playbooks?cursor={cursor}")) == (400, "bad_cursor")


async def test_playbooks_are_for_editors_of_their_workspace(world: World) -> None:
    playbook_id = await created(world)

    assert code(await world.ask(PLAIN_AGENT, "POST", "/playbooks", {"name": "x"})) == (403, "forbidden")
    assert code(await world.ask(visitor(playbook_id), "GET", "/playbooks")) == (403, "forbidden")
    assert code(await world.ask(STRANGER, "GET", f"/playbooks/{playbook_id}")) == (404, "not_found")
    assert code(await world.ask(STRANGER, "POST", f"/playbooks/{playbook_id}/activate")) == (404, "not_found")
    assert (await world.ask(STRANGER, "GET", "/playbooks")).json()["items"] == []


async def test_a_visit_shows_its_walk_and_the_card_that_waits(world: World) -> None:
    caller = visitor(await active(world))
    pages = ["https://www.example.com/", "https://www.example.com/prices"]

    await world.ask(caller, "POST", f"/visits/{VISIT}/start", {"pages": pages, "locale": "en-GB"})

    screen = (await world.ask(caller, "GET", f"/visits/{VISIT}")).json()
    assert screen["status"] == "walking"
    assert [line["card_id"] for line in screen["walk"]] == ["welcome"]
    assert [option["choice_id"] for option in screen["waiting"]["options"]] == ["chat", "browse"]
    begun = next(event for event in world.events if isinstance(event, VisitStarted))
    assert (begun.published, list(begun.pages), begun.locale) == (1, pages, "en-GB")


async def test_a_visitor_answers_and_gives_details(world: World) -> None:
    caller = visitor(await active(world))
    capture = {
        "start": "name",
        "cards": {"name": TEMPLATE.cards["name"].model_dump(), "email": {"kind": "end", "text": "Bye."}},
    }
    playbook_id = caller.playbook_id or ""
    await edit(world, playbook_id, "flow", {"flow": capture})
    await edit(world, playbook_id, "publish", {})
    await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})

    wrong = await world.ask(caller, "POST", f"/visits/{VISIT}/details", {"card_id": "name", "value": "?"})
    right = await world.ask(caller, "POST", f"/visits/{VISIT}/details", {"card_id": "name", "value": "Ada"})

    assert code(wrong) == (422, "detail_not_valid")
    assert wrong.json()["retry_text"] == "Please tell us your name."
    assert right.is_success
    assert (await world.ask(caller, "GET", f"/visits/{VISIT}")).json()["status"] == "ended"


async def test_a_running_visit_keeps_its_version_and_goes_on_when_the_playbook_is_deactivated(
    world: World,
) -> None:
    caller = visitor(await active(world))
    playbook_id = caller.playbook_id or ""
    await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})
    await edit(world, playbook_id, "flow", {"flow": LONG.model_dump(mode="json")})
    await edit(world, playbook_id, "publish", {})
    await edit(world, playbook_id, "deactivate")

    again = await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})
    answer = {"card_id": "welcome", "choice_id": "browse", "arrival": 1}
    answered = await world.ask(caller, "POST", f"/visits/{VISIT}/answers", answer)

    assert again.is_success
    assert answered.is_success


async def test_a_playbook_that_is_not_active_takes_no_visits(world: World) -> None:
    playbook_id = await created(world)

    answer = await world.ask(visitor(playbook_id), "POST", f"/visits/{VISIT}/start", {})

    assert code(answer) == (409, "playbook_not_active")


async def test_a_visit_is_its_visitors_alone(world: World) -> None:
    caller = visitor(await active(world))
    other = derived_id("another visit")
    await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})

    for method, path, body in (
        ("POST", "start", {}),
        ("POST", "answers", {"card_id": "welcome", "choice_id": "chat"}),
        ("POST", "details", {"card_id": "name", "value": "Ada"}),
        ("GET", "", None),
    ):
        answer = await world.ask(caller, method, f"/visits/{other}/{path}".rstrip("/"), body)
        assert code(answer) == (404, "not_found")
    assert code(await world.ask(EDITOR, "GET", f"/visits/{VISIT}")) == (403, "forbidden")


async def test_a_visitor_without_a_playbook_or_a_visit_finds_nothing(world: World) -> None:
    lost = visitor(None)

    assert code(await world.ask(lost, "POST", f"/visits/{VISIT}/start", {})) == (404, "not_found")
    assert code(await world.ask(lost, "GET", f"/visits/{VISIT}")) == (404, "not_found")


async def test_a_version_that_the_read_model_has_not_got_yet_is_walked_all_the_same(world: World) -> None:
    world.rows.behind = True
    caller = visitor(await active(world))

    assert (await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})).is_success
