"""What the read models of the crm service keep, from events alone."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.crm import (
    DealValueSet,
    FreeFieldSet,
    NoteEdited,
    NoteRemoved,
    OrganizationChanged,
    OrganizationSet,
    PersonChanged,
    PersonSet,
)
from contracts.envelope import Event, Metadata, Recorded
from services.chassis.models import ReadModel, Rows
from services.crm.projections import MODELS
from services.crm.service import SERVICE
from services.crm.tables import (
    CONVERSATIONS,
    DETAILS,
    NAME_CHARS_MAX,
    NOTES,
    ORGANIZATIONS,
    OUTCOMES,
    PERSONS,
    PLAYBOOKS,
    VISITS,
)
from tests.unit.crm.examples import (
    ACTIVITY,
    ADA,
    AGENT,
    AT,
    CARD,
    CONVERSATION,
    DEAL,
    EARLIER,
    LEAD,
    NOTE,
    ORGANIZATION,
    PERSON,
    PLAYBOOK,
    VISIT,
    VISITOR,
    activity_created,
    captured_ada,
    closed,
    deal_created,
    follow_up,
    lead_created,
    note_added,
    organization_created,
    person_created,
    persons_merged,
    playbook_created,
    playbook_renamed,
    started,
    visit_started,
)
from tests.unit.playbook.world import WORKSPACE, FoldedRows


def recorded(event: Event, version: int = 1) -> Recorded:
    return Recorded(event, "e", event.TYPE, "s", version, Metadata(WORKSPACE, "c", "r", "a", "service:test"))


async def folded(*events: Event) -> FoldedRows:
    rows = FoldedRows(SERVICE)
    for version, event in enumerate(events, 1):
        rows.fold(recorded(event, version))
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
        "started_at": AT,
    }
    assert after == opened | {"status": "closed"}


async def test_a_conversation_that_never_began_is_not_known_by_its_end() -> None:
    assert await (await folded(closed)).get(WORKSPACE, CONVERSATIONS, CONVERSATION) is None


async def test_a_visit_is_known_from_its_start() -> None:
    row = await (await folded(visit_started)).get(WORKSPACE, VISITS, VISIT)

    assert row == {
        "workspace_id": WORKSPACE,
        "visit_id": VISIT,
        "visitor_id": VISITOR,
        "playbook_id": PLAYBOOK,
    }


async def test_a_playbook_is_known_by_the_name_that_it_has_now() -> None:
    for events, name in (((playbook_created,), "Corner"), ((playbook_created, playbook_renamed), "Market")):
        row = await (await folded(*events)).get(WORKSPACE, PLAYBOOKS, PLAYBOOK)

        assert row == {"workspace_id": WORKSPACE, "playbook_id": PLAYBOOK, "name": name}


@pytest.mark.parametrize(
    ("event", "key", "own"),
    [
        (lead_created, ("lead", LEAD), {"title": "Lead from Ada"}),
        (
            deal_created,
            ("deal", DEAL),
            {"title": "Deal with Ada", "value_minor": 125_000, "currency": "EUR"},
        ),
        (
            activity_created,
            ("activity", ACTIVITY),
            {
                "title": "Follow up with Ada",
                "activity_kind": "task",
                "due_at": activity_created.due_at,
            },
        ),
    ],
)
async def test_an_outcome_is_kept_as_it_was_made(
    event: Event, key: tuple[str, str], own: dict[str, Any]
) -> None:
    assert await (await folded(event)).get(WORKSPACE, OUTCOMES, *key) == {
        "workspace_id": WORKSPACE,
        "kind": key[0],
        "outcome_id": key[1],
        "visitor_id": VISITOR,
        "visit_id": VISIT,
        "conversation_id": None,
        "note": None,
        "person": [detail.model_dump() for detail in ADA],
        "value_minor": None,
        "currency": None,
        "activity_kind": None,
        "due_at": None,
        "cause": "action_card",
        "by": None,
        "caused_by": CARD.model_dump(),
        "created_at": AT,
        **own,
    }


async def test_a_lead_that_does_not_say_what_it_came_from_is_kept_with_its_command() -> None:
    row = await (await folded(lead_created.model_copy(update={"caused_by": None}))).get(
        WORKSPACE, OUTCOMES, "lead", LEAD
    )

    assert row is not None
    assert row["caused_by"] == {"command_id": "c", "stream": None, "version": None}


def of_conversation(**changes: Any) -> Any:
    return {"at": AT, "conversation_id": CONVERSATION, "visitor_id": VISITOR, **changes}


by_ann = PersonSet(**of_conversation(by=AGENT, changed=("email",), name="Ada", email="a@example.com"))
company = OrganizationSet(**of_conversation(arrival=2, changed=("name",), name="ACME"))
worth = DealValueSet(**of_conversation(value_minor=125_000, currency="EUR", by=AGENT))
budget = FreeFieldSet(**of_conversation(arrival=2, field="budget", value="much"))
edited = NoteEdited(**of_conversation(note_id=NOTE, text="Likes coffee.", by=AGENT))
removed = NoteRemoved(**of_conversation(note_id=NOTE, by=AGENT))


async def test_the_panel_is_kept_with_its_version_and_with_what_the_bot_alone_has_said() -> None:
    rows = await folded(captured_ada, company, by_ann, worth, budget, note_added)

    assert await rows.get(WORKSPACE, DETAILS, CONVERSATION) == {
        "workspace_id": WORKSPACE,
        "conversation_id": CONVERSATION,
        "visitor_id": VISITOR,
        "version": 6,
        "value_minor": 125_000,
        "currency": "EUR",
        "person": {"name": "Ada", "email": "a@example.com", "phone": None},
        "organization": {"name": "ACME", "website": None},
        "free": [{"field": "budget", "label": None, "value": "much"}],
        "by_bot": ["organization.name", "person.name"],
    }


async def test_a_free_field_that_is_captured_again_stands_once() -> None:
    later = budget.model_copy(update={"value": "less", "arrival": 5})
    row = await (await folded(budget, later)).get(WORKSPACE, DETAILS, CONVERSATION)

    assert row is not None
    assert row["free"] == [{"field": "budget", "label": None, "value": "less"}]


async def test_a_note_is_kept_changed_and_gone() -> None:
    note = await (await folded(note_added)).get(WORKSPACE, NOTES, CONVERSATION, NOTE)
    changed = await (await folded(note_added, edited)).get(WORKSPACE, NOTES, CONVERSATION, NOTE)
    gone = await (await folded(note_added, edited, removed)).get(WORKSPACE, NOTES, CONVERSATION, NOTE)

    assert note is not None
    assert (note["text"], note["by_name"], note["edited_at"]) == ("Likes tea.", "Ann", None)
    assert changed == note | {"text": "Likes coffee.", "edited_at": AT}
    assert gone is None
    assert await (await folded(edited)).get(WORKSPACE, NOTES, CONVERSATION, NOTE) is None


async def test_a_person_is_kept_as_known_last() -> None:
    changed = PersonChanged(
        at=closed.at,
        person_id=PERSON,
        visitor_id=VISITOR,
        known_at=AT,
        changed=("phone",),
        name="Ada",
        phone="1",
    )
    row = await (await folded(person_created, changed)).get(WORKSPACE, PERSONS, PERSON)

    assert row is not None
    assert (row["created_at"], row["changed_at"], row["merged_into"]) == (AT, closed.at, None)
    assert [(fact["field"], fact["value"], fact["by_agent"]) for fact in row["facts"]] == [
        ("name", "Ada", False),
        ("phone", "1", False),
    ]


async def test_who_was_merged_stays_merged_whatever_is_known_later() -> None:
    later = PersonChanged(
        at=AT + timedelta(days=1),
        person_id=PERSON,
        visitor_id=VISITOR,
        known_at=AT,
        changed=("phone",),
        phone="1",
    )
    rows = await folded(person_created, persons_merged, later)

    row = await rows.get(WORKSPACE, PERSONS, PERSON)
    assert row is not None
    assert (row["merged_into"], row["changed_at"]) == (EARLIER, later.at)
    assert await rows.get(WORKSPACE, PERSONS, EARLIER) is None
    assert await (await folded(persons_merged)).get(WORKSPACE, PERSONS, PERSON) is None


async def test_an_organization_is_kept_as_known_last_and_found_by_its_name_in_any_case() -> None:
    changed = OrganizationChanged(
        at=AT + timedelta(days=1),
        organization_id=ORGANIZATION,
        visitor_id=VISITOR,
        known_at=AT,
        changed=("website",),
        name=" Straße " + "x" * 300,
        website="acme.example",
    )
    row = await (await folded(organization_created, changed)).get(WORKSPACE, ORGANIZATIONS, ORGANIZATION)

    assert row is not None
    assert (row["name"], row["website"]) == (changed.name, "acme.example")
    assert (row["created_at"], row["changed_at"]) == (AT, changed.at)
    assert row["name_folded"].startswith("strasse xxx")
    assert len(row["name_folded"]) == NAME_CHARS_MAX


OWN: dict[str, tuple[Event, ...]] = {
    "conversations": (started(), closed),
    "visits": (visit_started,),
    "playbooks": (playbook_created, playbook_renamed),
    "details": (captured_ada, company, worth, budget, note_added, edited, removed),
    "outcomes": (lead_created, deal_created, activity_created),
    "persons": (person_created, persons_merged),
    "organizations": (organization_created,),
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_each_model_ignores_the_events_that_are_not_its_own(model: ReadModel) -> None:
    for event in (*(event for events in OWN.values() for event in events), follow_up()):
        rows = Rows(dict.fromkeys(model.touches(recorded(event))))
        model.project(rows, recorded(event))

        if event not in OWN[model.name]:
            assert list(model.touches(recorded(event))) == []
            assert rows.changed == {}
        else:
            assert rows.changed.keys() <= set(model.touches(recorded(event)))
