"""A workspace, its people, a visit and a conversation by name, and events as they are recorded."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    Evidence,
    MessagePosted,
    MessagesRead,
)
from contracts.envelope import Event, Metadata, Recorded, Unknown
from contracts.flow import EndCard, Flow
from contracts.gateway import AgentInvited, AgentJoined, WorkspaceCreated
from contracts.ids import derived_id, stream
from contracts.playbook import Captured, LiveChatRequested, PlaybookPublished, VisitStarted
from contracts.states import AgentRow, InboxRow
from services.chassis.tokens import Caller
from services.gateway.commands import CreateWorkspace, InviteAgent, JoinAgent

T0 = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
WORKSPACE, ELSEWHERE = derived_id("workspace"), derived_id("elsewhere")
CONVERSATION, VISIT, VISITOR, REQUEST, PLAYBOOK, ADA, BOB = (
    derived_id(name) for name in ("conversation", "visit", "visitor", "request", "playbook", "ada", "bob")
)
CHAT, WALK = stream("conversation", CONVERSATION), stream("visit", VISIT)
KEY = "5e" * 32
SESSION = derived_id("session")
PASSWORD = "three grey herons"

ada = Caller(kind="agent", id=ADA, workspace_id=WORKSPACE, name="Ada", role="agent")
stranger = Caller(kind="agent", id=BOB, workspace_id=ELSEWHERE, name="Bob", role="owner")
visitor = Caller(kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT, playbook_id=PLAYBOOK)

create = CreateWorkspace(WORKSPACE, "Acme", T0)
created = WorkspaceCreated(workspace_id=WORKSPACE, name="Acme", at=T0)
invite = InviteAgent(ADA, "Ada@example.org", KEY, "agent", None, T0)
invited = AgentInvited(agent_id=ADA, email="Ada@example.org", role="agent", email_key=KEY, at=T0)
join = JoinAgent("Ada", "p1", T0)
joined = AgentJoined(agent_id=ADA, name="Ada", password_id="p1", at=T0)


def after(seconds: float) -> datetime:
    """A time, counted from the beginning."""
    return T0 + timedelta(seconds=seconds)


def _in_chat(**fields: Any) -> dict[str, Any]:
    return {"at": after(1), "conversation_id": CONVERSATION, "visitor_id": VISITOR, **fields}


seen = Evidence(agent_id=ADA, online=True, version=3, age_ms=10)
visit_started = VisitStarted(at=T0, visit_id=VISIT, visitor_id=VISITOR, playbook_id=PLAYBOOK, published=1)
requested = LiveChatRequested(
    at=T0,
    visit_id=VISIT,
    visitor_id=VISITOR,
    request_id=REQUEST,
    conversation_id=CONVERSATION,
    playbook_id=PLAYBOOK,
    card_id="live",
    online_message="One moment.",
    wait_time_s=60,
    offline_message="Nobody is free.",
)
started = ConversationStarted(
    **_in_chat(
        visit_id=VISIT,
        request_id=REQUEST,
        playbook_id=PLAYBOOK,
        wait_time_s=60,
        answer_by=after(60),
        online_message="One moment.",
        offline_message="Nobody is free.",
        captured=(Captured(field="email", value="vi@example.org"),),
        online=(seen,),
    )
)
assigned = Assigned(**_in_chat(visit_id=VISIT, agent_id=ADA, agent_name="Ada", by=ADA, evidence=seen))
read_by_ada = MessagesRead(**_in_chat(reader="agent", reader_id=ADA, up_to=2))
closed = Closed(**_in_chat(visit_id=VISIT, reason="resolved", by=ADA))
of_tomorrow = Unknown(at=after(1), type="conversation.mood_guessed.v1", data=b"{}")


def said(text: str, by: str = ADA) -> MessagePosted:
    """A message of an agent."""
    told = _in_chat(message_id=derived_id(text), author="agent", author_id=by, author_name="Ada", text=text)
    return MessagePosted(**told)


def bot_said(text: str) -> BotPosted:
    """A message of the bot."""
    return BotPosted(**_in_chat(message_id=derived_id(text), text=text))


def published() -> PlaybookPublished:
    """The playbook's first version."""
    flow = Flow(start="end", cards={"end": EndCard(text="Bye.")})
    return PlaybookPublished(playbook_id=PLAYBOOK, published=1, flow=flow, by=ADA, at=T0)


def recorded(event: Event, version: int, in_stream: str = CHAT, workspace_id: str = WORKSPACE) -> Recorded:
    """The event as its reader gets it."""
    metadata = Metadata(workspace_id, "c", "c", "c", "service:test")
    type_ = event.type if isinstance(event, Unknown) else event.TYPE
    return Recorded(event, derived_id(in_stream, version), type_, in_stream, version, metadata)


def inbox_row(**changes: Any) -> InboxRow:
    """The conversation as the inbox's owner publishes it."""
    row = InboxRow(
        workspace_id=WORKSPACE,
        generation=1,
        version=1,
        conversation_id=CONVERSATION,
        visit_id=VISIT,
        status="open",
        holder_id=None,
        holder_name=None,
        missed=False,
        started_at=T0,
        answer_by=after(60),
        changed_at=T0,
    )
    return row.model_copy(update=changes)


def agent_row(**changes: Any) -> AgentRow:
    """An agent as presence publishes them."""
    row = AgentRow(
        workspace_id=WORKSPACE, generation=1, version=1, agent_id=ADA, name="Ada", online=True, changed_at=T0
    )
    return row.model_copy(update=changes)
