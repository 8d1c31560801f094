"""Example commands and events of details, persons and outcomes, and of what they come from, by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.conversation import Closed, ConversationStarted
from contracts.crm import (
    ActivityCreated,
    CausedBy,
    DealCreated,
    LeadCreated,
    NoteAdded,
    OrganizationCreated,
    PersonCreated,
    PersonSet,
    PersonsMerged,
)
from contracts.flow import EndCard, Flow
from contracts.ids import derived_id
from contracts.playbook import (
    Captured,
    DetailCaptured,
    FollowUpRequested,
    PlaybookCreated,
    PlaybookRenamed,
    VisitStarted,
)
from services.crm.commands import (
    AddNote,
    CreateActivity,
    CreateDeal,
    CreateLead,
    EditNote,
    FillIn,
    Group,
    KeepOrganization,
    KeepPerson,
    MergePerson,
    Origin,
    RemoveNote,
    SetDealValue,
    SetFields,
)
from services.crm.decider.organization import organization_of
from services.crm.decider.person import person_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT, OTHER_AGENT = derived_id("agent"), derived_id("another agent")
VISITOR, VISIT, PLAYBOOK = derived_id("visitor"), derived_id("visit"), derived_id("playbook")
CONVERSATION, LEAD = derived_id("conversation"), derived_id("lead", VISIT, "lead", 5)
DEAL, ACTIVITY = derived_id("deal", VISIT, "lead", 5), derived_id("activity", VISIT, "lead", 5)
NOTE, PERSON, ORGANIZATION = derived_id("note"), person_of(VISITOR), organization_of(VISITOR)
EARLIER = derived_id("somebody known earlier")
ADA = (Captured(field="name", value="Ada"), Captured(field="email", value="ada@example.com"))
KEY = f"{VISIT}/lead/5"
CARD = CausedBy(stream=f"visit-{VISIT}", version=7)

origin = Origin(
    outcome_key=KEY,
    visitor_id=VISITOR,
    visit_id=VISIT,
    conversation_id=None,
    person=ADA,
    cause="action_card",
    by=None,
    caused_by=CARD,
)
create_lead = CreateLead(lead_id=LEAD, origin=origin, title=None, note=None, at=AT)
create_deal = CreateDeal(
    deal_id=DEAL, origin=origin, title=None, note=None, value_minor=125_000, currency="EUR", at=AT
)
create_activity = CreateActivity(
    activity_id=ACTIVITY,
    origin=origin,
    kind="task",
    title=None,
    note=None,
    due_at=AT + timedelta(days=2),
    at=AT,
)
_told: Any = {
    "at": AT,
    "outcome_key": KEY,
    "visitor_id": VISITOR,
    "visit_id": VISIT,
    "person": ADA,
    "cause": "action_card",
    "caused_by": CARD,
}
lead_created = LeadCreated(lead_id=LEAD, title="Lead from Ada", **_told)
deal_created = DealCreated(deal_id=DEAL, title="Deal with Ada", value_minor=125_000, currency="EUR", **_told)
activity_created = ActivityCreated(
    activity_id=ACTIVITY, kind="task", title="Follow up with Ada", due_at=AT + timedelta(days=2), **_told
)


def set_fields(group: Group = "person", seen: int | None = None, **values: str | None) -> SetFields:
    """An agent sets fields of a group."""
    return SetFields(
        conversation_id=CONVERSATION,
        visitor_id=VISITOR,
        group=group,
        values=tuple(values.items()),
        by=AGENT,
        expected_version=seen,
        at=AT,
    )


def set_value(value_minor: int | None, currency: str = "EUR", seen: int | None = None) -> SetDealValue:
    """An agent says what the deal may be worth."""
    return SetDealValue(
        conversation_id=CONVERSATION,
        visitor_id=VISITOR,
        value_minor=value_minor,
        currency=currency,
        by=AGENT,
        expected_version=seen,
        at=AT,
    )


def fill_in(arrival: int = 0, **values: str) -> FillIn:
    """The bot has captured these."""
    captured = tuple(Captured(field=field, value=value) for field, value in values.items())
    return FillIn(conversation_id=CONVERSATION, visitor_id=VISITOR, captured=captured, arrival=arrival, at=AT)


def add_note(note_id: str = NOTE, text: str = "Likes tea.", by: str = AGENT) -> AddNote:
    """An agent writes a note."""
    return AddNote(
        conversation_id=CONVERSATION,
        visitor_id=VISITOR,
        note_id=note_id,
        text=text,
        by=by,
        by_name="Ann",
        at=AT,
    )


def edit_note(text: str, by: str = AGENT, note_id: str = NOTE) -> EditNote:
    """An agent changes a note."""
    return EditNote(note_id=note_id, text=text, by=by, at=AT)


def remove_note(by: str = AGENT, by_owner: bool = False, note_id: str = NOTE) -> RemoveNote:
    """An agent removes a note."""
    return RemoveNote(note_id=note_id, by=by, by_owner=by_owner, at=AT)


def _kept(by: str | None, seconds: int, values: dict[str, str | None]) -> Any:
    return {
        "visitor_id": VISITOR,
        "conversation_id": CONVERSATION,
        "by": by,
        "values": tuple(values.items()),
        "known_at": AT + timedelta(seconds=seconds),
        "at": AT + timedelta(seconds=60),
    }


def keep_person(by: str | None = None, seconds: int = 0, **values: str | None) -> KeepPerson:
    """Something is known of the visitor since then."""
    return KeepPerson(person_id=PERSON, **_kept(by, seconds, values))


def merge_person(
    into: str = EARLIER, seconds: int = -60, now: str | None = None, persons: int = 2, person_id: str = PERSON
) -> MergePerson:
    """An agent says that the visitor is somebody who is known since then."""
    return MergePerson(
        person_id=person_id,
        into=into,
        into_now=now or into,
        into_since=AT + timedelta(seconds=seconds),
        persons=persons,
        by=AGENT,
        at=AT + timedelta(seconds=120),
    )


def keep_organization(by: str | None = None, seconds: int = 0, **values: str | None) -> KeepOrganization:
    """Something is known since then of whom the visitor is with."""
    return KeepOrganization(organization_id=ORGANIZATION, **_kept(by, seconds, values))


note_added = NoteAdded(
    at=AT,
    conversation_id=CONVERSATION,
    visitor_id=VISITOR,
    note_id=NOTE,
    text="Likes tea.",
    by=AGENT,
    by_name="Ann",
)
captured_ada = PersonSet(
    at=AT,
    conversation_id=CONVERSATION,
    visitor_id=VISITOR,
    arrival=0,
    changed=("name", "email"),
    name="Ada",
    email="ada@example.com",
)
organization_created = OrganizationCreated(
    at=AT, organization_id=ORGANIZATION, visitor_id=VISITOR, known_at=AT, changed=("name",), name="ACME"
)
persons_merged = PersonsMerged(
    at=AT + timedelta(seconds=120), person_id=PERSON, visitor_id=VISITOR, into=EARLIER, by=AGENT
)
person_created = PersonCreated(
    at=AT, person_id=PERSON, visitor_id=VISITOR, known_at=AT, changed=("name",), name="Ada"
)


def follow_up(kind: Any = "lead", **changes: Any) -> FollowUpRequested:
    """An action card of the visit asked for a follow-up."""
    fields: Any = {"card_id": "lead", "arrival": 5, "captured": ADA} | changes
    return FollowUpRequested(at=AT, visit_id=VISIT, visitor_id=VISITOR, follow_up=kind, **fields)


def captured(
    field: Any, value: str, arrival: int = 3, conversation_id: str | None = CONVERSATION
) -> DetailCaptured:
    """The visitor answered a capture card."""
    return DetailCaptured(
        at=AT,
        visit_id=VISIT,
        visitor_id=VISITOR,
        card_id="ask",
        arrival=arrival,
        field=field,
        value=value,
        conversation_id=conversation_id,
    )


def started(conversation_id: str = CONVERSATION, visit_id: str = VISIT) -> ConversationStarted:
    """A conversation began, with what the bot had captured."""
    return ConversationStarted(
        at=AT,
        conversation_id=conversation_id,
        visitor_id=VISITOR,
        visit_id=visit_id,
        request_id=derived_id("request"),
        playbook_id=PLAYBOOK,
        wait_time_s=60,
        answer_by=AT + timedelta(seconds=60),
        online_message="Coming.",
        offline_message="Nobody.",
        captured=ADA,
    )


visit_started = VisitStarted(at=AT, visit_id=VISIT, visitor_id=VISITOR, playbook_id=PLAYBOOK, published=1)
playbook_created = PlaybookCreated(
    at=AT,
    playbook_id=PLAYBOOK,
    name="Corner",
    flow=Flow(start="end", cards={"end": EndCard(text="Bye")}),
    by=AGENT,
)
playbook_renamed = PlaybookRenamed(at=AT, playbook_id=PLAYBOOK, name="Market", by=AGENT)
closed = Closed(
    at=AT, conversation_id=CONVERSATION, visitor_id=VISITOR, visit_id=VISIT, reason="resolved", by=AGENT
)
