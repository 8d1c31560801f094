"""The funnel: how many visits came to each card of each version, which way they went on, and where and how they ended.

A visit counts once in each number, however often it comes to a card. Each one that began stands at one card, where it
is counted as `left` until it goes on from there or is over.
"""

from collections.abc import Iterable
from typing import get_args

from contracts.deciding import ConditionDecided
from contracts.envelope import Recorded
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    LiveChatRequested,
    OfflineFlowStarted,
    VisitEnded,
    VisitEvent,
    VisitorDisqualified,
    VisitorQualified,
    VisitStarted,
    VisitTakenOver,
)
from contracts.topics import PLAYBOOK_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.playbook.tables import FUNNEL_CARDS, FUNNEL_PATHS, FUNNELS, WALKS

OFFLINE = get_args(OfflineFlowStarted.model_fields["reason"].annotation)


class _Walk:
    """A visit in the fold: what it adds to the counts, each thing once."""

    def __init__(self, rows: Rows, row: Row) -> None:
        self._rows, self.row = rows, row
        self._place = row["workspace_id"], row["playbook_id"], row["published"]

    def of_version(self, what: str) -> None:
        """The visit is one more of these in its version."""
        if self._is_new(f"!{what}"):
            self._rows.add(FUNNELS, *self._place, **{what: 1})

    def of_card(self, card_id: str, what: str) -> None:
        """The visit is one more of these at the card."""
        if self._is_new(f"{what} {card_id}"):
            self._rows.add(FUNNEL_CARDS, *self._place, card_id, **{what: 1})

    def takes(self, card_id: str, path: str) -> None:
        """The visit goes this way from the card."""
        if self._is_new(f"{card_id} {path}"):
            self._rows.add(FUNNEL_PATHS, *self._place, card_id, path, visits=1)

    def passes(self, card_id: str) -> None:
        """The visit goes on from a Live Chat card because nobody came in time, unless it went on from it before."""
        self.comes_to(card_id)
        if not any(f"{card_id} {reason}" in self.row["counted"] for reason in OFFLINE):
            self.takes(card_id, "missed")

    def comes_to(self, card_id: str) -> None:
        """The visit is at this card from now on."""
        self.of_card(card_id, "arrived")
        if self.row["outcome"] is None:
            self._stands(-1)
            self.row["card_id"] = card_id
            self._stands(1)

    def ends(self, outcome: str) -> None:
        """The visit has an outcome; the first one stays."""
        if self.row["outcome"] is not None:
            return
        self._stands(-1)
        self.row["outcome"] = outcome
        self._rows.add(FUNNELS, *self._place, **{"left": -1, outcome: 1})
        if (card_id := self.row["card_id"]) is not None:
            self._rows.add(FUNNEL_CARDS, *self._place, card_id, **{outcome: 1})

    def _stands(self, amount: int) -> None:
        if (card_id := self.row["card_id"]) is not None:
            self._rows.add(FUNNEL_CARDS, *self._place, card_id, left=amount)

    def _is_new(self, what: str) -> bool:
        if what in self.row["counted"]:
            return False
        self.row["counted"] = [*self.row["counted"], what]
        return True


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case VisitEvent(visit_id=visit_id):
            return ((WALKS, (recorded.metadata.workspace_id, visit_id)),)
        case _:
            return ()


def _project(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    match event:
        case VisitStarted():
            began = {
                "visit_id": event.visit_id,
                "playbook_id": event.playbook_id,
                "published": event.published,
            }
            rows.put(WALKS, workspace_id=workspace_id, card_id=None, outcome=None, counted=[], **began)
            rows.add(FUNNELS, workspace_id, event.playbook_id, event.published, visits=1, left=1)
        case VisitEvent():
            row = rows.get(WALKS, workspace_id, event.visit_id)
            if row is None:
                return  # It was over: what is told of it later changes no count.
            walk = _Walk(rows, row)
            _count(walk, event)
            if isinstance(event, VisitEnded):
                rows.remove(WALKS, workspace_id, event.visit_id)
            elif walk.row != rows.get(WALKS, workspace_id, event.visit_id):
                rows.put(WALKS, **walk.row)
        case _:
            pass


def _count(walk: _Walk, event: VisitEvent) -> None:
    match event:
        case AnswerGiven():
            walk.of_card(event.card_id, "answered")
            walk.takes(event.card_id, event.choice_id)
        case DetailCaptured():
            walk.of_card(event.card_id, "answered")
        case ConditionDecided():
            walk.comes_to(event.card_id)
            walk.takes(event.card_id, f"case-{event.case}" if event.case else "otherwise")
        case CardShown(missed=True):
            walk.passes(event.card_id)
        case OfflineFlowStarted():
            walk.takes(event.card_id, event.reason)
        case VisitTakenOver():
            walk.ends("taken_over")
        case VisitEnded():
            walk.ends(event.reason)
        case _:
            # Whatever else names a card tells that the walk has come to it.
            if (card_id := getattr(event, "card_id", None)) is not None:
                walk.comes_to(card_id)
    match event:
        case LiveChatRequested():
            walk.of_version("asked_for_person")
        case VisitorQualified():
            walk.of_version("qualified")
        case VisitorDisqualified():
            walk.of_version("disqualified")
        case _:
            pass


MODELS = (
    ReadModel(
        "funnel",
        3,
        PLAYBOOK_EVENTS,
        (WALKS, FUNNELS, FUNNEL_CARDS, FUNNEL_PATHS),
        _touches,
        _project,
        about=(VisitEvent,),
    ),
)
