"""Persons and organizations through the service's reactions and routes; every event arrives twice."""

from datetime import timedelta

import pytest

from contracts.crm import PersonSet
from contracts.ids import derived_id
from contracts.playbook import Captured
from services.crm.service import SERVICE
from tests.unit.crm.examples import (
    AT,
    CONVERSATION,
    ORGANIZATION,
    PERSON,
    captured,
    follow_up,
    started,
    visit_started,
)
from tests.unit.crm.people import ANN, STRANGER, THEIR_VISITOR, code, told
from tests.unit.playbook.world import World

DETAILS = f"/conversations/{CONVERSATION}/details"


@pytest.fixture
async def world() -> World:
    world = World(SERVICE)
    await world.hear(started())
    return world


async def test_a_visitor_becomes_a_person_with_all_their_chats_and_what_came_of_them(world: World) -> None:
    other = derived_id("another conversation")
    await world.hear(started(other, visit_id=derived_id("another visit")))
    await world.hear(captured("name", "Ada", conversation_id=None))
    await world.hear(follow_up())
    await world.ask(ANN, "POST", f"{DETAILS}/person", {"phone": "123"})
    await world.hear_itself()
    await world.hear(captured("phone", "999"))

    (person,) = (await told(world, "/persons"))["items"]
    assert person == await told(world, f"/persons/{PERSON}")
    assert (person["name"], person["phone"]) == ("Ada", "123")
    chats = (await told(world, f"/persons/{PERSON}/conversations"))["items"]
    assert {chat["conversation_id"] for chat in chats} == {CONVERSATION, other}
    (lead,) = (await told(world, f"/persons/{PERSON}/outcomes"))["items"]
    assert lead["kind"] == "lead"


async def test_persons_are_known_to_the_agents_of_their_workspace_alone(world: World) -> None:
    await world.hear(captured("name", "Ada"))

    for path in ("", "/conversations", "/outcomes", "/organizations"):
        assert code(await world.ask(STRANGER, "GET", f"/persons/{PERSON}{path}")) == (404, "not_found")
        assert code(await world.ask(THEIR_VISITOR, "GET", f"/persons/{PERSON}{path}")) == (403, "forbidden")
    assert (await world.ask(STRANGER, "GET", "/persons")).json()["items"] == []


async def test_who_is_known_by_signature_is_a_person_with_a_company_before_they_say_a_word(
    world: World,
) -> None:
    details = {"name": "Zoë", "email": "zoe@example.com", "company": "ACME"}
    known = tuple(Captured(field=field, value=value, verified=True) for field, value in details.items())
    signed = visit_started.model_copy(update={"identified": True, "known": known})

    before = len(world.events)
    await world.hear(visit_started)
    assert len(world.events) == before
    await world.hear(signed, "visit-1")
    await world.hear(signed.model_copy(update={"at": AT + timedelta(days=1)}), "visit-2")

    (person,) = (await told(world, "/persons"))["items"]
    assert (person["name"], person["email"]) == ("Zoë", "zoe@example.com")
    (organization,) = (await told(world, "/organizations"))["items"]
    assert organization["name"] == "ACME"
    assert len(world.events) == before + 4  # Said again a day later: of both it is kept since when.


async def test_only_what_people_set_comes_from_a_panel_to_its_person(world: World) -> None:
    await world.hear_itself()

    assert [type(event) for event in world.events] == [PersonSet]


async def test_whom_a_visitor_is_with_comes_from_the_bot_and_from_any_of_their_panels(world: World) -> None:
    other = derived_id("another conversation")
    await world.hear(started(other, visit_id=derived_id("another visit")).model_copy(update={"captured": ()}))
    await world.hear(captured("name", "Ada"))
    await world.hear(captured("company", "acme", conversation_id=None))
    body = {"name": "ACME", "website": "acme.example"}
    await world.ask(ANN, "POST", f"{DETAILS}/organization", body)
    await world.hear_itself()
    await world.hear(captured("company", "Acme, Inc."))

    (organization,) = (await told(world, "/organizations"))["items"]
    assert organization == await told(world, f"/organizations/{ORGANIZATION}")
    assert (organization["name"], organization["website"]) == ("ACME", "acme.example")
    assert organization["person_id"] == PERSON
    assert (await told(world, f"/persons/{PERSON}/organizations"))["items"] == [organization]
    for conversation_id in (CONVERSATION, other):
        shown = await told(world, f"/conversations/{conversation_id}/details")
        assert (shown["person_id"], shown["organization_id"]) == (PERSON, ORGANIZATION)


async def test_organizations_are_listed_newest_first_and_found_by_name_in_any_case(world: World) -> None:
    ids = []
    for number, name in enumerate(("ACME", "Other", "acme")):
        said = captured("company", name).model_copy(update={"visitor_id": derived_id("visitor", number)})
        await world.hear(said)
        await world.pass_time(1)
        ids.append((await told(world, "/organizations"))["items"][0]["organization_id"])

    first = await told(world, "/organizations?limit=2")
    rest = await told(world, f"/organizations?limit=2&cursor={first['next']}")
    named = await told(world, "/organizations?name=Acme")

    assert [item["organization_id"] for item in [*first["items"], *rest["items"]]] == ids[::-1]
    assert [item["organization_id"] for item in named["items"]] == [ids[2], ids[0]]
    assert (await told(world, "/organizations?name=acm"))["items"] == []


async def test_organizations_are_known_to_the_agents_of_their_workspace_alone(world: World) -> None:
    await world.hear(captured("company", "ACME"))

    one = f"/organizations/{ORGANIZATION}"
    assert code(await world.ask(STRANGER, "GET", one)) == (404, "not_found")
    assert (await world.ask(STRANGER, "GET", "/organizations")).json()["items"] == []
    for path in (one, "/organizations"):
        assert code(await world.ask(THEIR_VISITOR, "GET", path)) == (403, "forbidden")
    for name in ("", "%00", "a%00b", "x" * 201):
        assert code(await world.ask(ANN, "GET", f"/organizations?name={name}")) == (422, "invalid")
