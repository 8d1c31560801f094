"""A person in events, whose causes are heard in any order."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import PersonChanged, PersonCreated
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.crm.commands import PERSONS_MERGED_MAX
from services.crm.decider.person import PERSON, Person
from tests.spec import given
from tests.unit.crm.examples import (
    AGENT,
    AT,
    CONVERSATION,
    EARLIER,
    keep_person,
    merge_person,
    person_created,
    persons_merged,
    started,
)
from tests.unit.crm.examples import PERSON as PERSON_ID


def values(*commands: Any) -> dict[str, str | None]:
    """What is known after these commands."""
    history: list[Event] = []
    for command in commands:
        history += given(PERSON, *history).when(command)
    state = given(PERSON, *history).state
    return {kept.field: kept.value for kept in state.fields} if isinstance(state, Person) else {}


def test_the_first_detail_creates_the_person_and_the_next_one_changes_them() -> None:
    (created,) = given(PERSON).when(keep_person(name="Ada"))
    (changed,) = given(PERSON, created).when(keep_person(seconds=1, email="ada@example.com"))

    assert isinstance(created, PersonCreated)
    assert (created.name, created.conversation_id, created.known_at) == ("Ada", CONVERSATION, AT)
    assert isinstance(changed, PersonChanged)
    assert (changed.changed, changed.name, changed.email) == (("email",), "Ada", "ada@example.com")


def test_nothing_known_is_nobody() -> None:
    assert given(PERSON).when(keep_person(AGENT, name=None)) == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_the_latest_counts_and_an_agent_before_the_bot(order: tuple[int, ...]) -> None:
    commands = [
        keep_person(AGENT, 1, name="Ada"),
        keep_person(AGENT, 2, name="Eva"),
        keep_person(AGENT, 3, email="eva@example.com"),
        keep_person(None, 4, name="eve"),
    ]

    assert values(*(commands[place] for place in order)) == {"name": "Eva", "email": "eva@example.com"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_what_is_said_again_counts_from_then_on(order: tuple[int, ...]) -> None:
    commands = [
        keep_person(None, 1, name="Ada"),
        keep_person(None, 2, name="Eva"),
        keep_person(None, 3, name="Ada"),
    ]

    assert values(*(commands[place] for place in order)) == {"name": "Ada"}


def test_what_an_agent_set_is_never_overwritten_by_the_bot() -> None:
    assert values(keep_person(AGENT, 1, name="Ada"), keep_person(None, 2, name="Eva")) == {"name": "Ada"}
    confirmed = (keep_person(None, 1, name="Ada"), keep_person(AGENT, 2, name="Ada"))
    assert values(*confirmed, keep_person(None, 3, name="Eva")) == {"name": "Ada"}
    assert values(keep_person(None, 1, name="Ada"), keep_person(AGENT, 2, name=None)) == {"name": None}


def test_what_is_no_event_of_a_person_leaves_them_unchanged() -> None:
    (created,) = given(PERSON).when(keep_person(name="Ada"))

    assert given(PERSON, created, started()).state == given(PERSON, created).state
    assert given(PERSON, persons_merged).state == PERSON.initial


def test_a_person_is_merged_once_into_somebody_known_before() -> None:
    assert given(PERSON, person_created).when(merge_person()) == [persons_merged]
    assert given(PERSON, person_created, persons_merged).when(merge_person()) == []


def test_who_was_merged_goes_on_talking_and_stays_merged() -> None:
    merged = given(PERSON, person_created, persons_merged)

    (changed,) = merged.when(keep_person(seconds=200, phone="123"))

    assert isinstance(changed, PersonChanged)
    state = given(PERSON, person_created, persons_merged, changed).state
    assert (state.merged_into, state.since) == (EARLIER, AT)
    assert state.fields[-1].value == "123"


def test_of_whom_nothing_is_known_is_not_merged() -> None:
    with pytest.raises(NotFound):
        given(PERSON).when(merge_person())


OTHER = derived_id("other")
FIRST, LAST = "00000000-0000-5000-8000-000000000000", "ffffffff-ffff-5fff-bfff-ffffffffffff"


@pytest.mark.parametrize(
    ("command", "code", "facts"),
    [
        (merge_person(PERSON_ID), "same_person", {}),
        (merge_person(now=PERSON_ID), "same_person", {}),
        (merge_person(now=OTHER), "person_merged", {"person_id": OTHER}),
        (merge_person(seconds=1), "known_later", {}),
        (merge_person(LAST, seconds=0), "known_later", {}),
        (merge_person(persons=PERSONS_MERGED_MAX + 1), "too_many_merged", {}),
    ],
)
def test_whom_a_person_is_not_merged_into(command: Any, code: str, facts: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        given(PERSON, person_created).when(command)

    assert (refused.value.code, refused.value.facts) == (code, facts)


def test_of_two_who_became_known_at_the_same_moment_one_is_merged_into_the_other() -> None:
    assert len(given(PERSON, person_created).when(merge_person(FIRST, seconds=0))) == 1


def test_who_was_merged_is_not_merged_into_somebody_else() -> None:
    with pytest.raises(Refused) as refused:
        given(PERSON, person_created, persons_merged).when(merge_person(OTHER))

    assert (refused.value.code, refused.value.facts) == ("person_merged", {"person_id": EARLIER})


KEEPING = st.builds(
    keep_person,
    by=st.sampled_from([AGENT, None]),
    seconds=st.integers(0, 5),
    name=st.sampled_from(["a", "b", None]),
    phone=st.sampled_from(["1", "2"]),
)
MERGING = st.builds(
    merge_person,
    into=st.sampled_from([EARLIER, OTHER, PERSON_ID]),
    seconds=st.integers(-1, 100),
    now=st.sampled_from([None, OTHER]),
)
COMMANDS = st.one_of(KEEPING, MERGING)


@generated(st.lists(COMMANDS, max_size=12))
def test_any_command_may_be_retried(history: list[Any]) -> None:
    state = PERSON.initial
    for command in history:
        try:
            events = PERSON.decide(command, state)
        except Refused:
            continue
        state = reduce(PERSON.evolve, events, state)

        assert PERSON.decide(command, state) == []


@generated(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_merges_that_know_nothing_of_each_other_never_lead_round_in_a_circle(pairs: list[Any]) -> None:
    ids = [derived_id("person", number) for number in range(5)]
    states = [given(PERSON, person_created.model_copy(update={"person_id": id_})).state for id_ in ids]
    into: dict[str, str] = {}

    for one, other in pairs:
        try:
            events = PERSON.decide(merge_person(ids[other], 0, person_id=ids[one]), states[one])
        except Refused:
            continue
        states[one] = reduce(PERSON.evolve, events, states[one])
        into[ids[one]] = ids[other]

    for person_id in ids:
        seen = {person_id}
        while (person_id := into.get(person_id, "")) != "":
            assert person_id not in seen
            seen.add(person_id)
