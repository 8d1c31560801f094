"""What a flow would have made of past visits, counted: totals, which outcomes change, and where visits get stuck."""

from collections import Counter
from typing import Literal

from pydantic import BaseModel

from services.playbook.decider.past import Outcome, Past
from services.playbook.decider.rewalk import Plan, rewalked

EXAMPLES_MAX = 20
CHANGES_MAX = 100

Ended = Literal["end_card", "taken_over", "conversation_closed", "left", "stuck"]
Reason = Literal[
    "choice_gone",
    "card_gone",
    "kind_changed",
    "value_not_valid",
    "never_answered",
    "no_person_asked_then",
    "person_asked_twice",
    "fact_not_known",
    "walk_too_long",
]


class DryRunOutcome(BaseModel):
    """What becomes of a visit. `card_id` is where it ended, was left, or is stuck; `asked_at` the Live Chat card at
    which it asked for a person the last time, `offline` why that one's offline flow began. `follow_ups` counts by kind.
    """

    ended: Ended
    card_id: str | None
    asked_at: str | None
    offline: Literal["nobody_online", "wait_expired", "no_decision"] | None
    qualified: bool | None
    follow_ups: dict[str, int]


class DryRunTotals(BaseModel):
    """Of all visits, how many ended how, and how many asked for a person, were qualified, disqualified, or made which
    follow-ups."""

    end_card: int = 0
    taken_over: int = 0
    conversation_closed: int = 0
    left: int = 0
    stuck: int = 0
    asked_for_person: int = 0
    qualified: int = 0
    disqualified: int = 0
    leads: int = 0
    deals: int = 0
    activities: int = 0


class DryRunChange(BaseModel):
    """Visits of which something else becomes; `examples` are the newest of them."""

    before: DryRunOutcome
    after: DryRunOutcome
    visits: int
    examples: list[str]


class DryRunStuck(BaseModel):
    """Visits that do not get past a card."""

    card_id: str
    reason: Reason
    visits: int
    examples: list[str]


class DryRun(BaseModel):
    """How past visits would go. `visits` were walked again, of which `same` became what they had become; `passed_over`
    are visits that are too long to be kept whole. Not `complete` where the time was over before all were walked.
    `changes` are the most frequent ones, `more_changes` how many there are beside them.
    """

    visits: int
    same: int
    passed_over: int
    complete: bool
    before: DryRunTotals
    after: DryRunTotals
    changes: list[DryRunChange]
    more_changes: int
    stuck: list[DryRunStuck]


class _Visits:
    """Visits that have something in common, and the first of them."""

    def __init__(self) -> None:
        self.count, self.examples = 0, list[str]()

    def add(self, visit_id: str) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(visit_id)


class Tally:
    """Counts visits as they are walked again, the newest first."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._visits, self._same, self._passed_over = 0, 0, 0
        self._before, self._after = Counter[str](), Counter[str]()
        self._changes: dict[tuple[Outcome, Outcome], _Visits] = {}
        self._stuck: dict[tuple[str, str], _Visits] = {}

    def pass_over(self) -> None:
        """One more was not kept whole."""
        self._passed_over += 1

    def walk(self, past: Past) -> None:
        """Walks one more visit again."""
        then, now = past.became, rewalked(self._plan, past)
        self._visits += 1
        self._before.update(_counted(then))
        self._after.update(_counted(now))
        if now.reason is not None:
            self._stuck.setdefault((now.card_id or "", now.reason), _Visits()).add(past.visit_id)
        if then == now:
            self._same += 1
        else:
            self._changes.setdefault((then, now), _Visits()).add(past.visit_id)

    def told(self, *, complete: bool) -> DryRun:
        """The counts so far."""
        changes = sorted(self._changes.items(), key=_most)
        stuck = sorted(self._stuck.items(), key=_most)
        return DryRun(
            visits=self._visits,
            same=self._same,
            passed_over=self._passed_over,
            complete=complete,
            before=DryRunTotals.model_validate(self._before),
            after=DryRunTotals.model_validate(self._after),
            changes=[
                DryRunChange(before=_told(then), after=_told(now), visits=of.count, examples=of.examples)
                for (then, now), of in changes[:CHANGES_MAX]
            ],
            more_changes=max(0, len(changes) - CHANGES_MAX),
            stuck=[
                DryRunStuck.model_validate(
                    {"card_id": card_id, "reason": reason, "visits": of.count, "examples": of.examples}
                )
                for (card_id, reason), of in stuck
            ],
        )


def _most(counted: tuple[object, _Visits]) -> int:
    return -counted[1].count


def _counted(outcome: Outcome) -> dict[str, int]:
    verdict = {True: "qualified", False: "disqualified", None: ""}[outcome.qualified]
    found = {outcome.ended: 1} | ({verdict: 1} if verdict else {})
    if outcome.asked_at is not None:
        found["asked_for_person"] = 1
    plurals = {"lead": "leads", "deal": "deals", "activity": "activities"}
    return found | {plurals[kind]: count for kind, count in outcome.follow_ups}


def _told(outcome: Outcome) -> DryRunOutcome:
    return DryRunOutcome.model_validate(
        {
            "ended": outcome.ended,
            "card_id": outcome.card_id,
            "asked_at": outcome.asked_at,
            "offline": outcome.offline,
            "qualified": outcome.qualified,
            "follow_ups": dict(outcome.follow_ups),
        }
    )
