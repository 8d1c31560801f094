"""Rows of the compacted state topics: the newest value of a key is the truth, by (generation, version)."""

from typing import Literal

from contracts.envelope import Fact, UtcTime
from contracts.ids import AgentId, ConversationId, VisitId, WorkspaceId


class StateRow(Fact):
    """What each state row carries: a rebuild raises `generation`; within one, the newer `version` wins."""

    workspace_id: WorkspaceId
    generation: int
    version: int


class InboxRow(StateRow):
    """One conversation in the inbox (`inbox.state.v1`, key = conversation id).

    Its folder is Closed when `status` is closed, Unassigned when it has no holder, else that holder's.
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


class AgentRow(StateRow):
    """One agent's presence (`agents.state.v1`, key = agent id)."""

    agent_id: AgentId
    name: str
    online: bool
    changed_at: UtcTime
