"""Persons who turn out to be one, through the service's routes: whoever asks for either learns of both."""

from typing import Any

import httpx
import pytest

from contracts.crm import PersonsMerged
from contracts.ids import derived_id
from contracts.playbook import DetailCaptured
from services.crm.decider.person import person_of
from services.crm.service import SERVICE
from tests.unit.crm.examples import captured, follow_up, started, visit_started
from tests.unit.crm.people import ANN, STRANGER, THEIR_VISITOR, code, told
from tests.unit.playbook.world import World

VISITORS = [derived_id("visitor", number) for number in range(3)]
VISITS = [derived_id("visit", number) for number in range(3)]
CHATS = [derived_id("conversation", number) for number in range(3)]
PERSONS = [person_of(visitor_id) for visitor_id in VISITORS]
EUROS = {"value_minor": 5, "currency": "EUR"}


def of(event: Any, number: int) -> Any:
    """The event, of one of the visitors."""
    own = {"visitor_id": VISITORS[number], "visit_id": VISITS[number], "conversation_id": CHATS[number]}
    return event.model_copy(update={name: id_ for name, id_ in own.items() if hasattr(event, name)})


def said(number: int, field: str, value: str) -> DetailCaptured:
    """One of the visitors told the bot something."""
    detail: DetailCaptured = of(captured(field, value), number)
    return detail


async def merge(world: World, number: int, into: int, key: str = "") -> httpx.Response:
    """Ann says that the one person is the other."""
    return await world.ask(ANN, "POST", f"/persons/{PERSONS[number]}/merge", {"into": PERSONS[into]}, key)


@pytest.fixture
async def world() -> World:
    """Three visitors, one after the other: Ada, Ada again, and Ada with an address."""
    world = World(SERVICE)
    for number in range(3):
        await world.hear(of(visit_started, number))
        await world.hear(of(started().model_copy(update={"captured": ()}), number))
        await world.hear(said(number, "name", "Ada"))
        await world.pass_time(1)
    await world.hear(said(2, "email", "ada@example.com"))
    return world


async def test_who_was_merged_is_shown_as_who_they_are_now(world: World) -> None:
    assert (await merge(world, 2, 0)).status_code == 200

    listed = (await told(world, "/persons"))["items"]
    now, before = [await told(world, f"/persons/{PERSONS[number]}") for number in (0, 2)]
    assert [item["person_id"] for item in listed] == [PERSONS[1], PERSONS[0]]
    assert listed[1] == now
    assert (now["email"], now["merged_into"], now["merged"]) == ("ada@example.com", None, [PERSONS[2]])
    assert (before["email"], before["merged_into"], before["merged"]) == ("ada@example.com", PERSONS[0], [])


async def test_what_names_who_was_merged_names_who_they_are_now(world: World) -> None:
    await world.hear(of(follow_up(), 2))
    await world.hear(said(2, "company", "ACME"))
    await world.ask(ANN, "POST", f"/conversations/{CHATS[2]}/details/deal-value", EUROS)
    await merge(world, 2, 0)

    one = PERSONS[0]
    assert (await told(world, f"/conversations/{CHATS[2]}/details"))["person_id"] == one
    for path in ("/leads", f"/visits/{VISITS[2]}/outcomes", "/organizations", f"/persons/{one}/outcomes"):
        assert [item["person_id"] for item in (await told(world, path))["items"]] == [one], path
    (organization,) = (await told(world, f"/persons/{one}/organizations"))["items"]
    assert (await told(world, f"/organizations/{organization['organization_id']}"))["person_id"] == one


async def test_a_persons_lists_are_of_all_whom_they_turned_out_to_be_page_by_page(world: World) -> None:
    await merge(world, 2, 1)
    await merge(world, 1, 0)
    path = f"/persons/{PERSONS[0]}/conversations"

    first = await told(world, f"{path}?limit=2")
    rest = await told(world, f"{path}?limit=2&cursor={first['next']}")

    listed = [item["conversation_id"] for item in [*first["items"], *rest["items"]]]
    assert sorted(listed) == sorted(CHATS)
    assert (len(first["items"]), rest["next"]) == (2, None)


async def test_merged_one_after_the_other_they_are_all_one(world: World) -> None:
    await merge(world, 2, 1)
    await merge(world, 1, 0)

    (person,) = (await told(world, "/persons"))["items"]
    assert (person["person_id"], sorted(person["merged"])) == (PERSONS[0], sorted(PERSONS[1:]))
    assert (await told(world, f"/persons/{PERSONS[2]}"))["merged_into"] == PERSONS[0]
    assert (await told(world, f"/conversations/{CHATS[2]}/details"))["person_id"] == PERSONS[0]


async def test_an_agents_word_counts_before_the_bots_whomever_it_was_said_of(world: World) -> None:
    await world.ask(ANN, "POST", f"/conversations/{CHATS[1]}/details/person", {"name": "Ada Lovelace"})
    await world.hear_itself()
    await merge(world, 1, 0)
    await world.hear(said(0, "name", "Eva"))
    await world.hear(said(1, "phone", "123"))

    person = await told(world, f"/persons/{PERSONS[0]}")
    assert (person["name"], person["phone"]) == ("Ada Lovelace", "123")


@pytest.mark.parametrize(
    ("number", "into", "refused"),
    [(0, 0, "same_person"), (0, 1, "same_person"), (1, 2, "person_merged"), (2, 1, "person_merged")],
)
async def test_who_cannot_be_merged_is_refused_with_whom_to_take_instead(
    world: World, number: int, into: int, refused: str
) -> None:
    await merge(world, 1, 0)

    answer = await merge(world, number, into)

    assert code(answer) == (409, refused)
    assert answer.json().get("person_id") == (PERSONS[0] if refused == "person_merged" else None)


async def test_who_became_known_later_is_not_who_others_are_merged_into(world: World) -> None:
    assert code(await merge(world, 0, 1)) == (409, "known_later")


async def test_a_repeat_is_merged_once(world: World) -> None:
    answers = [await merge(world, 1, 0, key=key) for key in ("k", "k", "")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [type(event) for event in world.events].count(PersonsMerged) == 1


@pytest.mark.parametrize("body", [{}, {"into": 1}, {"into": "Ada"}, {"into": PERSONS[0], "by": "x"}])
async def test_a_wrong_body_is_refused(world: World, body: object) -> None:
    answer = await world.ask(ANN, "POST", f"/persons/{PERSONS[1]}/merge", body)

    assert code(answer) == (422, "invalid")


async def test_persons_are_merged_by_the_agents_of_their_workspace_alone(world: World) -> None:
    path, body = f"/persons/{PERSONS[1]}/merge", {"into": PERSONS[0]}
    nobody = {"into": derived_id("nobody")}

    assert code(await world.ask(STRANGER, "POST", path, body)) == (404, "not_found")
    assert code(await world.ask(ANN, "POST", path, nobody)) == (404, "not_found")
    assert code(await world.ask(THEIR_VISITOR, "POST", path, body)) == (403, "forbidden")
    assert PersonsMerged not in map(type, world.events)
