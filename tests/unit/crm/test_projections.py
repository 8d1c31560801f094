"""What the read models of the crm service keep, from events alone."""

import pytest

from contracts.conversation import Closed
from contracts.envelope import Event, Metadata, Recorded
from services.chassis.models import ReadModel, Rows
from services.crm.projections import MODELS
from services.crm.service import SERVICE
from services.crm.tables import CONVERSATIONS, LEADS
from tests.unit.crm.examples import (
    ADA,
    AT,
    CONVERSATION,
    LEAD,
    VISIT,
    VISITOR,
    closed,
    created,
    follow_up,
    started,
)
from tests.unit.playbook.world import WORKSPACE, FoldedRows


def recorded(event: Event) -> Recorded:
    return Recorded(event, "e", event.TYPE, "s", 1, Metadata(WORKSPACE, "c", "r", "a", "service:test"))


async def folded(*events: Event) -> FoldedRows:
    rows = FoldedRows(SERVICE)
    for event in events:
        rows.fold(recorded(event))
    return rows


async def test_a_conversation_is_known_with_what_was_captured_open_and_closed() -> None:
    opened = await (await folded(started())).get(WORKSPACE, CONVERSATIONS, CONVERSATION)
    after = await (await folded(started(), closed)).get(WORKSPACE, CONVERSATIONS, CONVERSATION)

    assert opened == {
        "workspace_id": WORKSPACE,
        "conversation_id": CONVERSATION,
        "visitor_id": VISITOR,
        "visit_id": VISIT,
        "captured": [detail.model_dump() for detail in ADA],
        "status": "open",
    }
    assert after == opened | {"status": "closed"}


async def test_a_conversation_that_never_began_is_not_known_by_its_end() -> None:
    assert await (await folded(closed)).get(WORKSPACE, CONVERSATIONS, CONVERSATION) is None


async def test_a_lead_is_kept_as_it_was_made() -> None:
    assert await (await folded(created)).get(WORKSPACE, LEADS, LEAD) == {
        "workspace_id": WORKSPACE,
        "lead_id": LEAD,
        "conversation_id": None,
        "visit_id": VISIT,
        "title": "Lead from Ada",
        "note": None,
        "person": [detail.model_dump() for detail in ADA],
        "cause": "action_card",
        "by": None,
        "created_at": AT,
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_each_model_ignores_the_events_that_are_not_its_own(model: ReadModel) -> None:
    own = {"conversations": (started(), closed), "leads": (created,)}[model.name]

    for event in (started(), closed, created, follow_up()):
        rows = Rows(dict.fromkeys(model.touches(recorded(event))))
        model.project(rows, recorded(event))

        if event not in own:
            assert list(model.touches(recorded(event))) == []
            assert rows.changed == {}
        elif not isinstance(event, Closed):
            assert rows.changed.keys() == set(model.touches(recorded(event)))
