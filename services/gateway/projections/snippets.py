"""Where each playbook's snippet was seen, first and last."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.gateway import SnippetSeen
from contracts.topics import GATEWAY_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.gateway.tables import snippet_sites


def _touches(recorded: Recorded) -> Iterable[Key]:
    event = recorded.event
    if isinstance(event, SnippetSeen):
        yield snippet_sites, (recorded.metadata.workspace_id, event.playbook_id, event.site)


def _project(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, SnippetSeen):
        return
    before = rows.get(snippet_sites, workspace_id, event.playbook_id, event.site)
    rows.put(
        snippet_sites,
        workspace_id=workspace_id,
        playbook_id=event.playbook_id,
        site=event.site,
        allowed=event.allowed,
        first_seen_at=before["first_seen_at"] if before else event.at,
        last_seen_at=event.at,
    )


SNIPPET_SITES = ReadModel(
    name="snippet_sites",
    schema=1,
    source=GATEWAY_EVENTS,
    tables=(snippet_sites,),
    touches=_touches,
    project=_project,
    about=(SnippetSeen,),
    gapless=False,
)
