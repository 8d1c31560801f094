"""What the read models of playbooks keep, from events alone."""

from typing import Any

import pytest

from contracts.behaviour import Behaviour
from contracts.envelope import Event, Metadata, Recorded
from contracts.flow import Flow
from contracts.installed import BehaviourChanged, PageRulesSet
from contracts.playbook import (
    FlowEdited,
    LookChanged,
    PlaybookArchived,
    PlaybookDeactivated,
    PlaybookPublished,
    PlaybookRenamed,
    PlaybookRolledBack,
    SitesChanged,
    UnfinishedChatsSet,
)
from services.chassis.models import ReadModel, Rows
from services.playbook.projections import MODELS
from services.playbook.service import SERVICE
from services.playbook.tables import FLOWS, PLAYBOOKS
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    LATER,
    LONG,
    PLAYBOOK,
    TEMPLATE,
    activated,
    created,
    opened,
    published,
    taken_over,
    waiting,
)
from tests.unit.playbook.world import WORKSPACE, FoldedRows

told: Any = {"at": LATER, "playbook_id": PLAYBOOK, "by": AGENT}

look = LookChanged(bot_name="Bo", colour="#00ff00", language="pt-BR", **told)


def recorded(event: Event) -> Recorded:
    return Recorded(event, "e", event.TYPE, "s", 1, Metadata(WORKSPACE, "c", "r", "a", "service:test"))


async def folded(*events: Event) -> FoldedRows:
    rows = FoldedRows(SERVICE)
    for event in events:
        rows.fold(recorded(event))
    return rows


async def listed(*events: Event) -> dict[str, Any]:
    row = await (await folded(*events)).get(WORKSPACE, PLAYBOOKS, PLAYBOOK)
    assert row is not None
    return row


async def test_a_new_playbook_is_listed_as_a_draft() -> None:
    assert await listed(created) == {
        "workspace_id": WORKSPACE,
        "playbook_id": PLAYBOOK,
        "name": "Home page",
        "active": False,
        "archived": False,
        "published": None,
        "changed_at": AT,
    }


@pytest.mark.parametrize(
    ("event", "changed"),
    [
        (PlaybookPublished(published=1, flow=LONG, **told), {"published": 1}),
        (PlaybookRolledBack(published=1, **told), {"published": 1}),
        (PlaybookRenamed(name="Shop", **told), {"name": "Shop"}),
        (activated.model_copy(update={"at": LATER}), {"active": True}),
    ],
)
async def test_each_change_is_seen_in_the_list(event: Event, changed: dict[str, object]) -> None:
    before = await listed(created)

    assert await listed(created, event) == before | changed | {"changed_at": LATER}


async def test_a_playbook_that_was_deactivated_or_archived_is_not_active() -> None:
    deactivated = await listed(created, published, activated, PlaybookDeactivated(**told))
    archived = await listed(created, published, activated, PlaybookArchived(**told))

    assert (deactivated["active"], deactivated["archived"]) == (False, False)
    assert (archived["active"], archived["archived"]) == (False, True)


async def test_every_published_version_keeps_its_flow_its_note_and_who_published_it() -> None:
    second = PlaybookPublished(published=2, flow=LONG, note="Longer.", **told)
    rows = await folded(created, published, FlowEdited(flow=LONG, **told), second)

    first_row = await rows.get(WORKSPACE, FLOWS, PLAYBOOK, 1)
    second_row = await rows.get(WORKSPACE, FLOWS, PLAYBOOK, 2)

    assert first_row is not None
    assert second_row is not None
    assert (Flow.model_validate(first_row["flow"]), first_row["note"]) == (TEMPLATE, "")
    assert Flow.model_validate(second_row["flow"]) == LONG
    assert (second_row["note"], second_row["published_by"], second_row["published_at"]) == (
        "Longer.",
        AGENT,
        LATER,
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_each_model_ignores_the_events_that_are_not_its_own(model: ReadModel) -> None:
    foreign = {
        "playbooks": (*waiting, opened, taken_over),
        "flows": (*waiting, activated, opened, look),
        "funnel": (created, published, activated, look, FlowEdited(flow=LONG, **told)),
        "history": (created, published, activated, look, FlowEdited(flow=LONG, **told)),
        "hours": (created, published, *waiting),
        "presence": (created, *waiting),
        "visitors": (created, published, *waiting[1:]),
    }[model.name]

    for event in foreign:
        rows = Rows({})
        model.project(rows, recorded(event))

        assert list(model.touches(recorded(event))) == []
        assert rows.changed == {}


@pytest.mark.parametrize(
    "change",
    [
        look,
        FlowEdited(flow=LONG, **told),
        SitesChanged(sites=("https://www.example.com",), **told),
        PageRulesSet(rules=(), **told),
        BehaviourChanged(behaviour=Behaviour(hides_offline=True), **told),
        UnfinishedChatsSet(after_s=600, **told),
    ],
    ids=lambda event: event.TYPE,
)
async def test_whatever_changes_a_playbook_changes_when_it_was_changed(change: Event) -> None:
    assert await listed(created, activated, change) == {
        **await listed(created, activated),
        "changed_at": LATER,
    }
