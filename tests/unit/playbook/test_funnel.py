"""The funnel as a fold: each visit counts once in each number, stands at one card, and is the same read again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.deciding import ConditionDecided
from contracts.envelope import Event, Metadata, Recorded
from contracts.ids import derived_id
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    OfflineFlowStarted,
    VisitEnded,
    VisitEvent,
    VisitStarted,
    VisitTakenOver,
)
from services.chassis.models import Key, Rows
from services.chassis.ports import Row
from services.playbook.commands.visit import Offer, VisitCommand
from services.playbook.decider.visit import DECIDER
from services.playbook.projections.funnel import MODELS
from services.playbook.tables import FUNNEL_CARDS, FUNNEL_PATHS, FUNNELS, WALKS
from tests.unit.playbook.examples import (
    AT,
    LONG,
    PLAYBOOK,
    VISIT,
    VISITOR,
    closed,
    offline,
    opened,
    shown,
    start_visit,
    taken_over,
    waiting,
)
from tests.unit.playbook.test_visit_properties import histories, played
from tests.unit.playbook.world import WORKSPACE

(MODEL,) = MODELS
OUTCOMES = ("left", "end_card", "taken_over", "conversation_closed")


def recorded(event: Event, visit: str = VISIT) -> Recorded:
    told = event.model_copy(update={"visit_id": visit})
    return Recorded(
        told, "e", event.TYPE, f"visit-{visit}", 1, Metadata(WORKSPACE, "c", "r", "a", "service:test")
    )


class Folded:
    """The tables after these events."""

    def __init__(self, events: Iterable[Recorded]) -> None:
        self.rows: dict[Key, Row] = {}
        for event in events:
            rows = Rows({key: self.rows.get(key) for key in MODEL.touches(event)})
            MODEL.project(rows, event)
            for key, row in rows.changed.items():
                self.rows.pop(key, None)
                self.rows |= {key: row} if row is not None else {}
            for (of, key), amounts in rows.added.items():
                kept = Counter(self.rows.get((of, key), {}))
                kept.update(amounts)
                self.rows[of, key] = dict(kept)

    def cards(self, what: str) -> dict[str, int]:
        """How many, by card; without those where there is nobody."""
        told = {key[-1]: row.get(what, 0) for (of, key), row in self.rows.items() if of is FUNNEL_CARDS}
        return {card: count for card, count in told.items() if count}

    @property
    def paths(self) -> dict[tuple[Any, ...], int]:
        return {key[3:]: row["visits"] for (of, key), row in self.rows.items() if of is FUNNEL_PATHS}

    def version(self, published: int = 1) -> Counter[str]:
        return Counter(self.rows.get((FUNNELS, (WORKSPACE, PLAYBOOK, published)), {}))


def folded(*events: Event) -> Folded:
    return Folded(map(recorded, events))


def test_a_visit_stands_at_the_card_to_which_it_came_last() -> None:
    there = folded(*waiting)

    assert there.cards("arrived") == {"welcome": 1, "live_chat": 1}
    assert there.cards("answered") == {"welcome": 1}
    assert there.cards("left") == {"live_chat": 1}
    assert there.paths == {("welcome", "chat"): 1}
    assert there.version() == Counter(visits=1, left=1, asked_for_person=1)


def test_an_agent_who_came_is_the_outcome_also_after_the_end() -> None:
    for events in ((*waiting, opened, taken_over), (*waiting, opened, taken_over, closed)):
        there = folded(*events)

        assert there.cards("taken_over") == {"live_chat": 1}
        assert (there.cards("left"), there.cards("conversation_closed")) == ({}, {})
        assert there.version()["taken_over"] == 1


def test_the_offline_flow_is_a_path_of_its_card_and_an_end_without_an_agent_counts_where_it_was() -> None:
    there = folded(*waiting, offline("wait_expired"), shown("name", 2), closed)

    assert there.paths == {("welcome", "chat"): 1, ("live_chat", "wait_expired"): 1}
    assert there.cards("conversation_closed") == {"name": 1}
    assert there.version() == Counter(visits=1, conversation_closed=1, asked_for_person=1)


def test_whoever_waited_in_vain_goes_on_from_another_live_chat_card_too_and_once_from_the_same() -> None:
    gone = (*waiting, opened, offline("wait_expired"))

    def passed(card_id: str, arrival: int) -> Event:
        told = {"card_id": card_id, "arrival": arrival, "kind": "message", "missed": True}
        return shown("name", arrival).model_copy(update=told)

    other = folded(*gone, passed("other", 2), passed("other", 3))
    same = folded(*gone, passed("live_chat", 2))

    waited = {("welcome", "chat"): 1, ("live_chat", "wait_expired"): 1}
    assert other.paths == {**waited, ("other", "missed"): 1}
    assert other.cards("arrived") == {"welcome": 1, "live_chat": 1, "other": 1}
    assert (same.paths, same.cards("left")) == (waited, {"live_chat": 1})


def test_a_condition_is_a_card_whose_cases_are_its_paths() -> None:
    decided: Any = {"at": AT, "visit_id": VISIT, "visitor_id": VISITOR, "card_id": "hours", "next": "welcome"}
    there = folded(waiting[0], ConditionDecided(**decided, case=2), ConditionDecided(**decided, case=0))

    assert (there.cards("arrived"), there.cards("left")) == ({"hours": 1}, {"hours": 1})
    assert there.paths == {("hours", "case-2"): 1, ("hours", "otherwise"): 1}


def test_a_visit_that_is_over_is_remembered_no_longer_and_changes_nothing_more() -> None:
    there = folded(*waiting, closed)
    later = folded(*waiting, closed, offline("no_decision"), shown("name", 2))

    assert later.rows == there.rows
    assert not any(of is WALKS for of, _ in there.rows)


def _went_on(once: set[tuple[str, ...]], card_id: str) -> bool:
    return any(one[:2] == ("path", card_id) for one in once)


def told_by(visits: list[list[VisitEvent]]) -> Counter[tuple[str, ...]]:
    """What a person would count who reads one visit after the other."""
    counts: Counter[tuple[str, ...]] = Counter()
    for events in visits:
        once: set[tuple[str, ...]] = set()
        at, outcome = "", "left"
        for event in events:
            match event:
                case VisitTakenOver():
                    outcome = "taken_over"
                case VisitEnded(reason=reason):
                    outcome = reason if outcome == "left" else outcome
                case AnswerGiven(card_id=card, choice_id=choice):
                    once |= {("answered", card), ("path", card, choice)}
                case DetailCaptured(card_id=card):
                    once.add(("answered", card))
                case OfflineFlowStarted(card_id=card, reason=reason):
                    once.add(("path", card, reason))
                case CardShown(missed=True, card_id=at):
                    once |= (
                        {("arrived", at)} if _went_on(once, at) else {("arrived", at), ("path", at, "missed")}
                    )
                case _ if not isinstance(event, VisitStarted) and hasattr(event, "card_id"):
                    at = event.card_id
                    once.add(("arrived", at))
        counts.update([*once, (outcome, at), (outcome,), ("visits",)])
    return counts


def walk(history: list[VisitCommand]) -> list[Any]:
    """All that happens in a visit of which these things are asked."""
    began = DECIDER.decide(replace(start_visit, offer=Offer(1, LONG)), DECIDER.initial)
    return [*began, *played(history)]


@prop(st.lists(histories.map(walk), max_size=4))
def test_each_number_is_what_a_person_would_count(visits: list[list[VisitEvent]]) -> None:
    streams = [
        [recorded(event, derived_id(place)) for event in events] for place, events in enumerate(visits)
    ]

    one_by_one = Folded(chain.from_iterable(streams))
    interleaved = Folded(event for turn in zip_longest(*streams) for event in turn if event is not None)

    counts = told_by(visits)
    for what in ("arrived", "answered", *OUTCOMES):
        assert one_by_one.cards(what) == {
            key[1]: n for key, n in counts.items() if key[0] == what and key[1:]
        }
    assert one_by_one.paths == {key[1:]: n for key, n in counts.items() if key[0] == "path"}
    assert +one_by_one.version() == +interleaved.version()
    assert all(one_by_one.version()[what] == counts[what,] for what in ("visits", *OUTCOMES))
    assert interleaved.rows == one_by_one.rows
