"""What many runs were made of: every event type, refusal and named race, and which of them never happened."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.registry import EVENTS
from tests.simulation.races import NAMED
from tests.simulation.run import Outcome

EVENTS_TO_COME = frozenset(
    {
        "conversation.file_released.v1",
        "conversation.messages_read.v1",
        "conversation.released.v1",
        "conversation.visitor_blocked.v1",
        "conversation.visitor_returned.v1",
        "conversation.visitor_unblocked.v1",
        "crm.deal_value_set.v1",
        "crm.free_field_set.v1",
        "crm.note_added.v1",
        "crm.note_edited.v1",
        "crm.note_removed.v1",
        "gateway.agent_removed.v1",
        "gateway.agent_renamed.v1",
        "gateway.agent_role_changed.v1",
        "gateway.file_dropped.v1",
        "gateway.file_received.v1",
        "gateway.file_release_asked.v1",
        "gateway.owner_dismissed.v1",
        "gateway.sessions_ended.v1",
        "notifier.device_allowed.v1",
        "notifier.device_expired.v1",
        "notifier.notice_delayed.v1",
        "notifier.notice_failed.v1",
        "notifier.notice_handed_over.v1",
        "notifier.notice_retried.v1",
        "playbook.look_changed.v1",
        "playbook.page_viewed.v1",
        "playbook.playbook_archived.v1",
        "playbook.playbook_renamed.v1",
        "playbook.playbook_rolled_back.v1",
    }
)
"""Types that no command makes yet. Whoever adds such a command takes its type away from here."""
EVENTS_SELDOM = frozenset({"crm.organization_set.v1", "crm.person_changed.v1"})
"""Types that take hundreds of days to come: their count is told, and nobody fails where it is zero."""
RACES_TO_COME = frozenset({"remove/assign"})


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
        excused = EVENTS_TO_COME | EVENTS_SELDOM
        types = [type_ for type_ in EVENTS if not self.events[type_] and type_ not in excused]
        return types + [race for race in NAMED if not self.races[race] and race not in RACES_TO_COME]

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
