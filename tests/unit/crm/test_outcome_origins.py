"""Where leads and deals come from: a conversation or a visit alone, an agent or a card of some playbook."""

from typing import Any

import pytest

from contracts.ids import derived_id
from services.crm.service import SERVICE
from tests.unit.crm.examples import (
    AGENT,
    CONVERSATION,
    closed,
    follow_up,
    playbook_created,
    playbook_renamed,
    started,
    visit_started,
)
from tests.unit.crm.people import ANN, told
from tests.unit.playbook.world import World


@pytest.fixture
def world() -> World:
    return World(SERVICE)


def whence(item: Any) -> tuple[Any, ...]:
    """The conversation that it belongs to, how that stands, and whose card made it."""
    return item["conversation_id"], item["conversation_status"], item["playbook_name"]


async def test_a_lead_of_a_visit_that_met_nobody_says_whose_card_made_it_and_has_no_conversation(
    world: World,
) -> None:
    for event in (playbook_created, visit_started, follow_up()):
        await world.hear(event)
    (lead,) = (await told(world, "/leads"))["items"]
    assert whence(lead) == (None, None, "Corner")

    await world.hear(playbook_renamed)

    (lead,) = (await told(world, "/leads"))["items"]
    assert whence(lead) == (None, None, "Market")


async def test_a_lead_from_before_a_conversation_belongs_to_the_one_that_its_visit_became(
    world: World,
) -> None:
    for event in (visit_started, follow_up(), follow_up("deal", arrival=6, conversation_id=CONVERSATION)):
        await world.hear(event)
    await world.hear(started(derived_id("another conversation"), visit_id=derived_id("another visit")))
    for later in (started(), closed):
        await world.hear(later)

    for path in ("/leads", "/deals"):
        (item,) = (await told(world, path))["items"]
        assert whence(item) == (CONVERSATION, "closed", None), path


async def test_an_agents_lead_names_its_conversation_and_no_playbook(world: World) -> None:
    for event in (playbook_created, visit_started, started()):
        await world.hear(event)
    await world.ask(ANN, "POST", f"/conversations/{CONVERSATION}/leads", {})

    (lead,) = (await told(world, "/leads"))["items"]
    assert (*whence(lead), lead["by"]) == (CONVERSATION, "open", None, AGENT)


async def test_a_card_gives_a_lead_the_value_that_it_gives_a_deal(world: World) -> None:
    worth = {"deal_value_minor": 125_000, "currency": "EUR"}
    for event in (visit_started, follow_up(**worth), follow_up("deal", arrival=6, **worth), started()):
        await world.hear(event)

    (listed,) = (await told(world, "/leads"))["items"]
    of_the_chat = (await told(world, f"/conversations/{CONVERSATION}/outcomes"))["items"]

    assert (listed["value_minor"], listed["currency"]) == (125_000, "EUR")
    assert {(one["kind"], one["value_minor"], one["currency"]) for one in of_the_chat} == {
        ("lead", 125_000, "EUR"),
        ("deal", 125_000, "EUR"),
    }
