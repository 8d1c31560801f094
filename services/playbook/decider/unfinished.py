"""Chats that are left unfinished: whoever can be reached, and says nothing more, becomes a lead.

Each answer says until when the visitor is waited for; a timer of the same append asks then. What ends the visit, an
agent who takes it, or a lead that an action card made, comes before that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from contracts.look import Language
from contracts.playbook import FollowUpRequested, VisitEvent
from services.playbook.commands.visit import LeaveUnfinished
from services.playbook.decider.visit_state import Visit
from services.playbook.decider.walk import heading

SECOND = timedelta(seconds=1)
REACH = frozenset({"email", "phone"})
CARD_CHARS_MAX = 200
TITLES: Mapping[Language, str] = {"en": "Unfinished chat", "pt-BR": "Conversa inacabada"}
NOTES: Mapping[Language, str] = {
    "en": "Unfinished chat: left at card “{card}”.",
    "pt-BR": "Conversa inacabada: saiu no cartão “{card}”.",
}


def unfinished_at(visit: Visit, at: datetime, field: str | None = None) -> datetime | None:
    """When the visit is unfinished if this answer, which may tell a field, is the last; None where it never is."""
    if visit.unfinished is None or visit.lead:
        return None
    known = {field, *(detail.field for detail in visit.captured)}
    if not visit.identified and not known & REACH:
        return None
    return at + visit.unfinished.after_s * SECOND


def leave_unfinished(c: LeaveUnfinished, visit: Visit) -> Sequence[VisitEvent]:
    """A lead that says where the visitor left; none where the visit has ended, is an agent's, or made one already."""
    if visit.unfinished is None or visit.lead or visit.status != "walking":
        return []
    stands = _stands_at(visit)
    if stands is None:
        return []
    card_id, arrival = stands
    said = (line.text for line in reversed(visit.walk) if line.by == "bot" and line.card_id == card_id)
    language = visit.unfinished.language
    return [
        FollowUpRequested(
            **heading(visit, c.at),
            card_id=card_id,
            arrival=arrival,
            follow_up="lead",
            title=TITLES[language],
            note=NOTES[language].format(card=next(said, card_id)[:CARD_CHARS_MAX]),
            captured=visit.captured,
            conversation_id=visit.conversation_id,
            cause="unfinished",
        )
    ]


def _stands_at(visit: Visit) -> tuple[str, int] | None:
    """The card at which the visitor is, which is no action card: with the arrival it names this lead alone."""
    if visit.waiting is not None:
        return visit.waiting.card_id, visit.waiting.arrival
    return (visit.live_chat.card_id, visit.shown + 1) if visit.live_chat else None
