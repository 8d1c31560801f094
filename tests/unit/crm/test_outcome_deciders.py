"""Leads, deals and activities in events."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import LeadCreated, OutcomeEvent
from contracts.envelope import Event
from contracts.playbook import Captured
from services.chassis.decider import Decider, Refused, TakeClaim
from services.crm.commands import OutcomeCommand
from services.crm.decider.outcomes import ACTIVITY, DEAL, LEAD, OUTCOME
from tests.spec import given
from tests.unit.crm.examples import (
    ADA,
    AGENT,
    CONVERSATION,
    activity_created,
    create_activity,
    create_deal,
    create_lead,
    deal_created,
    lead_created,
    origin,
    started,
)

MADE = [
    (LEAD, create_lead, lead_created),
    (DEAL, create_deal, deal_created),
    (ACTIVITY, create_activity, activity_created),
]
Known = Decider[Any, Any]


@pytest.mark.parametrize(("decider", "command", "event"), MADE)
def test_an_outcome_is_named_after_the_person(
    decider: Known, command: OutcomeCommand, event: OutcomeEvent
) -> None:
    assert given(decider).when(command) == [event]


@pytest.mark.parametrize(
    ("person", "title"),
    [
        (ADA[1:], "Lead from ada@example.com"),
        ((Captured(field="company", value="ACME"),), "Lead from a visitor"),
        ((), "Lead from a visitor"),
    ],
)
def test_without_a_name_a_lead_is_named_after_what_else_is_known(
    person: tuple[Captured, ...], title: str
) -> None:
    (lead,) = given(LEAD).when(replace(create_lead, origin=replace(origin, person=person)))

    assert isinstance(lead, LeadCreated)
    assert lead.title == title


@pytest.mark.parametrize("title", ["", "  ", None])
def test_a_title_of_nothing_is_no_title(title: str | None) -> None:
    (lead,) = given(LEAD).when(replace(create_lead, title=title))

    assert isinstance(lead, LeadCreated)
    assert lead.title == "Lead from Ada"


@pytest.mark.parametrize(("decider", "command", "_"), MADE)
def test_an_agents_outcome_keeps_title_note_and_who_made_it(
    decider: Known, command: Any, _: OutcomeEvent
) -> None:
    agents = replace(origin, cause="agent", by=AGENT, conversation_id=CONVERSATION)

    (made,) = given(decider).when(replace(command, title="Big order", note="Call back.", origin=agents))

    assert isinstance(made, OutcomeEvent)
    assert (made.title, made.note, made.cause, made.by) == ("Big order", "Call back.", "agent", AGENT)
    assert made.conversation_id == CONVERSATION


@pytest.mark.parametrize(("decider", "command", "event"), MADE)
def test_an_outcome_is_made_once(decider: Known, command: OutcomeCommand, event: OutcomeEvent) -> None:
    assert given(decider, event).when(command) == []


@pytest.mark.parametrize(("decider", "command", "event"), MADE)
def test_an_outcome_made_for_something_else_is_refused(
    decider: Known, command: Any, event: OutcomeEvent
) -> None:
    with pytest.raises(Refused) as refused:
        given(decider, event).when(replace(command, origin=replace(origin, outcome_key="something else")))

    assert refused.value.code == "outcome_exists"


@pytest.mark.parametrize(("decider", "_", "event"), MADE)
def test_an_outcome_claims_its_key_whatever_its_kind(
    decider: Known, _: OutcomeCommand, event: OutcomeEvent
) -> None:
    assert decider.claims(event) == (TakeClaim(OUTCOME, event.outcome_key),)
    assert decider.claims(started()) == ()


def test_what_is_no_event_of_an_outcome_leaves_it_unchanged() -> None:
    history: tuple[Event, ...] = (lead_created, started(), lead_created)

    assert given(LEAD, *history).state == given(LEAD, lead_created).state


keys = st.sampled_from("ab").map(lambda key: replace(origin, outcome_key=key))
commands = st.builds(replace, st.sampled_from([command for _, command, _ in MADE]), origin=keys)


@generated(st.lists(commands, max_size=10))
def test_any_accepted_command_may_be_retried(history: list[OutcomeCommand]) -> None:
    state = LEAD.initial
    for command in history:
        try:
            events = LEAD.decide(command, state)
        except Refused:
            continue
        state = reduce(LEAD.evolve, events, state)

        assert LEAD.decide(command, state) == []
