"""A playbook's life in events."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.envelope import Unknown
from contracts.look import Look
from contracts.playbook import (
    FlowEdited,
    LookChanged,
    PlaybookArchived,
    PlaybookCreated,
    PlaybookDeactivated,
    PlaybookPublished,
    PlaybookRenamed,
    PlaybookRolledBack,
    SitesChanged,
)
from contracts.playbook_document import PlaybookDocument
from services.chassis.decider import NotFound, Refused
from services.playbook.commands.playbook import (
    ActivatePlaybook,
    ArchivePlaybook,
    ChangeLook,
    CreatePlaybook,
    DeactivatePlaybook,
    EditFlow,
    ImportPlaybook,
    PlaybookCommand,
    PublishPlaybook,
    RenamePlaybook,
    ReplaceDraft,
    RollBackPlaybook,
    SetSites,
)
from services.playbook.decider.playbook import DECIDER
from services.playbook.decider.playbook_state import Playbook
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
    person,
    published,
)

LOOK = Look(bot_name="Bo", colour="#ff0000", icon="star", position="left", greeting="Oi!", language="pt-BR")
by: Any = {"by": AGENT, "at": AT}
told: Any = {"at": AT, "playbook_id": PLAYBOOK, "by": AGENT}
create = CreatePlaybook(
    playbook_id=PLAYBOOK, name="Home page", template="live_chat", wait_time_s=60, language="en", **by
)
DOCUMENT = PlaybookDocument(name="Carried", look=LOOK, flow=LONG)
import_ = ImportPlaybook(playbook_id=PLAYBOOK, document=DOCUMENT, **by)
rename, change_look = RenamePlaybook(name="Shop", **by), ChangeLook(look=LOOK, **by)
roll_back, archive = RollBackPlaybook(published=1, **by), ArchivePlaybook(**by)
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


@pytest.mark.parametrize(
    "command", [edit, publish, set_sites, activate, deactivate, rename, change_look, roll_back, archive]
)
def test_a_playbook_that_is_not_there_is_not_found(command: PlaybookCommand) -> None:
    with pytest.raises(NotFound):
        given(DECIDER).when(command)


@pytest.mark.parametrize(
    "command", [edit, publish, set_sites, activate, deactivate, rename, change_look, roll_back]
)
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
    errors: Any = refused.value.facts["errors"]
    assert [(error["card_id"], error["code"]) for error in errors] == [("a", "circle")]


def test_all_that_is_wrong_with_a_flow_is_told_at_once() -> None:
    broken = flow("a", a=message("a"), b=message("a"), c=person("a", text=" "))

    with pytest.raises(Refused) as refused:
        given(DECIDER, created, FlowEdited(flow=broken, **told)).when(publish)

    errors: Any = refused.value.facts["errors"]
    assert {(error["card_id"], error["code"]) for error in errors} == {
        ("a", "circle"),
        ("b", "dead_end"),
        ("b", "unreachable"),
        ("c", "dead_end"),
        ("c", "unreachable"),
        ("c", "empty_text"),
    }


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


def test_a_playbook_is_made_from_a_blank_template_in_portuguese() -> None:
    (made,) = given(DECIDER).when(replace(create, template="blank", language="pt-BR"))

    assert isinstance(made, PlaybookCreated)
    assert (made.template, made.language) == ("blank", "pt-BR")
    assert set(made.flow.cards) == {"welcome", "goodbye"}
    assert made.flow.cards["welcome"].kind == "question"
    assert made.flow.cards["welcome"].text == "Olá! Como podemos ajudar?"


def test_a_playbook_is_made_from_a_document_with_its_look() -> None:
    assert given(DECIDER).when(import_) == [
        PlaybookCreated(name="Carried", flow=LONG, language="pt-BR", **told),
        LookChanged(**LOOK.model_dump(), **told),
    ]
    assert given(DECIDER, created).when(import_) == []


def test_a_playbook_gets_another_name_and_another_look() -> None:
    renamed, look = PlaybookRenamed(name="Shop", **told), LookChanged(**LOOK.model_dump(), **told)

    assert given(DECIDER, created).when(rename) == [renamed]
    assert given(DECIDER, created, renamed).when(rename) == []
    assert given(DECIDER, created).when(change_look) == [look]
    assert given(DECIDER, created, look).when(change_look) == []


def test_a_new_playbook_looks_as_every_one_does_at_first() -> None:
    assert given(DECIDER, created).when(ChangeLook(look=Look(), **by)) == []


def test_new_visits_walk_an_older_version_again() -> None:
    two = (created, published, edited, PlaybookPublished(published=2, flow=LONG, **told))
    back = PlaybookRolledBack(published=1, **told)

    assert given(DECIDER, *two).when(roll_back) == [back]
    assert given(DECIDER, *two, back).when(roll_back) == []
    assert given(DECIDER, *two, back).when(replace(roll_back, published=2)) == [
        PlaybookRolledBack(published=2, **told)
    ]


@pytest.mark.parametrize("published_", [0, 2])
def test_nobody_rolls_back_to_a_version_that_there_is_not(published_: int) -> None:
    with pytest.raises(NotFound):
        given(DECIDER, created, published).when(replace(roll_back, published=published_))


def test_a_playbook_is_archived_once_and_for_good() -> None:
    assert given(DECIDER, created, published, activated).when(archive) == [archived]
    assert given(DECIDER, created, archived).when(archive) == []


def test_the_version_of_a_playbook_is_its_streams() -> None:
    unknown = Unknown(at=AT, type="playbook.playbook_framed.v1", data=b"{}")

    state = given(DECIDER, created, published, unknown, activated).state

    assert isinstance(state, Playbook)
    assert state.version == 4


every_command = [
    *(create, import_, edit, EditFlow(flow=TEMPLATE, **by), ReplaceDraft(document=DOCUMENT, **by)),
    *(publish, roll_back, set_sites, activate, deactivate, rename, change_look),
]
commands = st.sampled_from(every_command) | st.sampled_from([*every_command, archive])


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
