"""Business hours: everybody of the workspace reads them, owners set them."""

from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, Field

from contracts.hours import BusinessHours
from contracts.ids import stream
from services.chassis.execution import state_of
from services.chassis.http import Accepted, AgentAsk, Body
from services.gateway.api.edge import OwnerAsk
from services.gateway.commands import SetBusinessHours
from services.gateway.decider import workspace

NO_PLACES = frozenset({"Factory", "localtime"})
"""Among the names of time zones: nowhere, and wherever this machine is."""

router = APIRouter(prefix="/hours")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - NO_PLACES


def _exact(given: Any) -> Any:
    if given is None:
        return None
    hours = BusinessHours.model_validate(given, extra="forbid")
    if hours.time_zone not in _zones():
        raise ValueError("time_zone is none of the IANA names of time zones, such as America/Sao_Paulo")
    return hours


class HoursBody(Body):
    """The hours, whole; null: the team is there at any time. `expected_revision` is that of the hours that were
    changed; without it they are set in any case."""

    hours: Annotated[BusinessHours | None, BeforeValidator(_exact)]
    expected_revision: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Hours(BaseModel):
    """When the team is there; null: at any time. `revision` counts how often that was set."""

    hours: BusinessHours | None
    revision: int


@router.get("")
async def get_hours(ask: AgentAsk) -> Hours:
    """The workspace's business hours."""
    name = stream("workspace", ask.workspace_id)
    state = await state_of(ask.ports, workspace.DECIDER, ask.workspace_id, name)
    if isinstance(state, workspace.NoWorkspace):
        return Hours(hours=None, revision=0)
    return Hours(hours=state.hours, revision=state.hours_revision)


@router.post("")
async def set_hours(ask: OwnerAsk, body: HoursBody) -> Accepted:
    """Says when the team is there, from now on."""
    command = SetBusinessHours(
        hours=body.hours, revision=body.expected_revision, by=ask.caller.id, at=ask.now
    )
    return await ask.execute(workspace.DECIDER, stream("workspace", ask.workspace_id), command)
