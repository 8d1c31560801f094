"""What must hold of unfinished chats: who is waited for in vain becomes a lead once, and nobody else does."""

from collections.abc import Iterator
from datetime import timedelta

from contracts.envelope import Recorded
from contracts.playbook import AnswerGiven, DetailCaptured, FollowUpRequested, VisitEnded, VisitTakenOver
from tests.simulation.history import History
from tests.simulation.world import World


def unfinished(world: World, history: History) -> Iterator[str]:
    """Each lead comes when the wait is over, once, and not where the visit was over, taken, or a lead already."""
    late = world.host.clock.now() - timedelta(seconds=5)
    for name, recorded in history.of("visit"):
        until, settled, leads = None, "", 0
        for one in recorded:
            event = one.event
            match event:
                case AnswerGiven() | DetailCaptured():
                    until = event.unfinished_at
                case FollowUpRequested(cause="unfinished"):
                    leads += 1
                    if settled or until is None or event.at < until:
                        yield f"{name} became a lead as unfinished, although it was {settled or 'waited for'}"
            settled = settled or _settles(one)
        if leads > 1:
            yield f"{name} became a lead as unfinished {leads} times"
        if until is not None and not settled and until < late:
            yield f"{name} was left unfinished and became no lead"


def _settles(one: Recorded) -> str:
    match one.event:
        case VisitTakenOver():
            return "taken"
        case VisitEnded():
            return "over"
        case FollowUpRequested(follow_up="lead"):
            return "a lead"
        case _:
            return ""
