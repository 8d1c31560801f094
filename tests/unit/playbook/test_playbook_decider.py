"""A playbook's life in events."""

from functools import reduce
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.playbook import (
    FlowEdited,
    LookChanged,
    PlaybookArchived,
    PlaybookDeactivated,
    PlaybookPublished,
    PlaybookRenamed,
    PlaybookRolledBack,
    SitesChanged,
)
from services.chassis.decider import NotFound, Refused
from services.playbook.commands import (
    ActivatePlaybook,
    CreatePlaybook,
    DeactivatePlaybook,
    EditFlow,
    PlaybookCommand,
    PublishPlaybook,
    SetSites,
)
from services.playbook.decider.playbook import DECIDER, Playbook
from tests.spec import given
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    LONG,
    PLAYBOOK,
    TEMPLATE,
    activated,
    created,
    flow,
    message,
    published,
)

by: Any = {"by": AGENT, "at": AT}
told: Any = {"at": AT, "playbook_id": PLAYBOOK, "by": AGENT}
create = CreatePlaybook(
    playbook_id=PLAYBOOK, name="Home page", template="live_chat", wait_time_s=60, language="en", **by
)
edit, publish = EditFlow(flow=LONG, **by), PublishPlaybook(note="", **by)
set_sites = SetSites(sites=("https://www.example.com",), **by)
activate, deactivate = ActivatePlaybook(**by), DeactivatePlaybook(**by)
edited = FlowEdited(flow=LONG, **told)
circle = FlowEdited(flow=flow("a", a=message("a")), **told)
deactivated, archived = PlaybookDeactivated(**told), PlaybookArchived(**told)


def test_a_playbook_begins_with_its_templates_flow_as_draft() -> None:
    assert given(DECIDER).when(create) == [created]


def test_creating_a_playbook_again_changes_nothing() -> None:
    assert given(DECIDER, created).when(create) == []


@pytest.mark.parametrize("command", [edit, publish, set_sites, activate, deactivate])
def test_a_playbook_that_is_not_there_is_not_found(command: PlaybookCommand) -> None:
    with pytest.raises(NotFound):
        given(DECIDER).when(command)


@pytest.mark.parametrize("command", [edit, publish, set_sites, activate, deactivate])
def test_an_archived_playbook_does_not_change(command: PlaybookCommand) -> None:
    with pytest.raises(Refused, match="archived"):
        given(DECIDER, created, published, archived).when(command)


def test_the_draft_is_replaced_and_the_same_draft_is_no_change() -> None:
    assert given(DECIDER, created).when(edit) == [edited]
    assert given(DECIDER, created, edited).when(edit) == []


def test_the_first_version_is_1_and_carries_the_draft() -> None:
    assert given(DECIDER, created).when(publish) == [published]


def test_a_changed_draft_becomes_the_next_version() -> None:
    second = PlaybookPublished(published=2, flow=LONG, **told)

    assert given(DECIDER, created, published, edited).when(publish) == [second]


def test_an_unchanged_draft_is_not_published_again() -> None:
    assert given(DECIDER, created, published).when(publish) == []


def test_after_a_rollback_the_draft_becomes_a_version_with_a_new_number() -> None:
    second = PlaybookPublished(published=2, flow=LONG, **told)
    back = PlaybookRolledBack(published=1, **told)
    third = PlaybookPublished(published=3, flow=LONG, **told)

    assert given(DECIDER, created, published, edited, second, back).when(publish) == [third]


def test_a_flow_that_cannot_be_walked_is_not_published() -> None:
    with pytest.raises(Refused, match="circle") as refused:
        given(DECIDER, created, circle).when(publish)

    assert refused.value.code == "flow_not_walkable"
    assert refused.value.facts == {"cards": ["a"]}


def test_a_playbook_without_a_version_is_not_activated() -> None:
    with pytest.raises(Refused, match="Publish"):
        given(DECIDER, created).when(activate)


def test_a_published_playbook_is_activated_and_deactivated_once() -> None:
    assert given(DECIDER, created, published).when(activate) == [activated]
    assert given(DECIDER, created, published, activated).when(activate) == []
    assert given(DECIDER, created, published, activated).when(deactivate) == [deactivated]
    assert given(DECIDER, created, published, activated, deactivated).when(deactivate) == []


def test_the_list_of_sites_is_replaced() -> None:
    changed = SitesChanged(sites=("https://www.example.com",), **told)

    assert given(DECIDER, created).when(set_sites) == [changed]
    assert given(DECIDER, created, changed).when(set_sites) == []


def test_a_look_and_a_name_are_kept() -> None:
    renamed = PlaybookRenamed(name="Shop", **told)
    look = LookChanged(bot_name="Bo", colour="#ff0000", language="de", **told)

    state = given(DECIDER, created, renamed, look).state

    assert isinstance(state, Playbook)
    assert (state.name, state.language) == ("Shop", "de")


commands = st.sampled_from(
    [create, edit, EditFlow(flow=TEMPLATE, **by), publish, set_sites, activate, deactivate]
)


@generated(st.lists(commands, max_size=20))
def test_any_accepted_command_may_be_retried(history: list[PlaybookCommand]) -> None:
    state = DECIDER.initial
    for command in history:
        try:
            events = DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(DECIDER.evolve, events, state)

        assert DECIDER.decide(command, state) == []
