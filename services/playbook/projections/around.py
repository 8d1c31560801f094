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


def _visitor(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case VisitStarted(visitor_id=visitor_id):
            return ((VISITORS, (recorded.metadata.workspace_id, visitor_id)),)
        case _:
            return ()


def _first_visit(rows: Rows, recorded: Recorded) -> None:
    """Only the first visit is kept, in whatever order they are told: whoever is in another one was here before."""
    match recorded.event:
        case VisitStarted(visitor_id=visitor_id, visit_id=visit_id, at=at):
            workspace_id = recorded.metadata.workspace_id
            known = rows.get(VISITORS, workspace_id, visitor_id)
            if known is None or (at, visit_id) < (known["first_at"], known["first_visit_id"]):
                row = {"visitor_id": visitor_id, "first_visit_id": visit_id, "first_at": at}
                rows.put(VISITORS, workspace_id=workspace_id, **row)
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
        1,
        PLAYBOOK_EVENTS,
        (VISITORS,),
        _visitor,
        _first_visit,
        about=(VisitStarted,),
        gapless=False,
    ),
)
