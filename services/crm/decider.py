"""A lead: made once, whoever asks again."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.crm import CrmEvent, LeadCreated
from contracts.envelope import Event
from contracts.playbook import Captured
from services.chassis.decider import Decider, Refused, TakeClaim
from services.crm.commands import CreateLead, LeadCommand

OUTCOME = "outcome"

Events = Sequence[CrmEvent]


class NotCreated(BaseModel):
    """There is no such lead."""

    model_config = ConfigDict(frozen=True)


class Lead(BaseModel):
    """A lead that was made for `outcome_key`."""

    model_config = ConfigDict(frozen=True)

    outcome_key: str


LeadState = NotCreated | Lead


def decide(command: LeadCommand, state: LeadState) -> Events:
    """The events of a command."""
    return create(command, state)


def create(c: CreateLead, state: LeadState) -> Events:
    """A lead with what is known about the person."""
    if isinstance(state, Lead):
        return _made_before(c, state)
    return [
        LeadCreated(
            at=c.at,
            lead_id=c.lead_id,
            outcome_key=c.outcome_key,
            visitor_id=c.visitor_id,
            visit_id=c.visit_id,
            conversation_id=c.conversation_id,
            title=c.title or f"Lead from {_called(c.person)}",
            note=c.note,
            person=c.person,
            cause=c.cause,
            by=c.by,
        )
    ]


def _made_before(c: CreateLead, lead: Lead) -> Events:
    if c.outcome_key != lead.outcome_key:
        raise Refused("lead_exists", "There is a lead with this id, made for something else.")
    return []


def _called(person: tuple[Captured, ...]) -> str:
    known = {detail.field: detail.value for detail in person}
    return known.get("name") or known.get("email") or "a visitor"


def evolve(state: LeadState, event: Event) -> LeadState:
    """The state after an event."""
    match event, state:
        case LeadCreated(outcome_key=outcome_key), NotCreated():
            return Lead(outcome_key=outcome_key)
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim]:
    """One outcome for each key, whatever the lead's id."""
    match event:
        case LeadCreated(outcome_key=outcome_key):
            return (TakeClaim(OUTCOME, outcome_key),)
        case _:
            return ()


DECIDER: Decider[LeadCommand, LeadState] = Decider(
    category="lead",
    decide=decide,
    evolve=evolve,
    initial=NotCreated(),
    states=(NotCreated, Lead),
    schema=1,
    claims=claims,
)
