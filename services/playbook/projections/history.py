"""What was put into visits and what became of them: enough to walk each of them again through another flow.

A row holds no more than CHARS_MAX characters of steps. Of a visit that was longer the rest is not kept, and it is not
walked again.
"""

from collections.abc import Iterable
from typing import Any

from contracts.deciding import ConditionDecided
from contracts.envelope import Recorded
from contracts.hours import HoursSeen
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    FollowUpRequested,
    LiveChatDropped,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    PageViewed,
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
from services.playbook.decider.pages import utm_of
from services.playbook.tables import HISTORY

CHARS_MAX = 60_000

_RUN = (
    CardShown
    | ConditionDecided
    | VisitorQualified
    | VisitorDisqualified
    | FollowUpRequested
    | LiveChatRequested
)


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case VisitEvent(visit_id=visit_id):
            return ((HISTORY, (recorded.metadata.workspace_id, visit_id)),)
        case _:
            return ()


def _project(rows: Rows, recorded: Recorded) -> None:
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case VisitStarted() as event:
            rows.put(HISTORY, workspace_id=workspace_id, **_begun(event))
        case FollowUpRequested(cause="unfinished"):
            pass  # No card asked for it.
        case VisitEvent() as event:
            row = rows.get(HISTORY, workspace_id, event.visit_id)
            if row is not None:
                rows.put(HISTORY, **_longer(row | {"became": _became(row["became"], event)}, event))
        case _:
            pass


def _begun(event: VisitStarted) -> Row:
    page = event.pages[-1] if event.pages else None
    step = ["begin", page, next(filter(utm_of, reversed(event.pages)), None)]
    return {
        "visit_id": event.visit_id,
        "visitor_id": event.visitor_id,
        "playbook_id": event.playbook_id,
        "published": event.published,
        "begun_at": event.at,
        "locale": event.locale,
        "known": [[detail.field, detail.value] for detail in event.known],
        "steps": [step],
        "became": {
            "ended": None,
            "card_id": None,
            "asked_at": None,
            "offline": None,
            "qualified": None,
            "follow_ups": {},
            "resume": False,
        },
        "chars": _chars([step]),
        "whole": True,
    }


def _longer(row: Row, event: VisitEvent) -> Row:
    new = list(_steps(row, event))
    if isinstance(event, _RUN):
        row = row | {"became": row["became"] | {"resume": False}}
    if not new or not row["whole"]:
        return row
    kept = row["steps"]
    if new[0][0] == kept[-1][0] == "page":  # Nothing was walked on the page between.
        kept = kept[:-1]
    steps = [*kept, *new]
    chars = row["chars"] - _chars(row["steps"][len(kept) :]) + _chars(new)
    return row | ({"steps": steps, "chars": chars} if chars <= CHARS_MAX else {"whole": False})


def _chars(steps: Iterable[list[Any]]) -> int:
    return sum(8 + len(part or "") for step in steps for part in step if not isinstance(part, dict))


def _steps(row: Row, event: VisitEvent) -> Iterable[list[Any]]:
    if isinstance(event, _RUN) and row["became"]["resume"]:
        yield ["run"]
    match event:
        case AnswerGiven():
            yield ["answer", event.card_id, event.choice_id]
        case DetailCaptured():
            yield ["detail", event.card_id, event.value]
        case PageViewed(url=url):
            before = next(step for step in reversed(row["steps"]) if step[0] in ("page", "begin"))
            yield ["page", url, url if utm_of(url) else before[2]]
        case ConditionDecided():
            if told := _weighed(event):
                yield ["facts", told]
        case LiveChatRequested(hours=hours):
            yield ["asked"]
            if hours is not None:
                yield ["facts", {"hours": hours.open}]
        case CardShown(hours=HoursSeen(open=is_open)):
            yield ["facts", {"hours": is_open}]
        case LiveChatStarted():
            yield ["opened"]
        case LiveChatDropped():
            yield ["dropped"]
        case OfflineFlowStarted(reason=reason):
            yield ["offline", reason]
        case VisitTakenOver():
            yield ["taken"]
        case VisitEnded(reason="conversation_closed"):
            yield ["closed"]
        case _:
            pass


def _weighed(event: ConditionDecided) -> dict[str, bool]:
    told: dict[str, bool] = {}
    if (hours := event.weighed.hours) is not None:
        told["hours"] = hours.open
    if (online := event.weighed.online) is not None:
        told["online"] = bool(online)
    if (returning := event.weighed.returning) is not None:
        told["returning"] = returning
    return told


def _became(was: dict[str, Any], event: VisitEvent) -> dict[str, Any]:
    match event:
        case CardShown(card_id=card_id):
            return was | {"card_id": card_id}
        case LiveChatRequested(card_id=card_id):
            return was | {"card_id": card_id, "asked_at": card_id, "offline": None}
        case OfflineFlowStarted(reason=reason):
            return was | {"offline": reason, "resume": True}
        case VisitorQualified() | VisitorDisqualified():
            return was | {"qualified": isinstance(event, VisitorQualified)}
        case FollowUpRequested(follow_up=kind):
            return was | {"follow_ups": was["follow_ups"] | {kind: was["follow_ups"].get(kind, 0) + 1}}
        case VisitTakenOver():
            return was | {"ended": was["ended"] or "taken_over"}
        case VisitEnded(reason=reason):
            return was | {"ended": was["ended"] or reason}
        case _:
            return was


MODELS = (ReadModel("history", 2, PLAYBOOK_EVENTS, (HISTORY,), _touches, _project, about=(VisitEvent,)),)
