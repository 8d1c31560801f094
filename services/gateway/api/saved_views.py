"""The views of the inbox that an agent keeps for themself: named, of a folder, with filters."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from contracts.gateway import ViewFilters
from contracts.ids import UUID_PATTERN, stream
from services.chassis.http import Accepted, AgentAsk, Ask, Body, Id
from services.gateway import queries
from services.gateway.commands import VIEW_NAME_CHARS_MAX, VIEW_WORDS_CHARS_MAX, RemoveView, SaveView
from services.gateway.decider import account

router = APIRouter(prefix="/account/views")

ViewName = Annotated[
    str, StringConstraints(min_length=1, max_length=VIEW_NAME_CHARS_MAX, strip_whitespace=True)
]
ViewFolder = Annotated[str, StringConstraints(pattern=rf"^(unassigned|mine|closed)$|{UUID_PATTERN}")]
Words = Annotated[str, StringConstraints(max_length=VIEW_WORDS_CHARS_MAX, strip_whitespace=True)]


class FiltersBody(Body):
    """Only conversations of which all that is true here is so, and which have these words; without any, all."""

    missed: bool = False
    unread: bool = False
    visitor_left: bool = False
    words: Words = ""


class ViewBody(Body):
    """A view, whole. `folder` is `unassigned`, `mine`, `closed`, or an agent's id."""

    name: ViewName
    folder: ViewFolder
    filters: FiltersBody = Field(default_factory=FiltersBody)


@router.get("")
async def get_views(ask: AgentAsk) -> queries.SavedViews:
    """One's own views, the oldest first. What they show is for the screen to find: here are only their filters."""
    return await queries.views_of(ask.reader, ask.workspace_id, ask.caller.id)


@router.post("")
async def add_view(ask: AgentAsk, body: ViewBody) -> Accepted:
    """Keep a new view."""
    return await _save(ask, ask.new_id("view"), body, new=True)


@router.post("/{view_id}")
async def change_view(view_id: Id, ask: AgentAsk, body: ViewBody) -> Accepted:
    """Keep a view of one's own in place of what it was."""
    return await _save(ask, view_id, body, new=False)


@router.post("/{view_id}/remove")
async def remove_view(view_id: Id, ask: AgentAsk) -> Accepted:
    """Keep a view of one's own no longer."""
    command = RemoveView(view_id=view_id, at=ask.now)
    return await ask.execute(account.DECIDER, stream("account", ask.caller.id), command, view_id=view_id)


async def _save(ask: Ask, view_id: str, body: ViewBody, *, new: bool) -> Accepted:
    command = SaveView(
        view_id=view_id,
        name=body.name,
        folder=body.folder,
        filters=ViewFilters.model_validate(body.filters.model_dump()),
        new=new,
        at=ask.now,
    )
    return await ask.execute(account.DECIDER, stream("account", ask.caller.id), command, view_id=view_id)
