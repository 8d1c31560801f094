"""What playbooks ask of the CRM: an action card's follow-up becomes a lead."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from contracts.envelope import Recorded
from contracts.ids import derived_id, stream
from contracts.playbook import FollowUpRequested
from contracts.topics import PLAYBOOK_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.crm.commands import CreateLead
from services.crm.decider import DECIDER

log = structlog.get_logger()


async def to_follow_up(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A follow-up of the kind lead → a lead. Deals and activities are not made: they are logged and that is all."""
    match recorded.event:
        case FollowUpRequested(follow_up="lead") as event:
            return (_order(event, now),)
        case FollowUpRequested(follow_up=follow_up, visit_id=visit_id, card_id=card_id, arrival=arrival):
            log.info(
                "follow_up_ignored", follow_up=follow_up, visit_id=visit_id, card_id=card_id, arrival=arrival
            )
            return ()
        case _:
            return ()


def _order(event: FollowUpRequested, now: datetime) -> Order:
    lead_id = derived_id("lead", event.visit_id, event.card_id, event.arrival)
    command = CreateLead(
        lead_id=lead_id,
        outcome_key=f"{event.visit_id}/{event.card_id}/{event.arrival}",
        visitor_id=event.visitor_id,
        visit_id=event.visit_id,
        conversation_id=event.conversation_id,
        title=None,
        note=None,
        person=event.captured,
        cause="action_card",
        by=None,
        at=now,
    )
    return Order(DECIDER, stream("lead", lead_id), command)


REACTIONS = (Reaction("crm.playbook", PLAYBOOK_EVENTS, to_follow_up),)
