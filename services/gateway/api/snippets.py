"""Where playbooks' snippets are seen, for those who install them."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from services.chassis.decider import NotFound
from services.chassis.http import Cursor, EditorAsk, Id, Limit, Page, page, read_cursor
from services.gateway.queries import widget

router = APIRouter(prefix="/playbooks")


class SnippetSite(BaseModel):
    """A site whose pages loaded the playbook's snippet. `allowed`: whether it was among the playbook's sites then.

    `last_seen_at` is told anew once an hour at most, so it may be up to an hour old.
    """

    site: str
    allowed: bool
    first_seen_at: datetime
    last_seen_at: datetime


@router.get("/{playbook_id}/seen")
async def get_seen(
    playbook_id: Id, ask: EditorAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[SnippetSite]:
    """The sites on which the playbook's snippet was seen, the last one first; without pages that tell no site."""
    if await widget.installed(ask.reader, ask.workspace_id, playbook_id) is None:
        raise NotFound("playbook")
    order = widget.BY_LAST_SEEN
    after = read_cursor(cursor, len(order))
    rows = await widget.snippet_sites_of(ask.reader, ask.workspace_id, playbook_id, after, limit + 1)
    return page(rows, limit, SnippetSite, *order)
