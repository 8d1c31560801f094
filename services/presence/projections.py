"""The read model `agents` as a pure fold, published for all who want to know who is online."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.ids import id_of
from contracts.presence import (
    AgentLeft,
    AgentNamed,
    AgentSwitchedOnElsewhere,
    AgentSwitchesEnded,
    AgentWentOffline,
    AgentWentOnline,
)
from contracts.states import AgentRow, StateRow
from contracts.topics import AGENTS_STATE, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows, StateTopic
from services.chassis.ports import Row
from services.presence.tables import agents


def touches(recorded: Recorded) -> Iterable[Key]:
    """The agent's row."""
    return [(agents, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def project(rows: Rows, recorded: Recorded) -> None:
    """Under which name the agent is online or not, and since when. Who left has no row."""
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    before = rows.get(agents, workspace_id, id_of(recorded.stream))
    match event, before:
        case AgentWentOnline(revived=True), dict() if before["lost"]:
            row: Row = {**before, "online": True, "lost": False, "changed_at": event.at}
        case AgentWentOnline(), _:
            row = {"agent_id": event.agent_id, "name": event.name, "tab": event.tab}
            row |= {"online": True, "lost": False, "changed_at": event.at}
            row["places"] = [[event.tab, event.session_id]]
        case AgentWentOffline(), dict():
            lost = before["online"] and event.reason == "connection_lost"
            row = {**before, "online": False, "lost": lost, "changed_at": event.at}
        case AgentSwitchedOnElsewhere(), dict():
            row = {**before, "places": [*before["places"], [event.tab, event.session_id]]}
        case AgentSwitchesEnded(), dict():
            left = [place for place in before["places"] if place[1] not in event.session_ids]
            row = {**before, "places": left}
        case AgentNamed(), dict():
            row = {**before, "name": event.name}
        case AgentLeft(), dict():
            rows.remove(agents, workspace_id, event.agent_id)
            return
        case _:
            return
    rows.put(agents, **{**row, "workspace_id": workspace_id, "version": recorded.version})


def agent_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public form of an agent's row."""
    return row["agent_id"], AgentRow.model_validate({**row, "generation": generation})


MODELS = (
    ReadModel(
        name="agents",
        schema=4,
        source=PRESENCE_EVENTS,
        tables=(agents,),
        touches=touches,
        project=project,
        publishes=StateTopic(AGENTS_STATE, agents, agent_row),
    ),
)
