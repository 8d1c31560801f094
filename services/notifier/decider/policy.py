"""Who is told of what: a pure function of an event and what is known, with one verdict for each agent it concerns."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from contracts.conversation import Assigned, ConversationStarted, MessagePosted, Reassigned, Released
from contracts.envelope import Event
from contracts.notifier import Kind, Outcome, Reason, Recipient

COUNTS_FOR = timedelta(hours=1)
"""How long notices of messages and assignments are worth showing; one of a new conversation: until `answer_by`."""
TEXT_CHARS_MAX = 120

EVERYBODY: Final = "*"
"""Whom a new conversation concerns: all agents of the workspace who have a device or were ever online."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it is known, at least as far as the event that is decided on.

    `holders` are (version, holder or None) of each change, `said` the versions of the visitor's last messages, `read`
    (agent, version) of what each agent who read it has seen. `given` is the version at which somebody else made its
    holder that, 0 where nobody did.
    """

    version: int
    holders: tuple[tuple[int, str | None], ...] = ()
    said: tuple[int, ...] = ()
    read: tuple[tuple[str, int], ...] = ()
    closed: bool = False
    given: int = 0

    @property
    def holder(self) -> str | None:
        """Who holds it now."""
        return self.holders[-1][1] if self.holders else None

    def holder_at(self, version: int) -> str | None:
        """Who held it when this version was recorded."""
        return next((who for since, who in reversed(self.holders) if since < version), None)

    def seen_by(self, agent_id: str) -> int:
        """Up to which version the agent has seen it."""
        return dict(self.read).get(agent_id, 0)

    def changed_hands_after(self, version: int) -> bool:
        """Whether somebody has had it, or has let it go, since this version."""
        return bool(self.holders) and self.holders[-1][0] > version


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as they are known: their devices, and their presence and choices, each at a version of its stream.

    Of the kinds that are `off` they want to be told nothing.
    """

    agent_id: str
    devices: tuple[str, ...] = ()
    online: bool = False
    presence_version: int = 0
    removed: bool = False
    off: frozenset[Kind] = frozenset()
    choices_version: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdicts on one event."""

    kind: Kind
    expires_at: datetime
    recipients: tuple[Recipient, ...]
    text: str | None = None


def concerned(event: Event, version: int, conversation: Conversation) -> str | None:
    """Whom an event concerns: EVERYBODY, one agent, or nobody, so that it is not notifiable.

    It follows from the conversation's own stream alone, so that everybody can reckon which notices there have to be.
    """
    match event:
        case ConversationStarted() | Released():
            return EVERYBODY
        case MessagePosted(author="visitor"):
            return conversation.holder_at(version)
        case Assigned() | Reassigned():
            return event.agent_id
        case _:
            return None


def notices(
    event: Event, version: int, conversation: Conversation, agents: tuple[Agent, ...], now: datetime
) -> Decision:
    """The verdicts on a notifiable event, on each of the agents whom it concerns. Raises TypeError for another."""
    match event:
        case ConversationStarted() | Released():
            kind: Kind = "new_conversation"
            expires_at, text = event.answer_by, None
        case MessagePosted():
            kind, expires_at, text = "new_message", event.at + COUNTS_FOR, _short(event.text)
        case Assigned() | Reassigned():
            kind, expires_at, text = "assigned_to_you", event.at + COUNTS_FOR, None
        case _:
            raise TypeError(f"nobody is told of {event.TYPE}")
    late = now >= expires_at
    told = tuple(_told(kind, event, version, conversation, _newest(event, agent), late) for agent in agents)
    return Decision(kind, expires_at, told, text)


def _told(
    kind: Kind, event: Event, version: int, conversation: Conversation, agent: Agent, late: bool
) -> Recipient:
    # What the agent has chosen counts before what happens to be so; who was removed has no choice any more.
    switched_off = kind in agent.off and not agent.removed
    reason: Reason | None = None
    if not switched_off:
        reason = _against_event(kind, event, version, conversation, agent) or ("too_late" if late else None)
    outcome: Outcome = "suppressed" if switched_off or reason else "sent"
    if outcome == "sent" and isinstance(event, MessagePosted) and _waits(version, conversation, agent):
        outcome = "collapsed"
    return Recipient(
        agent_id=agent.agent_id,
        outcome=outcome,
        reason=reason,
        devices=agent.devices,
        presence_version=agent.presence_version,
        choices_version=agent.choices_version,
        switched_off=switched_off,
    )


def withdrawn(kind: Kind, version: int, conversation: Conversation, agent: Agent) -> str | None:
    """Why a notice that was decided on, and has not reached the agent yet, is no longer worth a try; None where it is.

    It is what speaks against telling them now, or that a newer notice of the conversation, in whose place an older one
    must not come, is theirs.
    """
    if kind in agent.off and not agent.removed:
        return "switched_off"
    against = _against(kind, version, conversation, agent)
    if against is None and kind != "new_conversation" and _is_followed(version, conversation, agent):
        return "superseded"
    return against


def _is_followed(version: int, conversation: Conversation, agent: Agent) -> bool:
    """Whether the holder is told of something newer: a message, or that somebody has given it to them anew.

    Of what they have switched off they are not told.
    """
    since = conversation.holders[-1][0] if conversation.holders else 0
    last = max(conversation.said, default=0)
    is_said = "new_message" not in agent.off and last > max(version, since)
    return is_said or ("assigned_to_you" not in agent.off and conversation.given == since > version)


def _against_event(
    kind: Kind, event: Event, version: int, conversation: Conversation, agent: Agent
) -> Reason | None:
    """Why the agent is not told of the event, if so."""
    if isinstance(event, Assigned | Reassigned) and event.by == agent.agent_id and not agent.removed:
        return "own_action"
    return _against(kind, version, conversation, agent)


def _against(kind: Kind, version: int, conversation: Conversation, agent: Agent) -> Reason | None:
    """What has happened that speaks against telling the agent, whatever the event itself says."""
    if agent.removed:
        return "removed"
    if kind == "new_conversation" and not agent.online:
        return "not_online"
    if kind != "new_conversation" and conversation.seen_by(agent.agent_id) >= version:
        return "read"
    if conversation.closed:
        return "closed"
    if kind == "new_conversation":
        return "taken" if conversation.changed_hands_after(version) else None
    return "taken" if conversation.holder != agent.agent_id else None


def _waits(version: int, conversation: Conversation, agent: Agent) -> bool:
    """Whether an earlier message, since the agent holds the conversation, has not been read yet."""
    since = next((since for since, who in reversed(conversation.holders) if who == agent.agent_id), 0)
    oldest = max(since, conversation.seen_by(agent.agent_id))
    return any(oldest < said < version for said in conversation.said)


def _newest(event: Event, agent: Agent) -> Agent:
    """The agent with what the event itself knew of their presence, where that is newer than what we know."""
    for seen in event.online if isinstance(event, ConversationStarted) else ():
        if seen.agent_id == agent.agent_id and seen.version > agent.presence_version:
            return replace(agent, online=seen.online, presence_version=seen.version)
    return agent


def _short(text: str) -> str:
    """What fits a notice, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_CHARS_MAX else line[: TEXT_CHARS_MAX - 1] + "…"
