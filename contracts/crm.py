"""Events of the crm service: streams `details-<conversation id>`, `person-<id>`, `organization-<id>`, `lead-<id>`,
`deal-<id>` and `activity-<id>`."""

from typing import Annotated, Literal

from contracts.envelope import Event, Fact, UtcTime
from contracts.ids import (
    ActivityId,
    AgentId,
    ConversationId,
    DealId,
    LeadId,
    NoteId,
    OrganizationId,
    PersonId,
    VisitId,
    VisitorId,
)
from contracts.personal import Personal
from contracts.playbook import Captured

PersonField = Literal["name", "email", "phone"]
OrganizationField = Literal["name", "website"]


class CrmEvent(Event, service="crm"):
    """Parent of this service's events."""


class DetailsEvent(CrmEvent, service="crm"):
    """Parent of the events of a conversation's details panel."""

    conversation_id: ConversationId
    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class DealValueSet(DetailsEvent):
    """An agent said what the deal may be worth, in minor units of `currency` (ISO 4217); None: nothing is said."""

    value_minor: int | None = None
    currency: str
    by: AgentId


class GroupSet(DetailsEvent, service="crm"):
    """Parent of the events that set fields which the bot may capture too.

    `by` is the agent who set them; None where the bot captured them, `arrival` being the card's place in the visit, 0
    for what was known when the conversation began.
    """

    by: AgentId | None = None
    arrival: int | None = None


class PersonSet(GroupSet):
    """Something about the person was set: `changed` names what, the values are all that is known now."""

    changed: tuple[PersonField, ...]
    name: Annotated[str, Personal] | None = None
    email: Annotated[str, Personal] | None = None
    phone: Annotated[str, Personal] | None = None


class OrganizationSet(GroupSet):
    """Something about the organization was set: `changed` names what, the values are all that is known now."""

    changed: tuple[OrganizationField, ...]
    name: Annotated[str, Personal] | None = None
    website: Annotated[str, Personal] | None = None


class FreeFieldSet(GroupSet):
    """The bot captured something that is no field of the panel's own; `field` is its name in the playbook."""

    field: str
    label: str | None = None
    value: Annotated[str, Personal]


class NoteAdded(DetailsEvent):
    """An agent wrote a note."""

    note_id: NoteId
    text: Annotated[str, Personal]
    by: AgentId
    by_name: str


class NoteEdited(DetailsEvent):
    """A note has another text; its author stays who it was."""

    note_id: NoteId
    text: Annotated[str, Personal]
    by: AgentId


class NoteRemoved(DetailsEvent):
    """A note is shown no more."""

    note_id: NoteId
    by: AgentId


class PersonEvent(CrmEvent, service="crm"):
    """Parent of the events of a person: one for each visitor of whom something is known.

    `changed` names what is news, set at `known_at` by an agent, or by the visitor towards the bot where `by` is None;
    the values are all that is known now.
    """

    person_id: PersonId
    visitor_id: VisitorId
    conversation_id: ConversationId | None = None
    by: AgentId | None = None
    known_at: UtcTime
    changed: tuple[PersonField, ...]
    name: Annotated[str, Personal] | None = None
    email: Annotated[str, Personal] | None = None
    phone: Annotated[str, Personal] | None = None

    SUBJECT = "visitor_id"


class PersonCreated(PersonEvent):
    """A visitor became somebody: the first detail of theirs is known."""


class PersonChanged(PersonEvent):
    """Something else is known about the person."""


class PersonsMerged(CrmEvent, subject="visitor_id"):
    """An agent said that a person is one who was known before, `into`: the two are shown as one from then on.

    What is known of each, then and later, stays in a stream of its own, under the key of its own visitor.
    """

    person_id: PersonId
    visitor_id: VisitorId
    into: PersonId
    by: AgentId


class OrganizationEvent(CrmEvent, service="crm"):
    """Parent of the events of an organization: whom a visitor is with, one for each visitor who is with any.

    `changed` names what is news, set at `known_at` by an agent, or by the visitor towards the bot where `by` is None;
    the values are all that is known now.
    """

    organization_id: OrganizationId
    visitor_id: VisitorId
    conversation_id: ConversationId | None = None
    by: AgentId | None = None
    known_at: UtcTime
    changed: tuple[OrganizationField, ...]
    name: Annotated[str, Personal] | None = None
    website: Annotated[str, Personal] | None = None

    SUBJECT = "visitor_id"


class OrganizationCreated(OrganizationEvent):
    """The first thing is known about whom a visitor is with."""


class OrganizationChanged(OrganizationEvent):
    """Something else is known about whom a visitor is with."""


class CausedBy(Fact):
    """What an outcome came from: an agent's command, or an event by its stream and version."""

    command_id: str | None = None
    stream: str | None = None
    version: int | None = None


class OutcomeEvent(CrmEvent, service="crm"):
    """Parent of the events by which something comes of a chat, made by an agent or by a playbook's action card.

    `outcome_key` is what makes it once only: the agent's command, or (visit, card, arrival). `person` is what was known
    of the visitor at that time.
    """

    outcome_key: str
    visitor_id: VisitorId
    visit_id: VisitId | None = None
    conversation_id: ConversationId | None = None
    title: Annotated[str, Personal]
    note: Annotated[str, Personal] | None = None
    person: tuple[Captured, ...] = ()
    cause: Literal["agent", "action_card"]
    by: AgentId | None = None
    caused_by: CausedBy | None = None

    SUBJECT = "visitor_id"


class LeadCreated(OutcomeEvent):
    """A lead was made. `value_minor`, where an action card gave it one, is in minor units of `currency` (ISO 4217)."""

    lead_id: LeadId
    value_minor: int | None = None
    currency: str | None = None


class DealCreated(OutcomeEvent):
    """A deal was made. `value_minor` is in minor units of `currency` (ISO 4217)."""

    deal_id: DealId
    value_minor: int | None = None
    currency: str | None = None


class ActivityCreated(OutcomeEvent):
    """Something to do was noted."""

    activity_id: ActivityId
    kind: Literal["call", "meeting", "task", "email"]
    due_at: UtcTime | None = None
