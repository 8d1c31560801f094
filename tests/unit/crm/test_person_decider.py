"""A person in events, whose causes are heard in any order."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import PersonChanged, PersonCreated
from contracts.envelope import Event
from services.crm.decider.person import PERSON, Person
from tests.spec import given
from tests.unit.crm.examples import AGENT, AT, CONVERSATION, keep_person, started


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


def test_what_an_agent_set_is_never_overwritten_by_the_bot() -> None:
    assert values(keep_person(AGENT, 1, name="Ada"), keep_person(None, 2, name="Eva")) == {"name": "Ada"}
    confirmed = (keep_person(None, 1, name="Ada"), keep_person(AGENT, 2, name="Ada"))
    assert values(*confirmed, keep_person(None, 3, name="Eva")) == {"name": "Ada"}
    assert values(keep_person(None, 1, name="Ada"), keep_person(AGENT, 2, name=None)) == {"name": None}


def test_what_is_no_event_of_a_person_leaves_them_unchanged() -> None:
    (created,) = given(PERSON).when(keep_person(name="Ada"))

    assert given(PERSON, created, started()).state == given(PERSON, created).state


COMMANDS = st.builds(
    keep_person,
    by=st.sampled_from([AGENT, None]),
    seconds=st.integers(0, 5),
    name=st.sampled_from(["a", "b", None]),
    phone=st.sampled_from(["1", "2"]),
)


@generated(st.lists(COMMANDS, max_size=12))
def test_any_command_may_be_retried(history: list[Any]) -> None:
    state = PERSON.initial
    for command in history:
        state = reduce(PERSON.evolve, PERSON.decide(command, state), state)

        assert PERSON.decide(command, state) == []
