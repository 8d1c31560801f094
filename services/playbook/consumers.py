"""What conversations do to visits: an agent comes, or nobody does."""

from collections.abc import Sequence
from datetime import datetime

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    Reassigned,
    WaitExpired,
)
from contracts.envelope import Recorded
from contracts.ids import stream
from contracts.playbook import OfflineFlowStarted
from contracts.topics import CONVERSATION_EVENTS, PLAYBOOK_EVENTS
from services.chassis.decider import NotFound
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    OpenLiveChat,
    TakeOver,
    VisitCommand,
)
from services.playbook.decider.visit import DECIDER as VISIT
from services.playbook.queries import flow_of_visit
from services.playbook.queries.around import facts_for


async def to_conversation(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A conversation's event → what its visit must know."""
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case ConversationStarted() as event:
            return (_order(event.visit_id, OpenLiveChat(request_id=event.request_id, at=now)),)
        case LiveChatDeclined() | WaitExpired() as event:
            return await _offline(event, ports, workspace_id, now)
        case Assigned() | Reassigned() as event:
            command = TakeOver(conversation_id=event.conversation_id, agent_id=event.agent_id, at=now)
            return (_order(event.visit_id, command),)
        case Closed() as event:
            return (_order(event.visit_id, CloseVisit(conversation_id=event.conversation_id, at=now)),)
        case _:
            return ()


async def _offline(
    event: LiveChatDeclined | WaitExpired, ports: Ports, workspace_id: str, now: datetime
) -> Sequence[Order]:
    try:
        flow = await flow_of_visit(ports, workspace_id, event.visit_id)
    except NotFound:
        return ()
    facts = await facts_for(ports, workspace_id, flow, event.visitor_id, event.visit_id, now)
    match event:
        case LiveChatDeclined(request_id=request_id, reason=reason):
            too_old = reason == "request_too_old"
            decline = DeclineLiveChat(request_id=request_id, too_old=too_old, flow=flow, at=now, facts=facts)
            return (_order(event.visit_id, decline),)
        case WaitExpired(request_id=request_id):
            return (
                _order(event.visit_id, ExpireWait(request_id=request_id, flow=flow, at=now, facts=facts)),
            )


async def to_offline_flow(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """An offline flow that a timer began → its first cards."""
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case OfflineFlowStarted(reason="no_decision", visit_id=visit_id, request_id=request_id) as event:
            flow = await flow_of_visit(ports, workspace_id, visit_id)
            facts = await facts_for(ports, workspace_id, flow, event.visitor_id, visit_id, now)
            return (_order(visit_id, ContinueWalk(request_id=request_id, flow=flow, at=now, facts=facts)),)
        case _:
            return ()


def _order(visit_id: str, command: VisitCommand) -> Order:
    return Order(VISIT, stream("visit", visit_id), command)


REACTIONS = (
    Reaction(
        "playbook.conversation",
        CONVERSATION_EVENTS,
        to_conversation,
        (ConversationStarted, LiveChatDeclined, WaitExpired, Assigned, Reassigned, Closed),
    ),
    Reaction("playbook.offline_flow", PLAYBOOK_EVENTS, to_offline_flow, (OfflineFlowStarted,)),
)
