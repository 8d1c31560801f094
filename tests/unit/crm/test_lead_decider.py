"""A lead in events."""

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import LeadCreated
from contracts.envelope import Event
from contracts.playbook import Captured
from services.chassis.decider import Refused, TakeClaim
from services.crm.commands import CreateLead
from services.crm.decider import DECIDER, OUTCOME
from tests.spec import given
from tests.unit.crm.examples import ADA, AGENT, CONVERSATION, create, created, started


def test_a_lead_is_named_after_the_person() -> None:
    assert given(DECIDER).when(create) == [created]


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
    (lead,) = given(DECIDER).when(replace(create, person=person))

    assert isinstance(lead, LeadCreated)
    assert lead.title == title


def test_an_agents_lead_keeps_title_note_and_who_made_it() -> None:
    command = replace(
        create, title="Big order", note="Call back.", cause="agent", by=AGENT, conversation_id=CONVERSATION
    )

    (lead,) = given(DECIDER).when(command)

    assert isinstance(lead, LeadCreated)
    assert (lead.title, lead.note, lead.cause, lead.by) == ("Big order", "Call back.", "agent", AGENT)
    assert lead.conversation_id == CONVERSATION


def test_a_lead_is_made_once() -> None:
    assert given(DECIDER, created).when(create) == []


def test_a_lead_made_for_something_else_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, created).when(replace(create, outcome_key="something else"))

    assert refused.value.code == "lead_exists"


def test_a_lead_claims_its_outcome() -> None:
    assert DECIDER.claims(created) == (TakeClaim(OUTCOME, created.outcome_key),)
    assert DECIDER.claims(started()) == ()


def test_what_is_no_event_of_a_lead_leaves_it_unchanged() -> None:
    history: tuple[Event, ...] = (created, started(), created)

    assert given(DECIDER, *history).state == given(DECIDER, created).state


commands = st.builds(
    replace, st.just(create), outcome_key=st.sampled_from("ab"), title=st.sampled_from(["x", None])
)


@generated(st.lists(commands, max_size=10))
def test_any_accepted_command_may_be_retried(history: list[CreateLead]) -> None:
    state = DECIDER.initial
    for command in history:
        try:
            events = DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(DECIDER.evolve, events, state)

        assert DECIDER.decide(command, state) == []
