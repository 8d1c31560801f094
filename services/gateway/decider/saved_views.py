"""The views of the inbox that an agent keeps on their account: named, filtered, so many and no more."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.gateway import ViewRemoved, ViewSaved
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.gateway.commands import VIEWS_MAX, RemoveView, SaveView


class ViewKept(BaseModel):
    """A view that is there; `content_id` tells what is in it from anything else, and nothing of it."""

    model_config = ConfigDict(frozen=True)

    view_id: str
    content_id: str


Views = tuple[ViewKept, ...]


def save_view(c: SaveView, agent_id: str, views: Views) -> Sequence[Event]:
    """A view more, or another one in its place."""
    saved = ViewSaved(
        at=c.at, agent_id=agent_id, view_id=c.view_id, name=c.name, folder=c.folder, filters=c.filters
    )
    before = next((view for view in views if view.view_id == c.view_id), None)
    if before is None and not c.new:
        raise NotFound("view")
    if before is None and len(views) >= VIEWS_MAX:
        raise Refused("too_many_views", f"An agent has at most {VIEWS_MAX} views; remove one first.")
    return [] if before == _kept(saved) else [saved]


def remove_view(c: RemoveView, agent_id: str, views: Views) -> Sequence[Event]:
    """A view less. Raises NotFound where it is not there, or not any more."""
    if all(view.view_id != c.view_id for view in views):
        raise NotFound("view")
    return [ViewRemoved(at=c.at, agent_id=agent_id, view_id=c.view_id)]


def views_after(views: Views, event: ViewSaved | ViewRemoved) -> Views:
    """The views after an event: a new one is the last, one that changes stays where it is."""
    if isinstance(event, ViewRemoved):
        return tuple(view for view in views if view.view_id != event.view_id)
    kept = _kept(event)
    if all(view.view_id != kept.view_id for view in views):
        return (*views, kept)
    return tuple(kept if view.view_id == kept.view_id else view for view in views)


def _kept(event: ViewSaved) -> ViewKept:
    content = event.model_dump_json(include={"name", "folder", "filters"})
    return ViewKept(view_id=event.view_id, content_id=derived_id(event.view_id, content))
