"""What becomes of a visit's request for a person. News of a request that is not the visit's last changes nothing.

Decisions come from elsewhere and may be late, early or repeated; the offline flow begins at most once for each request.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from contracts.flow import LiveChatCard
from contracts.playbook import (
    LiveChatDropped,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
    VisitEvent,
    VisitTakenOver,
)
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    NoDecision,
    OpenLiveChat,
    TakeOver,
)
from services.playbook.decider.outside import note_of
from services.playbook.decider.visit_state import LiveChat, Visit
from services.playbook.decider.walk import after, heading, note_shown, walked

Events = Sequence[VisitEvent]


def open_live_chat(c: OpenLiveChat, visit: Visit) -> Events:
    """There is a conversation. One that comes after the bot went on stands, and the offline flow goes on as well."""
    asked = _request(visit, c.request_id)
    if asked is None or asked.phase not in ("asked", "undecided"):
        return []
    return [
        LiveChatStarted(
            **heading(visit, c.at), request_id=asked.request_id, conversation_id=asked.conversation_id
        )
    ]


def decline(c: DeclineLiveChat, visit: Visit) -> Events:
    """There will be no conversation: the offline flow begins, unless it began without waiting for this."""
    asked = _request(visit, c.request_id)
    if asked is None or asked.phase not in ("asked", "undecided"):
        return []
    dropped = LiveChatDropped(
        **heading(visit, c.at), request_id=asked.request_id, conversation_id=asked.conversation_id
    )
    if asked.phase == "undecided":
        return [dropped]
    if visit.status != "walking":
        return []
    if not c.too_old:
        return _walked_on(visit, [_offline(visit, asked, "nobody_online", c.at)], c)
    # A request that grew too old tells nothing about who was online.
    return _walked_on(visit, [_offline(visit, asked, "no_decision", c.at), dropped], c)


def expire_wait(c: ExpireWait, visit: Visit) -> Events:
    """The offline flow begins; an agent who came first keeps the visitor."""
    asked = _request(visit, c.request_id)
    if asked is None or asked.offline or visit.status != "walking":
        return []
    return _walked_on(visit, [_offline(visit, asked, "wait_expired", c.at)], c)


def no_decision(c: NoDecision, visit: Visit) -> Events:
    """The offline flow begins without a decision. Its cards follow with ContinueWalk: a timer knows no flow."""
    asked = visit.live_chat
    if asked is None or asked.phase != "asked" or visit.status != "walking":
        return []
    return [_offline(visit, asked, "no_decision", c.at)]


def continue_walk(c: ContinueWalk, visit: Visit) -> Events:
    """The first run of an offline flow that has shown nothing yet."""
    if visit.resume is None or _request(visit, c.request_id) is None:
        return []
    return _walked_on(visit, [], c)


def take_over(c: TakeOver, visit: Visit) -> Events:
    """The bot steps back for good, whatever it was doing."""
    asked = visit.live_chat
    if asked is None or asked.conversation_id != c.conversation_id or visit.status != "walking":
        return []
    return [VisitTakenOver(**heading(visit, c.at), conversation_id=c.conversation_id, agent_id=c.agent_id)]


def close(c: CloseVisit, visit: Visit) -> Events:
    """The walk ends with its conversation."""
    asked = visit.live_chat
    if asked is None or asked.conversation_id != c.conversation_id or visit.status == "ended":
        return []
    head = heading(visit, c.at)
    return [VisitEnded(**head, reason="conversation_closed", conversation_id=c.conversation_id)]


def _request(visit: Visit, request_id: str) -> LiveChat | None:
    asked = visit.live_chat
    return asked if asked and asked.request_id == request_id else None


def _offline(
    visit: Visit,
    asked: LiveChat,
    reason: Literal["nobody_online", "wait_expired", "no_decision"],
    at: datetime,
) -> OfflineFlowStarted:
    return OfflineFlowStarted(
        **heading(visit, at),
        request_id=asked.request_id,
        conversation_id=asked.conversation_id,
        reason=reason,
        card_id=asked.card_id,
    )


def _walked_on(
    visit: Visit, events: Sequence[VisitEvent], c: DeclineLiveChat | ExpireWait | ContinueWalk
) -> Events:
    """These events, and the first run of the offline flow that they leave to be shown.

    Whoever waited was told by the offline message; whoever did not may be told by the card's note that it is closed.
    """
    visit = after(visit, events)
    card_id = visit.resume or ""
    card = c.flow.cards.get(card_id)
    if not isinstance(card, LiveChatCard):
        return events
    note = None if isinstance(c, ExpireWait) else note_of(card, c.facts)
    noted = [note_shown(visit, card_id, note, c.at, c.facts)] if note is not None else []
    visit = after(visit, noted)
    return [*events, *noted, *walked(visit, c.flow, card.offline_flow, c.at, c.facts)]
