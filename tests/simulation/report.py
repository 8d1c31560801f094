"""What many runs were made of: every event type, refusal and named race, and which of them never happened."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.registry import EVENTS
from tests.simulation.races import NAMED
from tests.simulation.run import Outcome

REFUSALS = (
    "agent_offline",
    "agent_took_over",
    "already_assigned",
    "already_joined",
    "bad_attachment",
    "bad_endpoint",
    "bad_name",
    "blocked",
    "card_in_use",
    "claimed",
    "closed",
    "consent_needed",
    "detail_not_valid",
    "details_changed",
    "empty_file",
    "files_unavailable",
    "flow_not_walkable",
    "held_by_another",
    "hours_changed",
    "known_later",
    "last_owner",
    "no_such_card",
    "no_such_choice",
    "not_author",
    "not_found",
    "not_holder",
    "not_there_yet",
    "not_waiting_for_this_card",
    "person_merged",
    "playbook_archived",
    "playbook_changed",
    "playbook_not_active",
    "playbook_not_published",
    "same_person",
    "too_many_identity_keys",
    "shortcut_taken",
    "type_not_taken",
    "unauthorised",
    "wrong_kind_of_answer",
)
"""What commands are refused for by what others did, or by what they ask; limits of sizes and rates have tests of their
own."""


@dataclass
class Totals:
    """Sums over runs."""

    runs: int = 0
    commands: int = 0
    crashes: int = 0
    repeats: int = 0
    events: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    races: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, list[str]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """One run more."""
        self.runs += 1
        self.commands += outcome.commands
        self.crashes += outcome.crashes
        self.repeats += outcome.repeats
        self.events += outcome.events
        self.refusals += outcome.refusals
        self.races += outcome.races
        if outcome.wrong:
            self.wrong[outcome.seed] = outcome.wrong

    @property
    def never(self) -> list[str]:
        """What should have happened and did not."""
        told = {refusal.partition(": ")[2] for refusal in self.refusals}
        return [
            *(type_ for type_ in EVENTS if not self.events[type_]),
            *(code for code in REFUSALS if code not in told),
            *(race for race in NAMED if not self.races[race]),
        ]

    def lines(self, seconds: float) -> Iterable[str]:
        """The report."""
        yield from _table("event", {type_: self.events[type_] for type_ in EVENTS})
        yield from _table("refusal", dict(sorted(self.refusals.items())))
        yield from _table("race", {race: self.races[race] for race in NAMED})
        yield f"{self.runs} runs, {self.commands} commands, {sum(self.events.values())} events, " + (
            f"{self.crashes} crashes, {self.repeats} records read again; "
            f"{60 * self.runs / max(seconds, 0.001):.0f} runs a minute"
        )
        if self.never:
            yield f"Never: {', '.join(self.never)}"
        for seed, wrong in self.wrong.items():
            yield f"SEED={seed} RUNS=1"
            yield from (f"    {line}" for line in wrong)
        yield f"{len(self.wrong)} of {self.runs} runs went wrong."


def _table(name: str, counts: Mapping[str, int]) -> Iterable[str]:
    yield f"{name:58}{'count':>10}"
    yield from (f"  {what:56}{count:10}" for what, count in counts.items())
    yield ""
