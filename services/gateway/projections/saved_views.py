"""The views of the inbox that each agent keeps, all in one row; who is removed keeps none."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, ViewRemoved, ViewSaved
from contracts.ids import id_of
from contracts.topics import GATEWAY_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.gateway.tables import saved_views


def _touches(recorded: Recorded) -> Iterable[Key]:
    yield saved_views, (recorded.metadata.workspace_id, id_of(recorded.stream))


def _project(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id, agent_id = recorded.event, recorded.metadata.workspace_id, id_of(recorded.stream)
    before = rows.get(saved_views, workspace_id, agent_id)
    views: list[Row] = list(before["views"]) if before else []
    match event:
        case ViewSaved():
            saved = event.model_dump(mode="json", include={"view_id", "name", "folder", "filters"})
            is_new = all(view["view_id"] != event.view_id for view in views)
            views = [saved if view["view_id"] == event.view_id else view for view in views]
            views += [saved] if is_new else []
        case ViewRemoved():
            views = [view for view in views if view["view_id"] != event.view_id]
        case AgentRemoved():
            rows.remove(saved_views, workspace_id, agent_id)
            return
        case _:
            return
    rows.put(saved_views, workspace_id=workspace_id, agent_id=agent_id, views=views, version=recorded.version)


SAVED_VIEWS = ReadModel(
    name="saved_views",
    schema=1,
    source=GATEWAY_EVENTS,
    tables=(saved_views,),
    touches=_touches,
    project=_project,
    about=(ViewSaved, ViewRemoved, AgentRemoved),
    gapless=False,
)
