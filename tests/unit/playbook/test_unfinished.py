"""Unfinished chats: who can be reached and says no more becomes a lead, once, and not where somebody saw to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.ids import derived_id
from contracts.playbook import Captured, FollowUpRequested, VisitStarted
from contracts.unfinished import Unfinished
from services.chassis.decider import CancelTimer, Refused, SetTimer
from services.chassis.tokens import Caller
from services.playbook.commands.visit import LeaveUnfinished, Offer
from services.playbook.decider.visit import DECIDER, UNFINISHED
from services.playbook.decider.visit_state import Visit
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    LONG,
    Played,
    capture,
    closed,
    end,
    flow,
    question,
    start_visit,
    taken_over,
)
from tests.unit.playbook.test_visit_properties import exact, histories
from tests.unit.playbook.world import WORKSPACE, World

AFTER_S = 600
EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
ASKS = flow(
    "ask",
    ask=question(name="name", mail="email", leave="end"),
    name=capture("name", "ask"),
    email=capture("email", "ask"),
    end=end,
)


class Watched(Played):
    """A visit of a playbook that makes leads of unfinished ones."""

    def __init__(self, flow_: Any = ASKS, **more: Any) -> None:
        self.flow, self.state, self.told = flow_, DECIDER.initial, list[Event]()
        self.timer: Any = None
        offer = Offer(1, flow_, Unfinished(after_s=AFTER_S))
        self.do(replace(start_visit, offer=offer, **more))

    def do(self, command: Any) -> list[Event]:
        events = super().do(command)
        for change in (change for event in events for change in DECIDER.timers(event)):
            match change:
                case SetTimer(name="unfinished", due_at=due_at):
                    self.timer = due_at
                case CancelTimer(name="unfinished"):
                    self.timer = None
        return events

    def leave(self) -> list[Event]:
        """Nothing is said until the timer fires."""
        return self.do(LeaveUnfinished(at=AT + timedelta(seconds=AFTER_S)))


def test_who_left_a_way_to_be_reached_becomes_a_lead_that_says_where_they_left() -> None:
    visit = Watched()
    visit.answer("ask", "mail")
    assert visit.timer is None
    visit.detail("email", "ada@example.com")
    assert visit.timer == AT + timedelta(seconds=AFTER_S)

    (lead,) = visit.leave()

    assert isinstance(lead, FollowUpRequested)
    assert (lead.follow_up, lead.cause, lead.card_id, lead.arrival) == ("lead", "unfinished", "ask", 3)
    assert (lead.title, lead.note) == ("Unfinished chat", "Unfinished chat: left at card “Which?”.")
    assert lead.captured == (Captured(field="email", value="ada@example.com"),)
    assert (visit.leave(), visit.timer) == ([], None)


def test_a_name_alone_reaches_nobody_and_a_signed_visitor_is_reached_by_their_company() -> None:
    named, signed = Watched(), Watched(known=())
    named.answer("ask", "name")
    named.detail("name", "Ada")
    signed.answer("ask", "name")

    assert named.timer is None
    assert signed.timer is not None


def test_every_answer_waits_anew_and_after_the_lead_none_does() -> None:
    visit = Watched()
    visit.answer("ask", "mail")
    visit.detail("email", "ada@example.com")
    visit.leave()

    visit.answer("ask", "name")
    visit.detail("name", "Ada")

    assert visit.timer is None
    assert sum(isinstance(event, FollowUpRequested) for event in visit.told) == 1


@pytest.mark.parametrize("event", [taken_over, closed], ids=["taken", "closed"])
def test_whom_an_agent_took_and_what_has_ended_makes_no_lead(event: Event) -> None:
    visit = Watched()
    visit.answer("ask", "mail")
    visit.detail("email", "ada@example.com")
    visit.state = DECIDER.evolve(visit.state, event)

    assert CancelTimer(UNFINISHED) in DECIDER.timers(event)
    assert visit.leave() == []


def test_a_visit_that_began_before_it_was_settled_makes_none() -> None:
    visit = Played(ASKS)
    visit.answer("ask", "mail")
    visit.detail("email", "ada@example.com")

    assert visit.do(LeaveUnfinished(at=AT)) == []


@prop(histories, st.lists(st.integers(0, 30), max_size=4))
def test_a_visit_makes_one_lead_of_its_own_at_most(history: list[Any], fires: list[int]) -> None:
    visit = Watched(LONG)
    for place, command in enumerate(history):
        if place in fires and visit.timer is not None:
            visit.leave()
        try:
            visit.do(exact(command, visit.state))
        except Refused:
            continue
    visit.leave()

    made = [event for event in visit.told if isinstance(event, FollowUpRequested)]
    unfinished = [event for event in made if event.cause == "unfinished"]
    assert len(unfinished) <= 1
    assert len({(event.card_id, event.arrival) for event in made}) == len(made)
    assert isinstance(visit.state, Visit)
    if unfinished:
        before = visit.told[: visit.told.index(unfinished[0])]
        assert not any(isinstance(event, FollowUpRequested) and event.follow_up == "lead" for event in before)


async def opened(after_s: int | None) -> tuple[World, str, Caller]:
    """A playbook with this setting, and a visitor of it who left their e-mail."""
    world = World(SERVICE)

    async def post(path: str, body: Any = None, by: Caller = EDITOR) -> Any:
        answer = await world.ask(by, "POST", path, body)
        assert answer.is_success, answer.text
        return answer.json()

    playbook_id = (await post("/playbooks", {"name": "Shop", "language": "pt-BR"}))["ids"]["playbook_id"]
    path, visit_id = f"/playbooks/{playbook_id}", derived_id("visit", 1)
    await post(f"{path}/flow", {"flow": ASKS.model_dump(mode="json")})
    for step, body in (("publish", {}), ("activate", None), ("unfinished-chats", {"after_s": after_s})):
        await post(f"{path}/{step}", body)
    visitor = Caller(
        kind="visitor",
        id=derived_id("visitor", 1),
        workspace_id=WORKSPACE,
        visit_id=visit_id,
        playbook_id=playbook_id,
    )
    await post(f"/visits/{visit_id}/start", {}, visitor)
    await post(f"/visits/{visit_id}/answers", {"card_id": "ask", "choice_id": "mail"}, visitor)
    await post(f"/visits/{visit_id}/details", {"card_id": "email", "value": "ada@example.com"}, visitor)
    return world, path, visitor


def leads(world: World) -> list[FollowUpRequested]:
    return [event for event in world.events if isinstance(event, FollowUpRequested)]


async def test_by_its_timer_a_visit_becomes_a_lead_once_in_the_bots_language() -> None:
    world, _, visitor = await opened(300)
    await world.pass_time(299)
    assert leads(world) == []

    await world.pass_time(2)
    await world.pass_time(100_000)

    (lead,) = leads(world)
    assert lead.note == "Conversa inacabada: saiu no cartão “Which?”."
    back = {"card_id": "ask", "choice_id": "name"}
    answer = await world.ask(visitor, "POST", f"/visits/{visitor.visit_id}/answers", back)
    assert answer.is_success
    await world.pass_time(1_000)
    assert leads(world) == [lead]


async def test_off_is_off_and_a_setting_has_bounds_and_a_version() -> None:
    world, *_ = await opened(None)
    await world.pass_time(1_000_000)
    assert leads(world) == []

    world, path, _ = await opened(300)
    started = next(event for event in world.events if isinstance(event, VisitStarted))
    assert started.unfinished == Unfinished(after_s=300, language="pt-BR")
    told = await world.ask(EDITOR, "POST", f"{path}/unfinished-chats", {"after_s": 299})
    assert told.json()["code"] == "invalid"
    stale = await world.ask(EDITOR, "POST", f"{path}/unfinished-chats", {"after_s": 900}, if_match="1")
    assert stale.json()["code"] == "playbook_changed"
    same = await world.ask(EDITOR, "POST", f"{path}/unfinished-chats", {"after_s": 300})
    assert same.is_success
    read = (await world.ask(EDITOR, "GET", path)).json()
    assert read["unfinished_after_s"] == 300
