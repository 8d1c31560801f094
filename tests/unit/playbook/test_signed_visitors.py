"""What a visitor's token says that the company has signed for counts as captured from the first moment."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts.conditions import CapturedIs
from contracts.envelope import Event
from contracts.flow import ActionCard, Flow
from contracts.playbook import Captured, CardShown, FollowUpRequested, LiveChatRequested, VisitStarted
from services.chassis.tokens import Caller
from services.playbook.commands.visit import GiveAnswer, GiveDetail, Offer
from services.playbook.decider.visit import DECIDER
from services.playbook.service import SERVICE
from tests.spec import given
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    TEMPLATE,
    VISIT,
    VISITOR,
    capture,
    condition,
    end,
    flow,
    person,
    start_visit,
    started,
    welcomed,
)
from tests.unit.playbook.world import WORKSPACE, World

NAME = Captured(field="name", value="Zoë", verified=True)
EMAIL = Captured(field="email", value="zoe@example.com", verified=True)
signed = started.model_copy(update={"identified": True, "known": (NAME, EMAIL)})
choose_chat = GiveAnswer(card_id="welcome", choice_id="chat", flow=TEMPLATE, at=AT)


def request_of(events: Sequence[Event]) -> LiveChatRequested:
    return next(event for event in events if isinstance(event, LiveChatRequested))


def test_a_visit_begins_with_what_is_known() -> None:
    assert given(DECIDER).when(replace(start_visit, known=(NAME, EMAIL))) == [signed, welcomed]
    by_name_alone = started.model_copy(update={"identified": True})
    assert given(DECIDER).when(replace(start_visit, known=())) == [by_name_alone, welcomed]


def test_a_request_for_a_person_tells_what_is_known_and_that_it_was_signed_for() -> None:
    request = request_of(given(DECIDER, signed, welcomed).when(choose_chat))

    assert (request.identified, request.captured) == (True, (NAME, EMAIL))
    assert not request_of(given(DECIDER, started, welcomed).when(choose_chat)).identified


def test_what_the_visitor_says_later_counts_and_nobody_has_signed_for_it() -> None:
    asks = flow("name", name=capture("name", "chat"), chat=person("end"), end=end)
    begun = given(DECIDER).when(replace(start_visit, known=(NAME, EMAIL), offer=Offer(1, asks)))

    events = given(DECIDER, *begun).when(GiveDetail(card_id="name", value="Ada", flow=asks, at=AT))

    request = request_of(events)
    assert request.captured == (EMAIL, Captured(field="name", value="Ada"))
    assert request.identified


def test_follow_ups_tell_what_is_known() -> None:
    call = ActionCard(follow_up="activity", title="Call {name}", next="end")
    acts = flow("call", call=call, end=end)

    events = given(DECIDER).when(replace(start_visit, known=(NAME, EMAIL), offer=Offer(1, acts)))

    (follow_up,) = [event for event in events if isinstance(event, FollowUpRequested)]
    assert (follow_up.title, follow_up.captured) == ("Call Zoë", (NAME, EMAIL))


@pytest.mark.parametrize("known", [None, {}, {"name": "Zoë", "email": "zoe@example.com"}])
async def test_the_token_says_what_is_known(known: dict[str, str] | None) -> None:
    world = World(SERVICE)
    owner = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="owner")
    made = await world.ask(owner, "POST", "/playbooks", {"name": "Home page"})
    playbook_id = made.json()["ids"]["playbook_id"]
    for step in ("publish", "activate"):
        await world.ask(owner, "POST", f"/playbooks/{playbook_id}/{step}", {})
    visitor = Caller(
        kind="visitor",
        id=VISITOR,
        workspace_id=WORKSPACE,
        visit_id=VISIT,
        playbook_id=playbook_id,
        known=known,
    )

    assert (await world.ask(visitor, "POST", f"/visits/{VISIT}/start", {})).status_code == 200

    (begun,) = [event for event in world.events if isinstance(event, VisitStarted)]
    assert begun.identified is (known is not None)
    assert begun.known == ((NAME, EMAIL) if known else ())


def test_a_card_asks_for_what_was_signed_and_a_condition_before_it_passes_it_over() -> None:
    known = condition(CapturedIs(field="email", compare="known"), "end", otherwise="email")
    asks = flow("email", email=capture("email", "end"), end=end)
    guarded = flow("known", known=known, email=capture("email", "end"), end=end)

    def shown(of: Flow, known: tuple[Captured, ...]) -> list[str]:
        events = given(DECIDER).when(replace(start_visit, known=known, offer=Offer(1, of)))
        return [event.card_id for event in events if isinstance(event, CardShown)]

    assert shown(asks, (EMAIL,)) == shown(asks, ()) == ["email"]
    assert shown(guarded, (EMAIL,)) == ["end"]
    assert shown(guarded, ()) == ["email"]
