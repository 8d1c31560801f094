"""The details of a conversation in events: people before the bot, later before earlier."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import (
    DealValueSet,
    DetailsEvent,
    FreeFieldSet,
    NoteAdded,
    NoteEdited,
    NoteRemoved,
    OrganizationSet,
    PersonSet,
)
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.crm.commands import FREE_FIELDS_MAX, NOTES_EVER_MAX, NOTES_MAX, FillIn, SetFields
from services.crm.decider.details import DETAILS
from services.crm.decider.details_state import Details
from tests.spec import Given, given
from tests.unit.crm.examples import (
    ADA,
    AGENT,
    AT,
    CONVERSATION,
    NOTE,
    OTHER_AGENT,
    VISITOR,
    add_note,
    captured_ada,
    edit_note,
    fill_in,
    note_added,
    remove_note,
    set_fields,
    set_value,
    started,
)


def after(*commands: Any) -> Given:
    """The details once these commands were carried out."""
    history: list[Event] = []
    for command in commands:
        history += given(DETAILS, *history).when(command)
    return given(DETAILS, *history)


def details(*commands: Any) -> Details:
    state = after(*commands).state
    assert isinstance(state, Details)
    return state


ADA_BY_BOT = replace(fill_in(), captured=ADA)


def test_what_the_bot_captured_is_there_from_the_beginning() -> None:
    assert given(DETAILS).when(ADA_BY_BOT) == [captured_ada]


def test_a_company_is_the_organizations_name_and_what_has_no_place_is_a_free_field() -> None:
    organization, free = given(DETAILS).when(fill_in(company="ACME", budget="much"))

    assert isinstance(organization, OrganizationSet)
    assert (organization.name, organization.changed, organization.by) == ("ACME", ("name",), None)
    assert isinstance(free, FreeFieldSet)
    assert (free.field, free.value) == ("budget", "much")


def test_an_agent_sets_some_fields_and_the_others_stay() -> None:
    (event,) = after(ADA_BY_BOT).when(set_fields(email="a@example.com", phone="+1 555"))

    assert isinstance(event, PersonSet)
    assert (event.changed, event.by) == (("email", "phone"), AGENT)
    assert (event.name, event.email, event.phone) == ("Ada", "a@example.com", "+1 555")


@pytest.mark.parametrize("value", ["Countess", "Ada", None])
def test_the_bot_never_overwrites_what_an_agent_set_confirmed_or_cleared(value: str | None) -> None:
    edited = after(ADA_BY_BOT, set_fields(name=value))

    assert edited.when(fill_in(arrival=9, name="Eva")) == []
    assert isinstance(edited.state, Details)
    assert edited.state.values("person")["name"] == value


def test_what_the_bot_captured_later_counts_whatever_is_heard_first() -> None:
    late_then_early = details(fill_in(arrival=5, name="Eva"), ADA_BY_BOT)
    early_then_late = details(ADA_BY_BOT, fill_in(arrival=5, name="Eva"))

    assert late_then_early.values("person") == {"name": "Eva", "email": "ada@example.com"}
    assert early_then_late.values("person") == late_then_early.values("person")


def test_the_bot_is_heard_again_with_the_same_value_and_then_what_came_before_it_changes_nothing() -> None:
    again = details(fill_in(1, name="Ada"), fill_in(3, name="Ada"), fill_in(2, name="Eva"))

    assert again.values("person") == {"name": "Ada"}


@pytest.mark.parametrize("value", ["", "  "])
def test_nothing_is_no_captured_detail(value: str) -> None:
    assert given(DETAILS).when(fill_in(name=value, budget=value)) == []


def test_free_fields_have_a_limit_and_known_ones_may_still_change() -> None:
    many = {f"f{number}": "x" for number in range(FREE_FIELDS_MAX + 5)}
    full = after(fill_in(0, **many))

    assert isinstance(full.state, Details)
    assert len(full.state.values("free")) == FREE_FIELDS_MAX
    assert full.when(fill_in(arrival=3, more="x")) == []
    (event,) = full.when(fill_in(arrival=3, f0="y"))
    assert isinstance(event, FreeFieldSet)


def test_a_field_that_somebody_else_set_meanwhile_is_not_overwritten() -> None:
    edited = after(ADA_BY_BOT, set_fields(name="Eva", seen=1))

    with pytest.raises(Refused) as refused:
        edited.when(set_fields(name="Ida", phone="+1 555", seen=1))

    assert refused.value.code == "details_changed"
    assert refused.value.facts == {"current": {"name": "Eva"}, "by": AGENT, "version": 2}


def test_another_field_may_be_set_though_the_details_changed_meanwhile() -> None:
    (event,) = after(ADA_BY_BOT, set_fields(name="Eva", seen=1)).when(set_fields(phone="+1 555", seen=1))

    assert isinstance(event, PersonSet)
    assert (event.name, event.phone) == ("Eva", "+1 555")


def test_the_same_value_is_no_conflict_and_no_news() -> None:
    assert after(set_fields(name="Eva")).when(set_fields(name="Eva", seen=0)) == []
    assert given(DETAILS).when(set_fields(name=None)) == []


def test_a_deal_value_is_set_changed_and_cleared() -> None:
    (event,) = given(DETAILS).when(set_value(125_000))

    assert isinstance(event, DealValueSet)
    assert (event.value_minor, event.currency, event.by) == (125_000, "EUR", AGENT)
    assert after(set_value(125_000)).when(set_value(125_000)) == []
    assert len(after(set_value(125_000)).when(set_value(125_000, "USD"))) == 1
    assert len(after(set_value(125_000)).when(set_value(None))) == 1
    assert given(DETAILS).when(set_value(None)) == []


def test_a_deal_value_that_changed_meanwhile_is_not_overwritten() -> None:
    with pytest.raises(Refused) as refused:
        after(set_value(1), set_value(2)).when(set_value(3, seen=1))

    assert refused.value.facts["current"] == {"value_minor": 2, "currency": "EUR"}


def test_a_note_is_written_changed_and_removed_each_once() -> None:
    assert given(DETAILS).when(add_note()) == [note_added]
    assert after(add_note()).when(add_note()) == []
    (edited,) = after(add_note()).when(edit_note("Likes coffee."))
    assert isinstance(edited, NoteEdited)
    assert after(add_note(), edit_note("Likes coffee.")).when(edit_note("Likes coffee.")) == []
    (removed,) = after(add_note()).when(remove_note())
    assert isinstance(removed, NoteRemoved)
    assert after(add_note(), remove_note()).when(remove_note()) == []


def test_a_note_is_changed_by_its_author_alone_and_removed_by_an_owner_too() -> None:
    for command in (edit_note("Mine.", by=OTHER_AGENT), remove_note(by=OTHER_AGENT)):
        with pytest.raises(Refused) as refused:
            after(add_note()).when(command)
        assert refused.value.code == "not_author"

    assert len(after(add_note()).when(remove_note(by=OTHER_AGENT, by_owner=True))) == 1


def test_a_note_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        given(DETAILS).when(edit_note("x"))
    with pytest.raises(NotFound):
        after(add_note()).when(remove_note(note_id=derived_id("none")))
    with pytest.raises(NotFound):
        after(add_note(), remove_note()).when(edit_note("x"))


def _note(number: int) -> NoteAdded:
    return note_added.model_copy(update={"note_id": derived_id("note", number)})


def test_a_conversation_has_a_limit_of_notes() -> None:
    full = [_note(number) for number in range(NOTES_MAX)]
    gone = NoteRemoved(
        at=AT, conversation_id=CONVERSATION, visitor_id=VISITOR, note_id=full[0].note_id, by=AGENT
    )

    with pytest.raises(Refused) as refused:
        given(DETAILS, *full).when(add_note(NOTE))
    assert refused.value.code == "too_many_notes"
    assert len(given(DETAILS, *full, gone).when(add_note(NOTE))) == 1


def test_removed_notes_do_not_make_room_for_ever() -> None:
    pairs = [
        event
        for number in range(NOTES_EVER_MAX)
        for event in (
            _note(number),
            NoteRemoved(
                at=AT,
                conversation_id=CONVERSATION,
                visitor_id=VISITOR,
                note_id=derived_id("note", number),
                by=AGENT,
            ),
        )
    ]

    with pytest.raises(Refused):
        given(DETAILS, *pairs).when(add_note(NOTE))


def test_what_is_no_event_of_details_leaves_them_unchanged() -> None:
    assert given(DETAILS, captured_ada, started()).state == given(DETAILS, captured_ada).state
    assert given(DETAILS, started()).state == DETAILS.initial


VALUES = st.sampled_from(["a", "b"])
SETS = st.builds(
    set_fields,
    group=st.just("person"),
    seen=st.none() | st.integers(0, 6),
    name=VALUES | st.none(),
    phone=VALUES,
)
FILLS = st.builds(fill_in, arrival=st.integers(0, 4), name=VALUES, company=VALUES, budget=VALUES)
DEALS = st.builds(set_value, value_minor=st.none() | st.integers(0, 2), seen=st.none() | st.integers(0, 6))
NOTES = st.builds(add_note, note_id=st.sampled_from([NOTE, derived_id("other")]))
EDITS = st.builds(edit_note, text=VALUES, by=st.sampled_from([AGENT, OTHER_AGENT]))
REMOVALS = st.builds(remove_note, by_owner=st.booleans())
COMMANDS = SETS | FILLS | DEALS | NOTES | EDITS | REMOVALS


@generated(st.lists(COMMANDS, max_size=15))
def test_any_accepted_command_may_be_retried_and_versions_are_counted(history: list[Any]) -> None:
    state, version = DETAILS.initial, 0
    for command in history:
        try:
            events = DETAILS.decide(command, state)
        except Refused:
            continue
        assert all(isinstance(event, DetailsEvent) for event in events)
        state, version = reduce(DETAILS.evolve, events, state), version + len(events)

        assert DETAILS.decide(command, state) == []
        assert version == (state.version if isinstance(state, Details) else 0)


@generated(st.lists(SETS | FILLS, max_size=15))
def test_a_field_is_what_an_agent_set_last_or_else_what_the_bot_captured_last(
    history: list[SetFields | FillIn],
) -> None:
    state, by_agent, by_bot = DETAILS.initial, dict[str, str | None](), dict[str, tuple[int, str]]()
    for command in history:
        try:
            events = DETAILS.decide(command, state)
        except Refused:
            continue
        state = reduce(DETAILS.evolve, events, state)
        if isinstance(command, SetFields):
            # Clearing what was never set says nothing.
            known = by_agent.keys() | by_bot.keys()
            by_agent |= {field: value for field, value in command.values if value or field in known}
        else:
            name = next(detail.value for detail in command.captured if detail.field == "name")
            if "name" not in by_bot or by_bot["name"][0] < command.arrival:
                by_bot["name"] = (command.arrival, name)

    expected = {field: value for field, (_, value) in by_bot.items()} | by_agent
    assert (state.values("person") if isinstance(state, Details) else {}) == expected
