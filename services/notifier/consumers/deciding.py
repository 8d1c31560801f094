"""What happens in a conversation → the verdicts on who is told of it."""

from collections.abc import Sequence
from datetime import datetime

from contracts.conversation import (
    Assigned,
    ConversationStarted,
    MessagePosted,
    Reassigned,
    Released,
)
from contracts.envelope import Recorded
from contracts.ids import stream
from contracts.notifier import notice_of
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier import queries
from services.notifier.commands import DecideNotices
from services.notifier.decider import notice
from services.notifier.decider.policy import EVERYBODY, concerned, notices

NOTIFIABLE = (ConversationStarted, Released, MessagePosted, Assigned, Reassigned)


class WaitsBehindParked(Exception):
    """What is known of the conversation ends before the event: one between could not be folded, and was parked."""


async def on_conversation(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """The decision on a notifiable event, once what is known of the conversation is at least as new as the event.

    Raises TimeoutError while it is not: the event is read again. Raises WaitsBehindParked where it never will be by
    itself: the decision is parked as well, and made when somebody tries both again.
    """
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, NOTIFIABLE) or (isinstance(event, MessagePosted) and event.author != "visitor"):
        return []
    if recorded.position is not None and not await queries.follows(ports.reader, recorded.position):
        raise TimeoutError("what is known of conversations is older than the event to decide on")
    known = await queries.conversation(ports.reader, workspace_id, event.conversation_id)
    if known.version < recorded.version:
        raise WaitsBehindParked
    whom = concerned(event, recorded.version, known)
    if whom is None:
        return []
    if whom == EVERYBODY:
        # Presence may reach us after the conversation that somebody's coming online made possible.
        seen = event.online if isinstance(event, ConversationStarted) else ()
        online = [one.agent_id for one in seen if one.online]
        agents = await queries.everybody(ports.reader, workspace_id, online)
    else:
        agents = (await queries.agent(ports.reader, workspace_id, whom),)
    decision = notices(event, recorded.version, known, agents, now)
    notice_id = notice_of(recorded.event_id)
    command = DecideNotices(
        notice_id=notice_id,
        kind=decision.kind,
        expires_at=decision.expires_at,
        recipients=decision.recipients,
        text=decision.text,
        conversation_id=event.conversation_id,
        visitor_id=event.visitor_id,
        about_version=recorded.version,
        known_version=known.version,
        occurred_at=event.at,
        at=now,
    )
    return [Order(notice.DECIDER, stream("notice", notice_id), command)]


DECIDING = Reaction("notifier.conversation", CONVERSATION_EVENTS, on_conversation, NOTIFIABLE)
