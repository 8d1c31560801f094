"""Leads, deals and activities: each is made once, whoever asks again."""

from collections.abc import Sequence
from typing import Any, TypedDict, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.crm import ActivityCreated, CausedBy, CrmEvent, DealCreated, LeadCreated, OutcomeEvent
from contracts.envelope import Event
from contracts.playbook import Captured
from services.chassis.decider import Decider, Refused, TakeClaim
from services.crm.commands import CreateActivity, CreateDeal, CreateLead, Origin, OutcomeCommand

OUTCOME = "outcome"

Events = Sequence[CrmEvent]


class NotMade(BaseModel):
    """There is no such outcome."""

    model_config = ConfigDict(frozen=True)


class Made(BaseModel):
    """It was made for `outcome_key`."""

    model_config = ConfigDict(frozen=True)

    outcome_key: str


OutcomeState = NotMade | Made


class _Told(TypedDict):
    """What every outcome tells of its origin."""

    outcome_key: str
    visitor_id: str
    visit_id: str | None
    conversation_id: str | None
    person: tuple[Captured, ...]
    cause: Any
    by: str | None
    caused_by: CausedBy


def decide(command: OutcomeCommand, state: OutcomeState) -> Events:
    """The events of a command."""
    if isinstance(state, Made):
        return _made_before(command.origin, state)
    match command:
        case CreateLead():
            return create_lead(command)
        case CreateDeal():
            return create_deal(command)
        case CreateActivity():
            return create_activity(command)
        case _:
            assert_never(command)


def _made_before(origin: Origin, made: Made) -> Events:
    if origin.outcome_key != made.outcome_key:
        raise Refused("outcome_exists", "There is one with this id, made for something else.")
    return []


def create_lead(c: CreateLead) -> Events:
    """A lead with what is known about the person."""
    title = _title(c.title, "Lead from", c.origin)
    worth: Any = {"value_minor": c.value_minor, "currency": c.currency}
    return [LeadCreated(at=c.at, lead_id=c.lead_id, title=title, note=c.note, **worth, **_told(c.origin))]


def create_deal(c: CreateDeal) -> Events:
    """A deal with what is known about the person."""
    return [
        DealCreated(
            at=c.at,
            deal_id=c.deal_id,
            title=_title(c.title, "Deal with", c.origin),
            note=c.note,
            value_minor=c.value_minor,
            currency=c.currency,
            **_told(c.origin),
        )
    ]


def create_activity(c: CreateActivity) -> Events:
    """Something to do about the person."""
    return [
        ActivityCreated(
            at=c.at,
            activity_id=c.activity_id,
            kind=c.kind,
            title=_title(c.title, "Follow up with", c.origin),
            note=c.note,
            due_at=c.due_at,
            **_told(c.origin),
        )
    ]


def _told(origin: Origin) -> _Told:
    return {
        "outcome_key": origin.outcome_key,
        "visitor_id": origin.visitor_id,
        "visit_id": origin.visit_id,
        "conversation_id": origin.conversation_id,
        "person": origin.person,
        "cause": origin.cause,
        "by": origin.by,
        "caused_by": origin.caused_by,
    }


def _title(given: str | None, about: str, origin: Origin) -> str:
    if given and given.strip():
        return given
    known = {detail.field: detail.value for detail in origin.person}
    return f"{about} {known.get('name') or known.get('email') or 'a visitor'}"


def evolve(state: OutcomeState, event: Event) -> OutcomeState:
    """The state after an event."""
    match event, state:
        case OutcomeEvent(outcome_key=outcome_key), NotMade():
            return Made(outcome_key=outcome_key)
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim]:
    """One outcome for each key, whatever its id and kind."""
    match event:
        case OutcomeEvent(outcome_key=outcome_key):
            return (TakeClaim(OUTCOME, outcome_key),)
        case _:
            return ()


def _of(category: str) -> Decider[Any, OutcomeState]:
    return Decider(
        category=category,
        decide=decide,
        evolve=evolve,
        initial=NotMade(),
        states=(NotMade, Made),
        schema=2,
        claims=claims,
    )


LEAD, DEAL, ACTIVITY = _of("lead"), _of("deal"), _of("activity")
