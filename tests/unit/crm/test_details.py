"""The details panel through the service's reactions and routes; every event arrives twice."""

from typing import Any

import pytest

from contracts.crm import LeadCreated
from contracts.ids import derived_id
from contracts.playbook import Captured
from services.crm.service import SERVICE
from tests.unit.crm.examples import CONVERSATION, captured, closed, started
from tests.unit.crm.people import ANN, BEN, OWNER, STRANGER, THEIR_VISITOR, code, told
from tests.unit.playbook.world import World

DETAILS = f"/conversations/{CONVERSATION}/details"
NOTES = f"{DETAILS}/notes"


@pytest.fixture
async def world() -> World:
    world = World(SERVICE)
    await world.hear(started())
    return world


async def test_what_the_bot_captured_is_already_there(world: World) -> None:
    shown = await told(world, DETAILS)

    assert shown == {
        "conversation_id": CONVERSATION,
        "version": 1,
        "person_id": None,
        "organization_id": None,
        "deal_value": None,
        "person": {"name": "Ada", "email": "ada@example.com", "phone": None},
        "organization": {"name": None, "website": None},
        "free": [],
        "by_bot": ["person.email", "person.name"],
        "verified": [],
        "notes": {"items": [], "next": None},
    }
    assert len(world.events) == 1


async def test_what_was_signed_for_is_told_while_it_still_stands_there(world: World) -> None:
    signed = (
        Captured(field="name", value="Zoë", verified=True),
        Captured(field="company", value="ACME", verified=True),
        Captured(field="email", value="zoe@example.com"),
    )
    other = derived_id("another conversation")
    await world.hear(started(other).model_copy(update={"captured": signed}))
    panel = f"/conversations/{other}/details"
    assert (await told(world, panel))["verified"] == ["organization.name", "person.name"]

    lead = await world.ask(ANN, "POST", f"/conversations/{other}/leads", {})
    assert lead.status_code == 201
    await world.ask(ANN, "POST", f"{panel}/person", {"name": "Zoe"})

    assert (await told(world, panel))["verified"] == ["organization.name"]
    (made,) = [event for event in world.events if isinstance(event, LeadCreated)]
    assert {detail.field for detail in made.person if detail.verified} == {"name", "company"}


async def test_a_conversation_of_which_nothing_is_known_has_empty_details(world: World) -> None:
    other = derived_id("another conversation")
    await world.hear(started(other).model_copy(update={"captured": ()}))

    shown = await told(world, f"/conversations/{other}/details")

    assert (shown["version"], shown["person"]["name"], shown["deal_value"]) == (0, None, None)


@pytest.mark.parametrize("end", [[], [closed]])
async def test_agents_edit_every_part_during_the_chat_and_after_it(world: World, end: list[Any]) -> None:
    for event in end:
        await world.hear(event)

    for path, body in (
        ("person", {"name": " Ida ", "phone": "+55 11 5555-0100"}),
        ("organization", {"name": "ACME", "website": "https://acme.example/br"}),
        ("deal-value", {"value_minor": 125_000, "currency": "EUR"}),
    ):
        assert (await world.ask(ANN, "POST", f"{DETAILS}/{path}", body)).status_code == 200

    shown = await told(world, DETAILS)
    assert shown["person"] == {"name": "Ida", "email": "ada@example.com", "phone": "+55 11 5555-0100"}
    assert shown["organization"] == {"name": "ACME", "website": "https://acme.example/br"}
    assert shown["deal_value"] == {"value_minor": 125_000, "currency": "EUR"}
    assert (shown["version"], shown["by_bot"]) == (4, ["person.email"])


async def test_what_the_bot_captures_later_fills_gaps_and_overwrites_no_agent(world: World) -> None:
    await world.ask(ANN, "POST", f"{DETAILS}/person", {"name": "Ida"})

    for field, value in (
        ("name", "Eva"),
        ("phone", "1234"),
        ("company", "ACME"),
        ("email", "eva@example.com"),
    ):
        await world.hear(captured(field, value))

    shown = await told(world, DETAILS)
    assert shown["person"] == {"name": "Ida", "email": "eva@example.com", "phone": "1234"}
    assert shown["organization"]["name"] == "ACME"


async def test_what_was_captured_outside_of_a_conversation_fills_no_panel(world: World) -> None:
    await world.hear(captured("phone", "1234", conversation_id=None))

    assert (await told(world, DETAILS))["version"] == 1


async def test_of_two_agents_who_edit_one_field_the_second_is_told_what_the_first_one_set(
    world: World,
) -> None:
    seen = (await told(world, DETAILS))["version"]
    await world.ask(ANN, "POST", f"{DETAILS}/person", {"name": "Ida", "expected_version": seen})

    late = await world.ask(BEN, "POST", f"{DETAILS}/person", {"name": "Eva", "expected_version": seen})
    other = await world.ask(BEN, "POST", f"{DETAILS}/person", {"phone": "123", "expected_version": seen})
    forced = await world.ask(BEN, "POST", f"{DETAILS}/person", {"name": "Eva"})

    assert code(late) == (409, "details_changed")
    told_late = late.json()
    assert (told_late["current"], told_late["by"], told_late["version"]) == ({"name": "Ida"}, ANN.id, 2)
    assert (other.status_code, forced.status_code) == (200, 200)
    assert (await told(world, DETAILS))["person"]["name"] == "Eva"


async def test_an_empty_edit_changes_nothing(world: World) -> None:
    answer = await world.ask(ANN, "POST", f"{DETAILS}/person", {})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


async def test_notes_are_written_changed_and_removed(world: World) -> None:
    ids = []
    for text in ("One.", "Two.", "Three."):
        answer = await world.ask(ANN, "POST", NOTES, {"text": text})
        assert answer.status_code == 201
        ids.append(answer.json()["ids"]["note_id"])
        await world.pass_time(1)
    await world.ask(ANN, "POST", f"{NOTES}/{ids[1]}", {"text": "Two and a half."})
    await world.ask(ANN, "POST", f"{NOTES}/{ids[0]}/remove")

    notes = (await told(world, DETAILS))["notes"]["items"]
    first = await told(world, f"{NOTES}?limit=1")
    rest = await told(world, f"{NOTES}?limit=1&cursor={first['next']}")
    assert [note["text"] for note in notes] == ["Three.", "Two and a half."]
    assert [note["by_name"] for note in notes] == ["Ann", "Ann"]
    assert (notes[0]["edited_at"], notes[1]["edited_at"] is None) == (None, False)
    assert [*first["items"], *rest["items"]] == notes


async def test_a_note_is_its_authors_and_an_owner_may_remove_it(world: World) -> None:
    note_id = (await world.ask(ANN, "POST", NOTES, {"text": "Mine."})).json()["ids"]["note_id"]

    assert code(await world.ask(BEN, "POST", f"{NOTES}/{note_id}", {"text": "Ours."})) == (409, "not_author")
    assert code(await world.ask(BEN, "POST", f"{NOTES}/{note_id}/remove")) == (409, "not_author")
    assert (await world.ask(OWNER, "POST", f"{NOTES}/{note_id}/remove")).status_code == 200
    assert code(await world.ask(ANN, "POST", f"{NOTES}/{note_id}", {"text": "x"})) == (404, "not_found")


async def test_the_same_note_with_its_key_is_written_once(world: World) -> None:
    for _ in range(2):
        await world.ask(ANN, "POST", NOTES, {"text": "Once."}, key="k")

    assert len((await told(world, NOTES))["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("person", {"name": ""}),
        ("person", {"name": " "}),
        ("person", {"email": "no address"}),
        ("person", {"email": "a@b"}),
        ("person", {"phone": "call me"}),
        ("person", {"age": 5}),
        ("person", {"expected_version": -1}),
        ("organization", {"website": "javascript:alert(1)"}),
        ("organization", {"name": "x" * 201}),
        ("deal-value", {"value_minor": 5}),
        ("deal-value", {"value_minor": "5", "currency": "EUR"}),
        ("deal-value", {"value_minor": -5, "currency": "EUR"}),
        ("deal-value", {"value_minor": 10**13, "currency": "EUR"}),
        ("deal-value", {"value_minor": 5, "currency": "eur"}),
        ("deal-value", {"value_minor": 5, "currency": "QQQ"}),
        ("notes", {"text": ""}),
        ("notes", {"text": " \n"}),
        ("notes", {"text": "x" * 4_001}),
    ],
)
async def test_a_wrong_body_is_refused_and_changes_nothing(world: World, path: str, body: object) -> None:
    assert code(await world.ask(ANN, "POST", f"{DETAILS}/{path}", body)) == (422, "invalid")
    assert (await told(world, DETAILS))["version"] == 1


async def test_details_are_known_to_the_agents_of_their_workspace_alone(world: World) -> None:
    note_id = (await world.ask(ANN, "POST", NOTES, {"text": "Ours."})).json()["ids"]["note_id"]
    asked: list[tuple[str, str, Any]] = [
        ("GET", DETAILS, None),
        ("GET", NOTES, None),
        ("POST", f"{DETAILS}/person", {"name": "x"}),
        ("POST", f"{DETAILS}/organization", {"name": "x"}),
        ("POST", f"{DETAILS}/deal-value", {"value_minor": 1, "currency": "EUR"}),
        ("POST", NOTES, {"text": "x"}),
        ("POST", f"{NOTES}/{note_id}", {"text": "x"}),
        ("POST", f"{NOTES}/{note_id}/remove", None),
    ]
    before = len(world.events)

    for method, path, body in asked:
        assert code(await world.ask(STRANGER, method, path, body)) == (404, "not_found")
        assert code(await world.ask(THEIR_VISITOR, method, path, body)) == (403, "forbidden")

    assert len(world.events) == before
