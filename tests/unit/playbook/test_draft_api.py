"""The editor's routes: small edits on a version, the list of problems, versions, documents and the snippet."""

from typing import Any

import httpx
import pytest

from contracts.ids import derived_id
from contracts.look import Look
from contracts.playbook import PageViewed
from contracts.playbook_document import PlaybookDocument
from services.chassis.tokens import Caller
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, LONG, VISIT, VISITOR, flow, message
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
STRANGER = EDITOR.model_copy(update={"workspace_id": derived_id("another workspace")})
LOOK = Look(bot_name="Bo", colour="#ff0000", icon="star", greeting="Oi!", language="pt-BR").model_dump()


class Editor:
    """An editor at one new playbook."""

    def __init__(self, world: World) -> None:
        self.world, self.path = world, ""

    async def create(self, **body: Any) -> str:
        made = await self.world.ask(EDITOR, "POST", "/playbooks", {"name": "Home page", **body})
        playbook_id: str = made.json()["ids"]["playbook_id"]
        self.path = f"/playbooks/{playbook_id}"
        return playbook_id

    async def post(self, step: str, body: object = None, **more: Any) -> httpx.Response:
        return await self.world.ask(EDITOR, "POST", f"{self.path}/{step}", body, **more)

    async def get(self, step: str = "") -> Any:
        answer = await self.world.ask(EDITOR, "GET", f"{self.path}{step}")
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture
async def editor() -> Editor:
    editor = Editor(World(SERVICE))
    await editor.create()
    return editor


async def test_a_playbook_tells_who_changed_it_last(editor: Editor) -> None:
    other = EDITOR.model_copy(update={"id": derived_id("another editor")})
    assert (await editor.get())["changed_by"] == EDITOR.id
    renamed = await editor.world.ask(other, "POST", f"{editor.path}/name", {"name": "Shop"})
    assert renamed.is_success
    assert (await editor.get())["changed_by"] == other.id


async def test_each_edit_answers_the_version_on_which_the_next_is_made(editor: Editor) -> None:
    question, version = "questions/welcome", "1"
    edits: list[tuple[str, Any]] = [
        ("cards/more", {"card": {"kind": "end", "text": "More."}}),
        (f"{question}/choices/chat", {"label": "Talk to us"}),
        (f"{question}/order", {"choice_ids": ["browse", "chat"]}),
        ("live-chat-cards/live_chat", {"wait_time_s": 90, "show_queue_position": True}),
        ("live-chat-card", {"question_id": "welcome", "label": "Talk to sales"}),
        ("start", {"card_id": "name"}),
        ("cards/more/delete", None),
    ]
    for step, body in edits:
        answer = await editor.post(step, body, if_match=f'"{version}"')
        assert answer.is_success, answer.text
        version = answer.json()["version"]

    draft = (await editor.get())["draft"]
    labels = [choice["label"] for choice in draft["cards"]["welcome"]["choices"]]
    assert labels == ["Just browsing", "Talk to us", "Talk to sales"]
    card = draft["cards"]["live_chat"]
    assert (card["wait_time_s"], card["show_queue_position"]) == (90, True)
    assert (draft["start"], "more" in draft["cards"]) == ("name", False)


async def test_an_edit_made_on_an_older_version_is_refused_and_changes_nothing(editor: Editor) -> None:
    read = await editor.world.ask(EDITOR, "GET", editor.path)
    etag = read.headers["etag"]
    assert (await editor.post("start", {"card_id": "name"}, if_match=etag)).is_success

    stale = await editor.post("start", {"card_id": "goodbye"}, if_match=etag)

    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "playbook_changed", 2)
    assert (await editor.get())["draft"]["start"] == "name"
    assert (await editor.post("start", {"card_id": "goodbye"}, if_match="*")).is_success


async def test_a_wrong_version_is_not_valid(editor: Editor) -> None:
    answer = await editor.post("start", {"card_id": "name"}, if_match="W/yesterday")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_added_live_chat_card_is_named_in_the_answer_and_made_once(editor: Editor) -> None:
    body = {"question_id": "welcome", "label": "Talk to sales"}

    first = (await editor.post("live-chat-card", body, key="k")).json()
    again = (await editor.post("live-chat-card", body, key="k")).json()

    assert first["ids"] == again["ids"]
    cards = (await editor.get())["draft"]["cards"]
    assert cards[first["ids"]["card_id"]]["kind"] == "live_chat"
    assert sum(card["kind"] == "live_chat" for card in cards.values()) == 2


async def test_all_problems_are_told_before_and_by_publishing(editor: Editor) -> None:
    broken = flow("a", a=message("b"), b=message("a"))
    await editor.post("flow", {"flow": broken.model_dump(mode="json")})

    told = (await editor.get("/problems"))["problems"]
    refused = await editor.post("publish", {})

    assert [(problem["card_id"], problem["code"]) for problem in told] == [("a", "circle"), ("b", "circle")]
    assert (refused.status_code, refused.json()["code"]) == (409, "flow_not_walkable")
    assert refused.json()["errors"] == told


@pytest.mark.parametrize(
    "card", [{"kind": "end"}, {"kind": "end", "text": "x", "more": 1}, {"kind": "door"}, None]
)
async def test_a_card_that_is_none_is_not_valid(editor: Editor, card: object) -> None:
    answer = await editor.post("cards/more", {"card": card})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_versions_are_listed_read_and_rolled_back_to(editor: Editor) -> None:
    await editor.post("publish", {"note": "First."})
    await editor.post("flow", {"flow": LONG.model_dump(mode="json")})
    await editor.post("publish", {"note": "Longer."})

    assert (await editor.post("rollback", {"published": 1})).is_success

    first = await editor.get("/versions?limit=1")
    rest = await editor.get(f"/versions?limit=1&cursor={first['next']}")
    listed = [
        (item["published"], item["note"], item["published_by"]) for item in first["items"] + rest["items"]
    ]
    assert listed == [(2, "Longer.", AGENT), (1, "First.", AGENT)]
    assert rest["next"] is None
    assert (await editor.get())["published"] == 1
    assert (await editor.get("/flow?published=2"))["start"] == (await editor.get("/flow"))["start"] == "menu"
    assert (await editor.get("/flow?published=1"))["start"] == "welcome"
    missing = await editor.post("rollback", {"published": 3})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_a_playbook_is_exported_and_imported_as_new_and_into_another(editor: Editor) -> None:
    await editor.post("look", {"look": LOOK})
    await editor.post("flow", {"flow": LONG.model_dump(mode="json")})
    document = await editor.get("/export")

    made = await editor.world.ask(EDITOR, "POST", "/playbooks/import", {"document": document})
    other = Editor(editor.world)
    await other.create(name="Other", template="blank", language="pt-BR")
    into = await other.post("import", {"document": document})

    assert PlaybookDocument.model_validate(document).look == Look(**LOOK)
    assert made.status_code == 201
    copy = f"/playbooks/{made.json()['ids']['playbook_id']}"
    assert (await editor.world.ask(EDITOR, "GET", f"{copy}/export")).json() == document
    assert into.is_success
    assert await other.get("/export") == {**document, "name": "Other"}


async def test_name_look_and_archive_show_in_the_list(editor: Editor) -> None:
    assert (await editor.post("name", {"name": " Shop "})).is_success
    assert (await editor.post("look", {"look": LOOK})).is_success
    assert (await editor.get())["look"] == LOOK
    listed = (await editor.world.ask(EDITOR, "GET", "/playbooks")).json()["items"]
    assert [item["name"] for item in listed] == ["Shop"]

    assert (await editor.post("archive")).is_success

    assert (await editor.world.ask(EDITOR, "GET", "/playbooks")).json()["items"] == []
    late = await editor.post("name", {"name": "Again"})
    assert (late.status_code, late.json()["code"]) == (409, "playbook_archived")


@pytest.mark.parametrize("look", [{"colour": "red"}, {"icon": "cat"}, {"language": "de"}, {"more": 1}])
async def test_a_look_that_is_none_is_not_valid(editor: Editor, look: dict[str, object]) -> None:
    assert (await editor.post("look", {"look": look})).status_code == 422


async def test_the_snippet_names_workspace_and_playbook(editor: Editor) -> None:
    playbook_id = editor.path.rpartition("/")[2]

    assert (await editor.get("/snippet"))["snippet"] == (
        f'<script async src="http://localhost:8080/widget/{WORKSPACE}/{playbook_id}.js"></script>'
    )


@pytest.mark.parametrize("part", ["problems", "versions", "flow", "export", "snippet"])
async def test_another_workspaces_playbook_is_not_found(editor: Editor, part: str) -> None:
    answer = await editor.world.ask(STRANGER, "GET", f"{editor.path}/{part}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_visitor_sees_the_look_and_tells_the_pages(editor: Editor) -> None:
    for step, body in (("look", {"look": LOOK}), ("publish", {}), ("activate", None)):
        await editor.post(step, body)
    playbook_id = editor.path.rpartition("/")[2]
    visitor = Caller(
        kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT, playbook_id=playbook_id
    )
    visit = f"/visits/{VISIT}"

    assert (await editor.world.ask(visitor, "GET", f"{visit}/look")).json() == LOOK
    await editor.world.ask(visitor, "POST", f"{visit}/start", {})
    for page in ("https://a.example/1", "https://a.example/1", "https://a.example/2"):
        assert (await editor.world.ask(visitor, "POST", f"{visit}/pages", {"url": page})).is_success

    viewed = [event.url for event in editor.world.events if isinstance(event, PageViewed)]
    assert viewed == ["https://a.example/1", "https://a.example/2"]
