"""A visit that was walked once: what was put into it, and what became of it, in the form in which it is kept.

A step is a short list: its name, and what belongs to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.deciding import AgentSeen
from contracts.hours import HoursSeen
from contracts.ids import derived_id
from services.playbook.commands.visit import NO_FACTS, Facts

Step = Sequence[Any]

_SOMEBODY = (AgentSeen(agent_id=derived_id("somebody"), version=0),)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a visit: how it ended, or that it `left`, at which card; where it asked for a person the last time
    and by which reason its offline flow began; whether it was qualified; how many follow-ups of which kind.

    A visit that is walked again may be `stuck`, for a reason.
    """

    ended: str
    card_id: str | None
    asked_at: str | None = None
    offline: str | None = None
    qualified: bool | None = None
    follow_ups: tuple[tuple[str, int], ...] = ()
    reason: str | None = None


@dataclass(slots=True)
class Moment:
    """What was so around the visit when a run of its cards was walked. `told` are the facts that are known of it."""

    page: str | None
    landing: str | None
    told: dict[str, bool] = field(default_factory=dict)
    facts: Facts = NO_FACTS


@dataclass(slots=True)
class Reply:
    """An answer: the choice of a question, or the value of a detail."""

    choice_id: str | None
    value: str | None
    moment: Moment


@dataclass(slots=True)
class Request:
    """What became of a request for a person. `moment` is that of its offline flow's first run, if there was one.

    `opened`: there was a conversation, to which somebody might still come after its offline flow had begun.
    """

    offline: str | None = None
    moment: Moment | None = None
    declined: bool = False
    opened: bool = False
    taken: bool = False
    closed: bool = False


@dataclass(slots=True)
class Past:
    """One visit, ready to be walked again: its answers by the card that they were given to, in order."""

    visit_id: str
    locale: str
    known: Mapping[str, str]
    begins: Moment
    became: Outcome
    answers: dict[str, list[Reply]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


def past_of(row: Mapping[str, Any], returning: bool | None) -> Past:
    """A kept visit as it is walked again. `returning` counts where the visit itself did not weigh it."""
    past = Past(
        visit_id=row["visit_id"],
        locale=row["locale"],
        known=dict(row["known"]),
        begins=Moment(None, None),
        became=outcome_of(row["became"]),
    )
    moments = _Steps(past).taken(row["steps"])
    _fill(moments, returning)
    return past


def outcome_of(became: Mapping[str, Any]) -> Outcome:
    """What is kept of a visit's end."""
    return Outcome(
        ended=became["ended"] or "left",
        card_id=became["card_id"],
        asked_at=became["asked_at"],
        offline=became["offline"],
        qualified=became["qualified"],
        follow_ups=tuple(sorted(became["follow_ups"].items())),
    )


class _Steps:
    """Reads steps one after the other into a past visit."""

    def __init__(self, past: Past) -> None:
        self._past, self._now = past, past.begins
        self._page: str | None = None
        self._landing: str | None = None
        self._moments = [past.begins]

    def taken(self, steps: Iterable[Step]) -> list[Moment]:
        """The moments of all runs, in order."""
        for name, *told in steps:
            self._take(name, told)
        return self._moments

    def _take(self, name: str, told: Sequence[Any]) -> None:
        past = self._past
        match name:
            case "begin" | "page":
                self._page, self._landing = told
                if name == "begin":
                    past.begins.page, past.begins.landing = told
            case "answer" | "detail":
                choice_id, value = (told[1], None) if name == "answer" else (None, told[1])
                past.answers.setdefault(told[0], []).append(Reply(choice_id, value, self._run()))
                past.order.append(told[0])
            case "facts":
                self._now.told |= told[0]
            case "asked":
                past.requests.append(Request())
            case _ if past.requests:
                self._news(past.requests[-1], name, told)

    def _news(self, request: Request, name: str, told: Sequence[Any]) -> None:
        match name:
            case "offline":
                request.offline = told[0]
                request.declined = request.offline == "nobody_online"
                request.opened |= request.offline == "wait_expired"
            case "run":
                request.moment = self._run()
            case "opened":
                request.declined, request.opened = False, True
            case "dropped":
                request.declined = True
            case "taken":
                request.taken = True
            case "closed":
                request.closed = True

    def _run(self) -> Moment:
        self._now = Moment(self._page, self._landing)
        self._moments.append(self._now)
        return self._now


def _fill(moments: Sequence[Moment], returning: bool | None) -> None:
    """Facts that a run did not weigh are as they were last known in the visit, or else as they first were later."""
    for way in (moments, moments[::-1]):
        known: dict[str, bool] = {}
        for moment in way:
            known |= moment.told
            moment.told = known | moment.told
            known = dict(moment.told)
    for moment in moments:
        if returning is not None:
            moment.told.setdefault("returning", returning)
        moment.facts = Facts(
            hours=HoursSeen(open=moment.told.get("hours", True), revision=0),
            online=_SOMEBODY if moment.told.get("online") else (),
            returning=moment.told.get("returning", False),
            opens="…",
        )
