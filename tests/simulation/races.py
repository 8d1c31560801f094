"""The named races: how often two who wanted something else met, by what the run left behind."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from contracts.conversation import Assigned, BotPosted, ConversationStarted, Released, WaitExpired
from contracts.ids import id_of, stream
from contracts.playbook import CardShown
from tests.simulation.history import History
from tests.simulation.world import Call, World

NAMED = ("take/wait over", "take/take", "close/message", "join/bot card", "remove/assign")
MET = timedelta(seconds=0.5)
TAKING = ("take", "assign")


def races(world: World, history: History) -> Counter[str]:
    """How often each named race was run."""
    found: Counter[str] = Counter()
    for one, other in _meetings(world.calls):
        names = {one.name, other.name}
        if names <= {"take", "assign"} and "take" in names and _one_lost(one, other):
            found["take/take"] += 1
        elif names == {"close", "post_message"}:
            found["close/message"] += 1
    found["take/wait over"] = sum(_met_the_end(events) for _, events in history.conversations())
    found["join/bot card"] = sum(1 for _ in _cards_too_late(history))
    removals = [call for call in world.calls if call.name == "post_removal"]
    for removal in removals:
        gone = removal.about["agent_id"]
        found["remove/assign"] += sum(
            removal.overlaps(call) for call in world.calls if call.name in TAKING and _whom(call) == gone
        )
    return found


def _meetings(calls: list[Call]) -> Iterator[tuple[Call, Call]]:
    """Two commands about one conversation, by two people, under way at the same time."""
    about: dict[str, list[Call]] = {}
    for call in calls:
        if "conversation_id" in call.about:
            about.setdefault(call.stream, []).append(call)
    for together in about.values():
        for one, other in combinations(together, 2):
            if one.caller.id != other.caller.id and one.overlaps(other):
                yield one, other


def _whom(call: Call) -> str:
    """Who would have held the conversation."""
    return str(call.about["body"].agent_id if call.name == "assign" else call.caller.id)


def _one_lost(one: Call, other: Call) -> bool:
    return (one.told is None) != (other.told is None)


def _met_the_end(events: Sequence[object]) -> bool:
    """Whether an agent came within MET of the end of a wait, before or after it."""
    due = None
    for event in events:
        if isinstance(event, ConversationStarted | Released):
            due = event.answer_by
        elif isinstance(event, Assigned) and due is not None:
            return abs(event.at - due) < MET
        elif isinstance(event, WaitExpired) and event.reason == "wait_time":
            due = event.at
    return False


def _cards_too_late(history: History) -> Iterator[str]:
    """Cards that the bot showed in the visit and was too late to say in the conversation: an agent had joined."""
    for name, events in history.conversations():
        started = next((event for event in events if isinstance(event, ConversationStarted)), None)
        if started is None or not any(isinstance(event, Assigned) for event in events):
            continue
        said = Counter(event.card_id for event in events if isinstance(event, BotPosted))
        for event in history.events(stream("visit", started.visit_id)):
            if isinstance(event, CardShown) and event.conversation_id == id_of(name):
                said[event.card_id] -= 1
                if said[event.card_id] < 0 and event.kind != "live_chat":
                    yield event.card_id
