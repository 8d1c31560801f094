"""Copies of playbooks, differences between their versions, and changes on a version that is no more."""

from typing import Any

import pytest

from contracts.playbook_document import PlaybookDocument
from services.playbook.decider.difference import CardChange, FieldChange, NamedCard, difference
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import TEMPLATE, end, flow, message, question
from tests.unit.playbook.test_draft_api import LOOK, STRANGER, Editor
from tests.unit.playbook.test_undoing import code
from tests.unit.playbook.world import World


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

    copied = await editor.post("duplicate", {"name": "Copy"})

    original = await editor.get()
    copy = Editor(editor.world)
    copy.path = f"/playbooks/{copied.json()['ids']['playbook_id']}"
    told = await copy.get()
    assert (told["name"], told["draft"], told["look"]) == ("Copy", original["draft"], original["look"])
    assert (told["sites"], told["published"], told["active"]) == ([], 0, False)
    assert told["playbook_id"] != original["playbook_id"]


async def test_the_form_of_documents_can_be_read(editor: Editor) -> None:
    answer = await editor.world.ask(STRANGER, "GET", "/playbook-schema")

    assert answer.json() == PlaybookDocument.model_json_schema()


CHANGES: list[tuple[str, Any]] = [
    ("name", {"name": "Another"}),
    ("look", {"look": LOOK}),
    ("sites", {"sites": ["https://www.example.com"]}),
    ("publish", {}),
    ("deactivate", None),
    ("rollback", {"published": 1}),
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
