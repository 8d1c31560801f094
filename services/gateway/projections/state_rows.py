"""The inbox and the agents as other services publish them: of each key the newest row by (generation, version)."""

from collections.abc import Iterable

from contracts.states import AgentRow, InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.models import Changed, Key, ReadModel, Rows
from services.chassis.ports import Row
from services.gateway.projections.views import folder_of
from services.gateway.tables import EVERY, agent_places, agents, folder_counts, inbox, inbox_places


def _is_news(row: StateRow, place: Row | None) -> bool:
    """Whether the row is newer than what was heard of its key; a tombstone leaves the numbers that it ended."""
    return place is None or (row.generation, row.version) > (place["generation"], place["version"])


def _inbox_touches(changed: Changed) -> Iterable[Key]:
    yield (inbox_places, (EVERY, changed.key))


def _project_inbox(rows: Rows, changed: Changed) -> None:
    row, place = changed.row, rows.get(inbox_places, EVERY, changed.key)
    if isinstance(row, InboxRow):
        if _is_news(row, place):
            _move(rows, row.workspace_id, place["folder"] if place else None, folder_of(row))
            _put_conversation(rows, changed.key, row)
    elif row is None and place is not None and place["folder"] is not None:
        _move(rows, place["place"], place["folder"], None)
        rows.remove(inbox, place["place"], changed.key)
        rows.put(inbox_places, **{**place, "folder": None})


def _put_conversation(rows: Rows, key: str, row: InboxRow) -> None:
    folder = folder_of(row)
    told = {**row.model_dump(), "conversation_id": key, "folder": folder, "is_unread": row.unread > 0}
    # An owner of before this was told names none.
    rows.put(inbox, **{**told, "waiting_since": row.waiting_since or row.started_at})
    rows.put(
        inbox_places,
        workspace_id=EVERY,
        conversation_id=key,
        place=row.workspace_id,
        folder=folder,
        generation=row.generation,
        version=row.version,
    )


def _move(rows: Rows, workspace_id: str, old: str | None, new: str | None) -> None:
    if old == new:
        return
    if old is not None:
        rows.add(folder_counts, workspace_id, old, conversations=-1)
    if new is not None:
        rows.add(folder_counts, workspace_id, new, conversations=1)


def _agent_touches(changed: Changed) -> Iterable[Key]:
    yield (agent_places, (EVERY, changed.key))


def _project_agent(rows: Rows, changed: Changed) -> None:
    row, place = changed.row, rows.get(agent_places, EVERY, changed.key)
    if isinstance(row, AgentRow):
        if _is_news(row, place):
            rows.put(agents, **{**row.model_dump(), "agent_id": changed.key})
            rows.put(
                agent_places,
                workspace_id=EVERY,
                agent_id=changed.key,
                place=row.workspace_id,
                generation=row.generation,
                version=row.version,
            )
    elif row is None and place is not None:
        rows.remove(agents, place["place"], changed.key)


INBOX = ReadModel(
    name="inbox",
    schema=6,
    source=INBOX_STATE,
    tables=(inbox, inbox_places, folder_counts),
    touches=_inbox_touches,
    project=_project_inbox,
    state_row=InboxRow,
)

AGENTS = ReadModel(
    name="agents",
    schema=1,
    source=AGENTS_STATE,
    tables=(agents, agent_places),
    touches=_agent_touches,
    project=_project_agent,
    state_row=AgentRow,
)
