"""Copies of playbooks, differences between their versions, and changes on a version that is no more."""

from typing import Any

import pytest

from contracts.conditions import HoursAre, SomebodyOnline, VisitorReturns
from contracts.playbook import FlowEdited
from contracts.playbook_document import document_schema
from services.playbook.decider.difference import CardChange, FieldChange, NamedCard, difference
from services.playbook.decider.playbook_state import UNDO_MAX
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import TEMPLATE, condition, end, flow, message, question
from tests.unit.playbook.test_draft_api import LOOK, STRANGER, Editor
from tests.unit.playbook.test_undoing import code
from tests.unit.playbook.world import World

PRIVACY = {"text": "We keep your name.", "asks": True}
OTHER = flow("hi", hi=message("end"), end=end).model_dump(mode="json")


@pytest.fixture
async def editor() -> Editor:
    editor = Editor(World(SERVICE))
    await editor.create()
    return editor


def test_cards_that_came_went_or_changed_are_told_with_their_fields() -> None:
    before = flow("ask", ask=question(a="hi", b="end"), hi=message("end"), end=end)
    after = flow("hi", ask=question(a="hi", b="new"), hi=message("ask"), new=end)

    told = difference(before, after)

    assert told.start == FieldChange(field="start", before="ask", after="hi")
    assert told.added == [NamedCard(card_id="new", kind="end")]
    assert told.removed == [NamedCard(card_id="end", kind="end")]
    assert [(card.card_id, [field.field for field in card.fields]) for card in told.changed] == [
        ("ask", ["choices"]),
        ("hi", ["next"]),
    ]


def test_a_card_of_another_kind_tells_its_kind_and_what_it_has_no_more() -> None:
    told = difference(flow("a", a=message("end"), end=end), flow("a", a=end, end=end))

    fields = [
        FieldChange(field="kind", before="message", after="end"),
        FieldChange(field="text", before="Well.", after="Bye."),
        FieldChange(field="next", before="end", after=None),
    ]
    assert told.changed == [CardChange(card_id="a", kind="end", fields=fields)]


def test_nothing_differs_from_itself() -> None:
    told = difference(TEMPLATE, TEMPLATE)

    assert (told.start, told.added, told.removed, told.changed) == (None, [], [], [])


async def test_versions_and_the_draft_are_compared(editor: Editor) -> None:
    await editor.post("publish", {})
    await editor.post("questions/welcome/choices/chat", {"label": "Talk to us"})
    await editor.post("publish", {"note": "Friendlier"})
    await editor.post("cards/more", {"card": {"kind": "end", "text": "More."}})

    told = [await editor.get(f"/difference{of}") for of in ("?before=1&after=2", "", "?before=2&after=1")]

    assert [field["field"] for card in told[0]["changed"] for field in card["fields"]] == ["choices"]
    assert (told[1]["added"], told[1]["changed"]) == ([{"card_id": "more", "kind": "end"}], [])
    assert told[2]["changed"][0]["fields"][0]["after"][0]["label"] == "Chat with us"
    missing = await editor.world.ask(STRANGER, "GET", f"{editor.path}/difference")
    assert missing.status_code == 404


async def test_before_the_first_version_everything_is_new(editor: Editor) -> None:
    told = await editor.get("/difference")

    assert {card["card_id"] for card in told["added"]} == TEMPLATE.cards.keys()
    assert told["start"] == {"field": "start", "before": None, "after": "welcome"}


async def test_a_copy_has_the_look_and_the_draft_and_is_installed_nowhere(editor: Editor) -> None:
    await editor.post("look", {"look": LOOK})
    await editor.post("sites", {"sites": ["https://www.example.com"]})
    await editor.post("questions/welcome/choices/chat", {"label": "Talk to us"})
    await editor.post("behaviour", {"behaviour": {"privacy": PRIVACY, "hides_offline": True}})

    copied = await editor.post("duplicate", {"name": "Copy"})

    original = await editor.get()
    copy = Editor(editor.world)
    copy.path = f"/playbooks/{copied.json()['ids']['playbook_id']}"
    told = await copy.get()
    assert (told["name"], told["draft"], told["look"]) == ("Copy", original["draft"], original["look"])
    assert (told["sites"], told["published"], told["active"]) == ([], 0, False)
    assert told["behaviour"]["privacy"] == original["behaviour"]["privacy"] is not None
    assert not told["behaviour"]["hides_offline"]
    assert told["playbook_id"] != original["playbook_id"]


async def test_a_version_that_nothing_else_holds_any_more_is_put_into_the_draft(editor: Editor) -> None:
    await editor.post("publish", {})
    (await editor.post("flow", {"flow": OTHER})).raise_for_status()
    await editor.post("publish", {})
    await editor.post("rollback", {"published": 1})
    for number in range(UNDO_MAX + 1):
        await editor.post("cards/hi", {"card": {"kind": "end", "text": str(number)}})
    before = await editor.get()

    stale = await editor.post("versions/1/restore", None, if_match=f'"{before["version"] - 1}"')
    restored = await editor.post("versions/1/restore", None, if_match=f'"{before["version"]}"')
    now = await editor.get()
    again = await editor.post("versions/1/restore", None)

    assert code(stale) == (412, "playbook_changed")
    assert restored.json()["version"] == again.json()["version"] == before["version"] + 1
    assert now["draft"] == await editor.get("/flow?published=1") != before["draft"]
    assert (now["published"], now["draft_changed"]) == (1, False)
    await editor.post("undo", None)
    assert (await editor.get())["draft"] == before["draft"]
    assert code(await editor.post("versions/3/restore", None)) == (404, "not_found")


async def test_unpublished_changes_are_what_would_be_published_otherwise(editor: Editor) -> None:
    told = list[tuple[str, bool]]()

    async def after(step: str, body: Any = None) -> None:
        (await editor.post(step, body)).raise_for_status()
        told.append((step, (await editor.get())["draft_changed"]))

    await after("publish", {})
    await after("flow", {"flow": OTHER})
    await after("undo")
    await after("redo")
    await after("publish", {})
    await after("rollback", {"published": 1})
    await after("rollback", {"published": 2})
    await after("rollback", {"published": 1})
    await after("look", {"look": LOOK})

    assert told == [
        ("publish", False),
        ("flow", True),
        ("undo", False),
        ("redo", True),
        ("publish", False),
        ("rollback", True),
        ("rollback", False),
        ("rollback", True),
        ("look", True),
    ]


@pytest.mark.parametrize(
    ("was", "now"), [("hours", "online"), ("online", "returning"), ("returning", "hours")]
)
async def test_another_condition_is_another_draft(editor: Editor, was: str, now: str) -> None:
    def asks(of: str) -> dict[str, Any]:
        when: Any = {"hours": HoursAre, "online": SomebodyOnline, "returning": VisitorReturns}[of]()
        return flow("if", **{"if": condition(when, "end", "hi")}, hi=message("end"), end=end).model_dump(
            mode="json"
        )

    (await editor.post("flow", {"flow": asks(was)})).raise_for_status()
    (await editor.post("publish", {})).raise_for_status()
    (await editor.post("flow", {"flow": asks(now)})).raise_for_status()

    assert (await editor.get())["draft_changed"]
    (await editor.post("publish", {})).raise_for_status()
    assert await editor.get("/flow?published=2") == (await editor.get())["draft"]


async def test_what_another_has_published_is_published_by_nobody_who_has_not_seen_it(editor: Editor) -> None:
    seen = f'"{(await editor.get())["version"]}"'
    await editor.post("flow", {"flow": OTHER})
    await editor.post("publish", {})

    assert code(await editor.post("publish", {}, if_match=seen)) == (412, "playbook_changed")
    assert (await editor.post("publish", {})).is_success


async def test_a_file_changes_nothing_of_the_consent_that_visitors_are_asked_for_already(
    editor: Editor,
) -> None:
    asks_not = {**PRIVACY, "asks": False}
    await editor.post("behaviour", {"behaviour": {"privacy": asks_not}})
    document = await editor.get("/export")
    await editor.post("behaviour", {"behaviour": {"privacy": PRIVACY}})

    (await editor.post("import", {"document": document})).raise_for_status()

    assert (await editor.get())["behaviour"]["privacy"]["asks"] is True


async def test_what_was_put_back_says_which_version_it_was(editor: Editor) -> None:
    await editor.post("publish", {})
    await editor.post("flow", {"flow": OTHER})
    await editor.post("versions/1/restore", None)

    edits = [event for event in editor.world.events if isinstance(event, FlowEdited)]

    assert [(event.restored, event.way) for event in edits] == [(None, "edit"), (1, "edit")]


async def test_a_file_carries_consent_and_one_without_takes_none_away(editor: Editor) -> None:
    without = await editor.get("/export")
    await editor.post("behaviour", {"behaviour": {"privacy": PRIVACY, "opens_after_s": 5}})
    document = await editor.get("/export")
    other = Editor(editor.world)
    await other.create()

    (await editor.post("import", {"document": without})).raise_for_status()
    for _ in range(2):
        (await other.post("import", {"document": document})).raise_for_status()

    told, others = (await editor.get())["behaviour"], (await other.get())["behaviour"]
    assert "privacy" not in without
    assert (told["privacy"]["asks"], told["opens_after_s"]) == (True, 5)
    assert (others["privacy"], others["opens_after_s"]) == (told["privacy"], 0)


async def test_the_form_of_documents_can_be_read(editor: Editor) -> None:
    answer = await editor.world.ask(STRANGER, "GET", "/playbook-schema")

    assert answer.json() == document_schema()


CHANGES: list[tuple[str, Any]] = [
    ("name", {"name": "Another"}),
    ("look", {"look": LOOK}),
    ("sites", {"sites": ["https://www.example.com"]}),
    ("publish", {}),
    ("deactivate", None),
    ("rollback", {"published": 1}),
    ("versions/1/restore", None),
    ("archive", None),
    ("undo", None),
]


@pytest.mark.parametrize(("step", "body"), CHANGES, ids=[step for step, _ in CHANGES])
async def test_every_change_may_name_the_version_on_which_it_was_made(
    editor: Editor, step: str, body: Any
) -> None:
    for before, told in (("publish", {}), ("activate", None)):
        await editor.post(before, told)
    for text in ("One", "Two"):
        await editor.post("questions/welcome/choices/chat", {"label": text})
        if text == "One":
            await editor.post("publish", {})
    unchanged = await editor.get()

    assert code(await editor.post(step, body, if_match='"1"')) == (412, "playbook_changed")
    assert await editor.get() == unchanged
    changed = await editor.post(step, body, if_match=f'"{unchanged["version"]}"')
    assert changed.is_success, changed.text
    assert changed.json()["version"] == unchanged["version"] + 1
