"""One conversation by name: its people, what happens in it, what is asked of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    Evidence,
    LiveChatDeclined,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
    VisitorLeft,
    VisitorReturned,
    WaitExpired,
)
from contracts.envelope import Event, Metadata, Recorded
from contracts.ids import derived_id, stream
from contracts.playbook import Captured, Said
from services.conversation.commands.conversation import (
    AssignConversation,
    CloseAbandoned,
    CloseConversation,
    ElapseWait,
    EndChat,
    EndMissed,
    NoDecision,
    PostBot,
    PostMessage,
    PostVisitorAnswer,
    ReadMessages,
    ReleaseConversation,
    StartConversation,
    TakeConversation,
    VisitorAway,
    VisitorBack,
)

T0 = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
WAIT_S = 60
WORKSPACE = derived_id("workspace")
CONVERSATION, VISIT, VISITOR, REQUEST, PLAYBOOK = (
    derived_id(name) for name in ("conversation", "visit", "visitor", "request", "playbook")
)
ADA, BOB = derived_id("ada"), derived_id("bob")
NAMES = {ADA: "Ada", BOB: "Bob"}
STREAM = stream("conversation", CONVERSATION)
ONLINE, OFFLINE = "Somebody will be with you.", "Nobody is free just now."


def after(seconds: float) -> datetime:
    """A time, counted from the conversation's start."""
    return T0 + timedelta(seconds=seconds)


def seen(agent_id: str = ADA, *, online: bool = True) -> Evidence:
    return Evidence(agent_id=agent_id, online=online, version=1, age_ms=5_000)


def about(**fields: Any) -> dict[str, Any]:
    """What every event of the conversation carries, and more."""
    return {"at": after(1), "conversation_id": CONVERSATION, "visitor_id": VISITOR, **fields}


started = ConversationStarted(
    **about(at=T0),
    visit_id=VISIT,
    request_id=REQUEST,
    playbook_id=PLAYBOOK,
    wait_time_s=WAIT_S,
    answer_by=after(WAIT_S),
    online_message=ONLINE,
    offline_message=OFFLINE,
    captured=(Captured(field="name", value="Vera"),),
    online=(seen(),),
    request_age_ms=0,
)
declined = LiveChatDeclined(**about(), visit_id=VISIT, request_id=REQUEST, reason="nobody_online")
missed = WaitExpired(
    **about(at=after(WAIT_S)),
    visit_id=VISIT,
    request_id=REQUEST,
    reason="wait_time",
    due_at=after(WAIT_S),
)
missed_again = missed.model_copy(update={"at": after(300), "due_at": after(300), "offline_message": OFFLINE})
undecided = WaitExpired(
    **about(), visit_id=VISIT, request_id=REQUEST, reason="no_decision", due_at=after(WAIT_S)
)
offline_told = BotPosted(
    **about(at=after(WAIT_S)),
    message_id=derived_id(CONVERSATION, "bot", REQUEST, "offline"),
    text=OFFLINE,
)
closed = Closed(**about(), visit_id=VISIT, reason="resolved", by=ADA)
closed_missed = Closed(**about(), visit_id=VISIT, reason="missed")
ended = Closed(**about(), visit_id=VISIT, reason="visitor_ended")
hello = MessagePosted(
    **about(), message_id=derived_id("hello"), author="visitor", author_id=VISITOR, text="Hello?"
)


def assigned(agent_id: str = ADA, *, by: str | None = None, late: bool = False) -> Assigned:
    return Assigned(
        **about(),
        visit_id=VISIT,
        agent_id=agent_id,
        agent_name=NAMES[agent_id],
        by=by or agent_id,
        late=late,
        evidence=seen(agent_id),
    )


def reassigned(agent_id: str, previous: str, *, by: str) -> Reassigned:
    return Reassigned(
        **about(),
        visit_id=VISIT,
        agent_id=agent_id,
        agent_name=NAMES[agent_id],
        previous_agent_id=previous,
        by=by,
        evidence=seen(agent_id),
    )


def released(previous: str = ADA, *, answer_by: datetime = T0 + timedelta(minutes=5)) -> Released:
    return Released(
        **about(),
        visit_id=VISIT,
        previous_agent_id=previous,
        reason="agent_removed",
        answer_by=answer_by,
    )


def left(at: float = 1, *, closes: bool = False) -> VisitorLeft:
    return VisitorLeft(**about(at=after(at)), close_at=after(at + 600) if closes else None)


def returned(at: float = 2) -> VisitorReturned:
    return VisitorReturned(**about(at=after(at)))


def was_read(up_to: int, by: str | None = ADA) -> MessagesRead:
    reader = {"reader": "agent", "reader_id": by} if by else {"reader": "visitor", "reader_id": VISITOR}
    return MessagesRead(**about(**reader, up_to=up_to))


WALK = (
    Said(by="bot", text="How can we help?", card_id="welcome"),
    Said(by="visitor", text="Chat with us", card_id="welcome"),
)


def start(
    *, age_s: float = 0, online: tuple[Evidence, ...] = (seen(),), walk: tuple[Said, ...] = WALK
) -> StartConversation:
    return StartConversation(
        conversation_id=CONVERSATION,
        visit_id=VISIT,
        visitor_id=VISITOR,
        request_id=REQUEST,
        playbook_id=PLAYBOOK,
        wait_time_s=WAIT_S,
        online_message=ONLINE,
        offline_message=OFFLINE,
        requested_at=after(-age_s),
        online=online,
        at=T0,
        walk=walk,
        captured=(Captured(field="name", value="Vera"),),
    )


def take(agent_id: str = ADA, *, online: bool = True, expected: str | None = None) -> TakeConversation:
    return TakeConversation(
        agent_id=agent_id,
        agent_name=NAMES[agent_id],
        evidence=seen(agent_id, online=online),
        at=after(1),
        expected_holder=expected,
    )


def assign(
    agent_id: str, *, by: str = ADA, expected: str | None = None, online: bool = True
) -> AssignConversation:
    return AssignConversation(
        agent_id=agent_id,
        agent_name=NAMES[agent_id],
        by=by,
        expected_holder=expected,
        evidence=seen(agent_id, online=online),
        at=after(1),
    )


def say(agent_id: str = ADA, text: str = "How can I help?") -> PostMessage:
    return PostMessage(
        message_id=derived_id("said", agent_id),
        author="agent",
        author_id=agent_id,
        author_name=NAMES[agent_id],
        visit_id=None,
        text=text,
        at=after(1),
    )


def ask(visit_id: str = VISIT, text: str = "Hello?", *, blocked_by: int | None = None) -> PostMessage:
    return PostMessage(
        message_id=derived_id("hello"),
        author="visitor",
        author_id=VISITOR,
        author_name=None,
        visit_id=visit_id,
        text=text,
        at=after(1),
        blocked_by=blocked_by,
    )


def read(up_to: int, by: str | None = ADA, *, visit_id: str = VISIT) -> ReadMessages:
    """By an agent, or by the visitor."""
    return ReadMessages(
        reader="agent" if by else "visitor",
        reader_id=by or VISITOR,
        visit_id=None if by else visit_id,
        up_to=up_to,
        at=after(1),
    )


def end(visit_id: str = VISIT) -> EndChat:
    return EndChat(visit_id=visit_id, at=after(1))


def release(agent_id: str = ADA) -> ReleaseConversation:
    return ReleaseConversation(agent_id=agent_id, at=after(1))


def close(by: str = ADA, *, expected: str | None = None) -> CloseConversation:
    return CloseConversation(by=by, expected_holder=expected, at=after(1))


elapse, elapse_again = ElapseWait(at=after(WAIT_S)), ElapseWait(at=after(300))
no_decision = NoDecision(at=after(1))
end_missed = EndMissed(at=after(1))
away, back = VisitorAway(at=after(1)), VisitorBack(at=after(2))
abandon = CloseAbandoned(at=after(1))
show_card = PostBot(
    card_id="ask_mail", arrival=4, text="Your e-mail?", options=(), field="email", at=after(1)
)
answer_card = PostVisitorAnswer(card_id="ask_mail", arrival=4, text="vera@example.org", at=after(1))


def recorded(event: Event, version: int = 1, *, of: str = STREAM, workspace_id: str = WORKSPACE) -> Recorded:
    """The event as it is read back from its topic."""
    metadata = Metadata(workspace_id, f"command-{version}", "correlation", "cause", "service:test")
    return Recorded(event, derived_id(of, version), event.TYPE, of, version, metadata)
