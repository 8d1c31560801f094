"""What each kind of reader sees of an event."""

import json

import pytest

from contracts import conversation, deciding, playbook
from contracts.envelope import Event
from contracts.registry import EVENTS
from contracts.shown import VISITORS_SEE
from services.gateway.projections.views import folder_of, row_view, view
from tests.unit.gateway.examples import (
    ADA,
    CONVERSATION,
    agent_row,
    assigned,
    closed,
    inbox_row,
    of_tomorrow,
    read_by_ada,
    recorded,
    said,
    started,
)


def test_agents_see_all_but_how_it_was_decided() -> None:
    seen = view(recorded(started, 1), for_visitor=False)

    assert seen is not None
    assert seen["captured"] == [{"field": "email", "value": "vi@example.org", "verified": False}]
    assert "online" not in seen
    assert "evidence" not in (view(recorded(assigned, 2), for_visitor=False) or {})


@pytest.mark.parametrize("event", [started, assigned, said("hi"), read_by_ada, closed])
def test_visitors_see_no_ids_of_others(event: Event) -> None:
    seen = view(recorded(event, 1), for_visitor=True)

    assert seen is not None
    assert ADA not in json.dumps(seen)


def test_visitors_see_who_joined_and_what_they_say() -> None:
    assert (view(recorded(assigned, 2), for_visitor=True) or {})["agent_name"] == "Ada"
    assert (view(recorded(said("<b>hi</b>"), 3), for_visitor=True) or {})["text"] == "<b>hi</b>"


def test_visitors_do_not_see_the_offline_message_before_its_time() -> None:
    assert "offline_message" not in (view(recorded(started, 1), for_visitor=True) or {})


def test_a_view_names_its_type_first() -> None:
    seen = view(recorded(closed, 9), for_visitor=True)

    assert seen == {"type": "conversation.closed.v1", "at": "2025-03-03T09:00:01Z", "reason": "resolved"}
    assert next(iter(seen)) == "type"


@pytest.mark.parametrize("for_visitor", [True, False])
def test_nothing_is_shown_of_types_that_are_not_known(for_visitor: bool) -> None:
    assert view(recorded(of_tomorrow, 2), for_visitor) is None


def test_what_visitors_see_are_fields_of_the_events() -> None:
    for event, fields in VISITORS_SEE.items():
        assert fields <= event.model_fields.keys(), event.__name__


def test_it_was_decided_of_every_event_whether_visitors_see_it() -> None:
    hidden = {
        conversation.AnswerWithheld,
        conversation.FileReleased,
        conversation.VisitorLeft,
        conversation.VisitorReturned,
        deciding.ConditionDecided,
        playbook.PageViewed,
        playbook.VisitorQualified,
        playbook.VisitorDisqualified,
        playbook.FollowUpRequested,
    }
    parents = (conversation.ConversationEvent, playbook.VisitEvent)
    theirs = {event for event in EVENTS.values() if issubclass(event, parents)}

    assert theirs == hidden | VISITORS_SEE.keys()


def test_a_conversation_is_in_one_folder() -> None:
    assert folder_of(inbox_row()) == "unassigned"
    assert folder_of(inbox_row(missed=True)) == "unassigned"
    assert folder_of(inbox_row(holder_id=ADA)) == ADA
    assert folder_of(inbox_row(holder_id=ADA, status="closed")) == "closed"


def test_rows_are_told_without_their_workspace() -> None:
    told = row_view(inbox_row(holder_id=ADA))

    assert "workspace_id" not in told
    assert (told["kind"], told["folder"], told["conversation_id"]) == ("conversation", ADA, CONVERSATION)
    assert row_view(agent_row())["kind"] == "agent"
