"""What happens in a visit → what happens in its conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from contracts.conversation import Evidence
from contracts.envelope import Recorded
from contracts.gateway import FileReleaseAsked
from contracts.ids import stream
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    LiveChatRequested,
    OfflineFlowStarted,
    VisitEnded,
)
from contracts.topics import GATEWAY_EVENTS, PLAYBOOK_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.conversation import queries
from services.conversation.commands.conversation import (
    Command,
    EndMissed,
    NoDecision,
    PostBot,
    PostVisitorAnswer,
    ReleaseFile,
    StartConversation,
)
from services.conversation.decider import DECIDER, attachment
from services.conversation.decider.beginning import REQUEST_AGE_S_MAX

log = structlog.get_logger()


async def on_visit(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """The command that an event of a visit leads to, for the conversation that the event names.

    What was said before a conversation was wanted names none: it comes with the request, as the walk.
    """
    event = recorded.event
    match event:
        case LiveChatRequested(conversation_id=conversation_id):
            return [await _opening(event, recorded.metadata.workspace_id, ports, now)]
        case CardShown(kind="live_chat"):
            return []  # The conversation tells this card itself, as its online or its offline message.
        case CardShown(conversation_id=str(conversation_id)):
            return [_order(conversation_id, _card(event, now))]
        case AnswerGiven() | DetailCaptured() if event.conversation_id is not None:
            by = await queries.blocked_by(ports, recorded.metadata.workspace_id, event.visitor_id)
            return [_order(event.conversation_id, _answer(event, by, now))]
        case OfflineFlowStarted(conversation_id=conversation_id, reason="no_decision"):
            return [_order(conversation_id, NoDecision(at=now))]
        case VisitEnded(conversation_id=str(conversation_id), reason="end_card"):
            return [_order(conversation_id, EndMissed(at=now))]
        case _:
            return []


async def on_file(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A file's keeper asks whether it is still wanted → its release, which a message that names it refuses."""
    match recorded.event:
        case FileReleaseAsked(file_id=file_id, conversation_id=conversation_id, visitor_id=visitor_id):
            release = ReleaseFile(file_id, conversation_id, visitor_id, now)
            return [Order(attachment.DECIDER, stream("attachment", file_id), release)]
        case _:
            return []


async def _opening(event: LiveChatRequested, workspace_id: str, ports: Ports, now: datetime) -> Order:
    age_ms, age_ms_max = (now - event.at) // timedelta(milliseconds=1), 1_000 * REQUEST_AGE_S_MAX
    if age_ms > age_ms_max:
        known = {"conversation_id": event.conversation_id, "request_id": event.request_id}
        log.warning("live_chat_request_too_old", **known, age_ms=age_ms, age_ms_max=age_ms_max)
    agents = await queries.agents_for(ports.reader, workspace_id, now)
    by = await queries.blocked_by(ports, workspace_id, event.visitor_id)
    command = replace(_start(event, agents, now), blocked_by=by)
    declined = replace(command, visit_has_conversation=True)
    return Order(DECIDER, stream("conversation", event.conversation_id), command, if_claimed=declined)


def _order(conversation_id: str, command: Command) -> Order:
    return Order(DECIDER, stream("conversation", conversation_id), command)


def _start(event: LiveChatRequested, online: tuple[Evidence, ...], now: datetime) -> StartConversation:
    return StartConversation(
        conversation_id=event.conversation_id,
        visit_id=event.visit_id,
        visitor_id=event.visitor_id,
        request_id=event.request_id,
        playbook_id=event.playbook_id,
        wait_time_s=event.wait_time_s,
        online_message=event.online_message,
        offline_message=event.offline_message,
        online_body=event.online_body,
        offline_body=event.offline_body,
        requested_at=event.at,
        online=online,
        at=now,
        walk=event.walk,
        captured=event.captured,
        identified=event.identified,
        show_queue_position=event.show_queue_position,
    )


def _card(event: CardShown, now: datetime) -> PostBot:
    return PostBot(
        card_id=event.card_id,
        arrival=event.arrival,
        text=event.text,
        body=event.body,
        options=event.options,
        field=event.field,
        at=now,
    )


def _answer(event: AnswerGiven | DetailCaptured, blocked_by: int | None, now: datetime) -> PostVisitorAnswer:
    text = event.label if isinstance(event, AnswerGiven) else event.value
    return PostVisitorAnswer(event.card_id, event.arrival, text, now, blocked_by)


REACTIONS = (
    Reaction(
        "conversation.playbook",
        PLAYBOOK_EVENTS,
        on_visit,
        (LiveChatRequested, CardShown, AnswerGiven, DetailCaptured, OfflineFlowStarted, VisitEnded),
    ),
    Reaction("conversation.files", GATEWAY_EVENTS, on_file, (FileReleaseAsked,)),
)
