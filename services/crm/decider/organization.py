"""An organization: whom a visitor is with, and what was set last about it in any of their conversations."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.crm import CrmEvent, OrganizationChanged, OrganizationCreated, OrganizationEvent
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import Decider
from services.crm.commands import KeepOrganization
from services.crm.decider.kept import KeptFact, facts_after, news_of, told


def organization_of(visitor_id: str) -> str:
    """The id of the organization that a visitor is with."""
    return derived_id("organization", visitor_id)


class NoOrganization(BaseModel):
    """Nothing is known of whom this visitor is with."""

    model_config = ConfigDict(frozen=True)


class Organization(BaseModel):
    """Whom a visitor is with, as far as it is known."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str
    fields: tuple[KeptFact, ...]


OrganizationState = NoOrganization | Organization


def decide(command: KeepOrganization, state: OrganizationState) -> Sequence[CrmEvent]:
    """The events of a command; there is only one."""
    return keep(command, state)


def keep(c: KeepOrganization, state: OrganizationState) -> Sequence[CrmEvent]:
    """What is news of the organization."""
    kept = state.fields if isinstance(state, Organization) else ()
    news = news_of(c, kept)
    if not news:
        return []
    event = OrganizationChanged if kept else OrganizationCreated
    return [event(organization_id=c.organization_id, **told(c, kept, news))]


def evolve(state: OrganizationState, event: Event) -> OrganizationState:
    """The state after an event."""
    if not isinstance(event, OrganizationEvent):
        return state
    before = state.fields if isinstance(state, Organization) else ()
    return Organization(visitor_id=event.visitor_id, fields=facts_after(before, event))


def subject(state: OrganizationState) -> str | None:
    """The visitor, whose key seals what they and others said of it."""
    return state.visitor_id if isinstance(state, Organization) else None


ORGANIZATION: Decider[KeepOrganization, OrganizationState] = Decider(
    category="organization",
    decide=decide,
    evolve=evolve,
    initial=NoOrganization(),
    states=(NoOrganization, Organization),
    schema=1,
    subject=subject,
)
