"""What other services' events mean here: follow-ups become outcomes, captured details fill panels and are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.conversation import ConversationStarted
from contracts.crm import CausedBy, OrganizationSet, PersonSet
from contracts.envelope import Recorded
from contracts.ids import derived_id, stream
from contracts.playbook import Captured, DetailCaptured, FollowUpRequested, VisitStarted
from contracts.topics import CONVERSATION_EVENTS, CRM_EVENTS, PLAYBOOK_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.crm.commands import (
    CreateActivity,
    CreateDeal,
    CreateLead,
    FillIn,
    Group,
    KeepOrganization,
    KeepPerson,
    Origin,
)
from services.crm.decider.details import DETAILS, PANEL
from services.crm.decider.details_state import values_of
from services.crm.decider.organization import ORGANIZATION, organization_of
from services.crm.decider.outcomes import ACTIVITY, DEAL, LEAD
from services.crm.decider.person import PERSON, person_of


async def to_visit(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A follow-up → an outcome; a captured detail → the panel of its conversation, if any, and who is behind it.

    What is known of a visitor by signature tells who is behind the visit as soon as it begins.
    """
    match recorded.event:
        case FollowUpRequested() as event:
            return (_outcome(event, recorded, now),)
        case DetailCaptured() as event:
            return (*_panel(event, now), *_behind(event, ((event.field, event.value),), now))
        case VisitStarted() as event:
            told = tuple((detail.field, detail.value) for detail in event.known)
            return tuple(_behind(event, told, now))
        case _:
            return ()


def _outcome(event: FollowUpRequested, recorded: Recorded, now: datetime) -> Order:
    id_ = derived_id(event.follow_up, event.visit_id, event.card_id, event.arrival)
    origin = Origin(
        outcome_key=f"{event.visit_id}/{event.card_id}/{event.arrival}",
        visitor_id=event.visitor_id,
        visit_id=event.visit_id,
        conversation_id=event.conversation_id,
        person=event.captured,
        cause="action_card",
        by=None,
        caused_by=CausedBy(stream=recorded.stream, version=recorded.version),
    )
    title, note = event.title, event.note
    worth: Any = {"value_minor": event.deal_value_minor, "currency": event.currency}
    name = stream(event.follow_up, id_)
    match event.follow_up:
        case "lead":
            lead = CreateLead(lead_id=id_, origin=origin, title=title, note=note, **worth, at=now)
            return Order(LEAD, name, lead)
        case "deal":
            deal = CreateDeal(deal_id=id_, origin=origin, title=title, note=note, **worth, at=now)
            return Order(DEAL, name, deal)
        case "activity":
            due_at = event.at + timedelta(days=event.due_in_days) if event.due_in_days is not None else None
            activity = CreateActivity(
                activity_id=id_, origin=origin, kind="task", title=title, note=note, due_at=due_at, at=now
            )
            return Order(ACTIVITY, name, activity)


def _panel(event: DetailCaptured, now: datetime) -> Iterable[Order]:
    """What was captured before a person was wanted names no conversation: it comes with its beginning."""
    if event.conversation_id is None:
        return
    detail = Captured(field=event.field, label=event.label, value=event.value)
    command = FillIn(
        conversation_id=event.conversation_id,
        visitor_id=event.visitor_id,
        captured=(detail,),
        arrival=event.arrival,
        at=now,
    )
    yield Order(DETAILS, stream("details", event.conversation_id), command, about="panel")


def _behind(
    event: DetailCaptured | VisitStarted, told: Iterable[tuple[str, str]], now: datetime
) -> Iterable[Order]:
    """What was captured, in a conversation or without one, of the person or of whom they are with."""
    groups: dict[Group, dict[str, str | None]] = {}
    for name, value in told:
        match PANEL.get(name):
            case (group, field):
                groups.setdefault(group, {})[field] = value
    for group, values in groups.items():
        yield replace(_keep(event, None, group, values, now), about=group)


def _keep(
    event: DetailCaptured | VisitStarted | PersonSet | OrganizationSet,
    by: str | None,
    group: Group,
    values: Mapping[str, str | None],
    now: datetime,
) -> Order:
    said: dict[str, Any] = {
        "visitor_id": event.visitor_id,
        "conversation_id": None if isinstance(event, VisitStarted) else event.conversation_id,
        "by": by,
        "values": tuple(values.items()),
        "known_at": event.at,
        "at": now,
    }
    if group == "person":
        id_ = person_of(event.visitor_id)
        return Order(PERSON, stream("person", id_), KeepPerson(person_id=id_, **said))
    id_ = organization_of(event.visitor_id)
    keep = KeepOrganization(organization_id=id_, **said)
    return Order(ORGANIZATION, stream("organization", id_), keep)


async def to_conversation(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A conversation begins → its panel, with what the bot had captured."""
    match recorded.event:
        case ConversationStarted(captured=captured) as event if captured:
            command = FillIn(
                conversation_id=event.conversation_id,
                visitor_id=event.visitor_id,
                captured=captured,
                arrival=0,
                at=now,
            )
            return (Order(DETAILS, stream("details", event.conversation_id), command),)
        case _:
            return ()


async def to_details(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """What an agent says in a panel → the person or the organization. What the bot captured comes from the visit."""
    match recorded.event:
        case PersonSet(by=str(by)) as event:
            return (_keep(event, by, "person", values_of(event)[1], now),)
        case OrganizationSet(by=str(by)) as event:
            return (_keep(event, by, "organization", values_of(event)[1], now),)
        case _:
            return ()


REACTIONS = (
    Reaction("crm.playbook", PLAYBOOK_EVENTS, to_visit, (FollowUpRequested, DetailCaptured, VisitStarted)),
    Reaction("crm.conversation", CONVERSATION_EVENTS, to_conversation, (ConversationStarted,)),
    Reaction("crm.details", CRM_EVENTS, to_details, (PersonSet, OrganizationSet)),
)
