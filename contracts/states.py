"""Rows of the compacted state topics: the newest value of a key is the truth, by (generation, version)."""

from typing import Annotated, Literal

from contracts.envelope import Fact, UtcTime
from contracts.ids import AgentId, ConversationId, VisitId, VisitorId, WorkspaceId
from contracts.personal import Personal

LAST_TEXT_CHARS_MAX = 200


class StateRow(Fact):
    """What each state row carries: a rebuild raises `generation`; within one, the newer `version` wins."""

    workspace_id: WorkspaceId
    generation: int
    version: int


class LastFile(Fact):
    """The file that came with the last message: its name as its sender gave it, its type by its content."""

    name: Annotated[str, Personal]
    content_type: str


class InboxRow(StateRow):
    """One conversation in the inbox (`inbox.state.v1`, key = conversation id); `version` is that of its stream.

    Its folder is Closed when `status` is closed, Unassigned when it has no holder, else that holder's. `late`: it was
    taken after the wait. The visitor waits, or waited last, since `waiting_since`: the begin, or when a removed holder
    let go of it. Its holder has it since `assigned_at`, by `assigned_by`. `unread` counts what the visitor wrote and no
    holder has read, up to 99. `visitor_name` is what the bot captured before the conversation began; personal, and
    blanked when the visitor is erased. `identified`: the customer's own server has signed who the visitor is.

    What was said last is of `last_by`; an agent's name is `last_author_name`. `last_text` is its text in one line of
    200 characters at most, `last_file` the file that came with it; both are personal as the name is. Private notes are
    never among it.
    """

    conversation_id: ConversationId
    visit_id: VisitId
    status: Literal["open", "closed"]
    holder_id: AgentId | None
    holder_name: str | None
    missed: bool
    started_at: UtcTime
    answer_by: UtcTime
    changed_at: UtcTime
    waiting_since: UtcTime | None = None
    assigned_at: UtcTime | None = None
    assigned_by: AgentId | None = None
    visitor_id: VisitorId | None = None
    visitor_name: Annotated[str, Personal] | None = None
    late: bool = False
    visitor_left: bool = False
    last_by: Literal["visitor", "agent", "bot"] | None = None
    last_message_at: UtcTime | None = None
    last_text: Annotated[str, Personal] | None = None
    last_file: LastFile | None = None
    last_author_name: str | None = None
    unread: int = 0
    identified: bool = False


class AgentRow(StateRow):
    """One agent's presence (`agents.state.v1`, key = agent id)."""

    agent_id: AgentId
    name: str
    online: bool
    changed_at: UtcTime
