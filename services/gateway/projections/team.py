"""Everybody who was ever invited to a workspace: as what, and whether they joined or were removed."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.gateway import (
    AgentInvited,
    AgentJoined,
    AgentRemoved,
    AgentRenamed,
    AgentRoleChanged,
    ResetLinkMade,
    SessionsEnded,
)
from contracts.ids import category_of, id_of
from contracts.topics import GATEWAY_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.gateway.tables import team

NO_LINK = {"reset_link_by": None, "reset_link_at": None}


def _touches(recorded: Recorded) -> Iterable[Key]:
    if category_of(recorded.stream) == "account":
        yield (team, (recorded.metadata.workspace_id, id_of(recorded.stream)))


def _project(rows: Rows, recorded: Recorded) -> None:
    if category_of(recorded.stream) != "account":
        return
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    before = rows.get(team, workspace_id, id_of(recorded.stream))
    match event, before:
        case AgentInvited(), _:
            row = {
                "workspace_id": workspace_id,
                "agent_id": event.agent_id,
                "email": event.email,
                "name": None,
                "role": event.role,
                "state": "invited",
                "invited_at": event.at,
                "joined_at": None,
                "removed_at": None,
                **NO_LINK,
            }
        case AgentJoined(), dict():
            row = {**before, "name": event.name, "state": "joined", "joined_at": event.at}
        case AgentRenamed(), dict():
            row = {**before, "name": event.name}
        case AgentRoleChanged(), dict():
            row = {**before, "role": event.role}
        case ResetLinkMade(), dict():
            row = {**before, "reset_link_by": event.by, "reset_link_at": event.at}
        case SessionsEnded(reason="reset" | "password_changed"), dict():
            row = {**before, **NO_LINK}  # It was used, or is over.
        case AgentRemoved(), dict():
            row = {**before, **NO_LINK, "state": "removed", "removed_at": event.at}
        case _:
            return
    rows.put(team, **row)


TEAM = ReadModel(
    name="team", schema=2, source=GATEWAY_EVENTS, tables=(team,), touches=_touches, project=_project
)
