"""What cards ask for beside the visit itself: the business hours, who is online, and who has been here before."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.gateway import BusinessHoursSet
from contracts.playbook import VisitStarted
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.topics import GATEWAY_EVENTS, PLAYBOOK_EVENTS, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.playbook.tables import AGENTS, HOURS, VISITORS


def _touches_nothing(_: Recorded) -> Iterable[Key]:
    return ()


def _hours(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case BusinessHoursSet(revision=revision, hours=hours):
            rows.put(
                HOURS,
                workspace_id=recorded.metadata.workspace_id,
                revision=revision,
                hours=hours.model_dump(mode="json") if hours else None,
            )
        case _:
            pass


def _presence(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case AgentWentOnline() | AgentWentOffline() as event:
            rows.put(
                AGENTS,
                workspace_id=recorded.metadata.workspace_id,
                agent_id=event.agent_id,
                online=isinstance(event, AgentWentOnline),
                version=recorded.version,
            )
        case _:
            pass


def _visits(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case VisitStarted(visitor_id=visitor_id, visit_id=visit_id, at=at):
            workspace_id = recorded.metadata.workspace_id
            rows.put(
                VISITORS, workspace_id=workspace_id, visitor_id=visitor_id, begun_at=at, visit_id=visit_id
            )
        case _:
            pass


MODELS = (
    ReadModel(
        "hours",
        1,
        GATEWAY_EVENTS,
        (HOURS,),
        _touches_nothing,
        _hours,
        about=(BusinessHoursSet,),
        gapless=False,
    ),
    ReadModel("presence", 1, PRESENCE_EVENTS, (AGENTS,), _touches_nothing, _presence),
    ReadModel(
        "visitors",
        2,
        PLAYBOOK_EVENTS,
        (VISITORS,),
        _touches_nothing,
        _visits,
        about=(VisitStarted,),
        gapless=False,
    ),
)
