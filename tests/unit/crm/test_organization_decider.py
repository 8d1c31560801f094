"""An organization in events: what was set last about it in any of a visitor's conversations."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.crm import OrganizationChanged, OrganizationCreated
from contracts.envelope import Event
from services.crm.decider.organization import ORGANIZATION, Organization
from tests.spec import given
from tests.unit.crm.examples import AGENT, AT, CONVERSATION, keep_organization, person_created


def values(*commands: Any) -> dict[str, str | None]:
    """What is known after these commands."""
    history: list[Event] = []
    for command in commands:
        history += given(ORGANIZATION, *history).when(command)
    state = given(ORGANIZATION, *history).state
    return {kept.field: kept.value for kept in state.fields} if isinstance(state, Organization) else {}


def test_the_first_thing_known_creates_the_organization_and_the_next_one_changes_it() -> None:
    (created,) = given(ORGANIZATION).when(keep_organization(name="ACME"))
    (changed,) = given(ORGANIZATION, created).when(keep_organization(AGENT, 1, website="acme.example"))

    assert isinstance(created, OrganizationCreated)
    assert (created.name, created.conversation_id, created.known_at) == ("ACME", CONVERSATION, AT)
    assert isinstance(changed, OrganizationChanged)
    assert (changed.changed, changed.name, changed.website) == (("website",), "ACME", "acme.example")


def test_nothing_known_is_no_organization() -> None:
    assert given(ORGANIZATION).when(keep_organization(AGENT, name=None)) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_the_latest_counts_and_an_agent_before_the_bot(order: tuple[int, ...]) -> None:
    commands = [
        keep_organization(AGENT, 1, name="ACME"),
        keep_organization(AGENT, 2, name="ACME Ltd", website="acme.example"),
        keep_organization(None, 3, name="acme"),
    ]

    known = values(*(commands[place] for place in order))

    assert known == {"name": "ACME Ltd", "website": "acme.example"}


def test_what_is_no_event_of_an_organization_leaves_it_unchanged() -> None:
    (created,) = given(ORGANIZATION).when(keep_organization(name="ACME"))

    assert given(ORGANIZATION, created, person_created).state == given(ORGANIZATION, created).state


COMMANDS = st.builds(
    keep_organization,
    by=st.sampled_from([AGENT, None]),
    seconds=st.integers(0, 5),
    name=st.sampled_from(["a", "b", None]),
    website=st.sampled_from(["a.example", "b.example"]),
)


@generated(st.lists(COMMANDS, max_size=12))
def test_any_command_may_be_retried(history: list[Any]) -> None:
    state = ORGANIZATION.initial
    for command in history:
        state = reduce(ORGANIZATION.evolve, ORGANIZATION.decide(command, state), state)

        assert ORGANIZATION.decide(command, state) == []
