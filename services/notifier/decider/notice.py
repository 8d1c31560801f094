"""A notice: decided once, and for each device that it is slow to reach, tried again until its time is over."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.notifier import (
    DeviceNotice,
    NoticeDelayed,
    NoticeEvent,
    NoticeFailed,
    NoticeHandedOver,
    NoticeRetried,
    NoticesDecided,
    Recipient,
)
from services.chassis.decider import CancelTimer, Decider, SetTimer
from services.notifier.commands import Attempt, DecideNotices, NoteAttempts, NoticeCommand, TryAgain

ATTEMPTS_MAX = 8
BACKOFF_S, BACKOFF_S_MAX = 2, 600
SLOW_S = 15
"""How long a try that is not answered yet may go on, before it counts as lost; longer than any try lasts."""
WAIT_S_MAX = 3_600
PART_BYTES_MAX = 40_000
AGENT_BYTES, DEVICE_BYTES = 210, 40

Events = Sequence[NoticeEvent]


class Undecided(BaseModel):
    """Nothing was decided yet."""

    model_config = ConfigDict(frozen=True)


class Waiting(BaseModel):
    """A device that is not reached yet: the number of the last try, and how it stands."""

    model_config = ConfigDict(frozen=True)

    number: int
    stands: Literal["slow", "again", "trying"]


class Decided(BaseModel):
    """Decided; `waiting` are the devices that were delayed, `settled` those for which nothing more is to be done."""

    model_config = ConfigDict(frozen=True)

    notice_id: str
    conversation_id: str
    visitor_id: str
    expires_at: UtcTime
    waiting: dict[str, Waiting] = {}
    settled: tuple[str, ...] = ()


State = Undecided | Decided


def decide(command: NoticeCommand, state: State) -> Events:
    """The events of a command."""
    match command:
        case DecideNotices():
            return decide_notices(command, state)
        case NoteAttempts():
            return note_attempts(command, state)
        case TryAgain():
            return try_again(command, state)
        case _:
            assert_never(command)


def decide_notices(c: DecideNotices, state: State) -> Events:
    """The verdicts, once: what became known later changes nothing."""
    if isinstance(state, Decided):
        return []
    parts = list(parts_of(c.recipients))
    return [
        NoticesDecided(
            at=c.at,
            notice_id=c.notice_id,
            conversation_id=c.conversation_id,
            visitor_id=c.visitor_id,
            kind=c.kind,
            about_version=c.about_version,
            known_version=c.known_version,
            occurred_at=c.occurred_at,
            expires_at=c.expires_at,
            recipients=recipients,
            text=c.text,
            part=number,
            parts=len(parts),
        )
        for number, recipients in enumerate(parts, start=1)
    ]


def parts_of(recipients: tuple[Recipient, ...]) -> Iterator[tuple[Recipient, ...]]:
    """The recipients in as many parts as fit an event each; one part where there is nobody."""
    part: list[Recipient] = []
    room = PART_BYTES_MAX
    for recipient in recipients:
        size = AGENT_BYTES + DEVICE_BYTES * len(recipient.devices)
        if part and size > room:
            yield tuple(part)
            part, room = [], PART_BYTES_MAX
        part.append(recipient)
        room -= size
    yield tuple(part)


def note_attempts(c: NoteAttempts, state: State) -> Events:
    """What came of tries: a device is settled, or tried again later while the notice is worth it."""
    if isinstance(state, Undecided):
        return []
    noted = (_noted(attempt, c.at, state) for attempt in c.attempts if _is_news(attempt, state))
    return [event for event in noted if event is not None]


def try_again(c: TryAgain, state: State) -> Events:
    """A delayed device is tried again, unless the notice's time is over."""
    if isinstance(state, Undecided) or c.device_id not in state.waiting:
        return []
    number = state.waiting[c.device_id].number
    if c.at >= state.expires_at:
        return [NoticeFailed(**_about(state, c.device_id, number, c.at), reason="time_over")]
    return [NoticeRetried(**_about(state, c.device_id, number, c.at))]


def _is_news(attempt: Attempt, state: Decided) -> bool:
    """Whether the try's outcome is later than what is known of the device; a success always counts."""
    if attempt.device_id in state.settled:
        return False
    before = state.waiting.get(attempt.device_id)
    if before is None or attempt.outcome == "handed_over":
        return True
    if before.stands == "again":
        return attempt.number > before.number
    return attempt.number >= before.number and not (before.stands == attempt.outcome == "slow")


def _noted(attempt: Attempt, at: datetime, state: Decided) -> NoticeEvent | None:
    about = _about(state, attempt.device_id, attempt.number, at)
    match attempt.outcome:
        case "handed_over":
            # Of a device that was never delayed, the verdict "sent" tells enough.
            return NoticeHandedOver(**about) if attempt.device_id in state.waiting else None
        case "refused":
            return NoticeFailed(**about, reason=attempt.reason)
        case "slow":
            return NoticeDelayed(**about, reason="slow", retry_at=at + timedelta(seconds=SLOW_S))
        case "again":
            retry_at = at + timedelta(seconds=wait_s(attempt))
            if attempt.number >= ATTEMPTS_MAX or retry_at >= state.expires_at:
                return NoticeFailed(**about, reason=attempt.reason)
            return NoticeDelayed(**about, reason=attempt.reason, retry_at=retry_at)
        case _:
            assert_never(attempt.outcome)


def wait_s(attempt: Attempt) -> float:
    """How long until the next try: twice as long each time, and as long as the push service wishes, in seconds."""
    backoff_s: float = min(BACKOFF_S * 4 ** (attempt.number - 1), BACKOFF_S_MAX)
    return min(max(backoff_s, attempt.wait_s), WAIT_S_MAX)


def _about(state: Decided, device_id: str, attempts: int, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "notice_id": state.notice_id,
        "conversation_id": state.conversation_id,
        "visitor_id": state.visitor_id,
        "device_id": device_id,
        "attempts": attempts,
    }


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case NoticesDecided(), Undecided():
            return Decided(
                notice_id=event.notice_id,
                conversation_id=event.conversation_id,
                visitor_id=event.visitor_id,
                expires_at=event.expires_at,
            )
        case NoticeDelayed(), Decided():
            stands: Literal["slow", "again"] = "slow" if event.reason == "slow" else "again"
            return _with(state, event, Waiting(number=event.attempts, stands=stands))
        case NoticeRetried(), Decided():
            return _with(state, event, Waiting(number=event.attempts + 1, stands="trying"))
        case NoticeHandedOver() | NoticeFailed(), Decided():
            waiting = {device: it for device, it in state.waiting.items() if device != event.device_id}
            return state.model_copy(update={"waiting": waiting, "settled": (*state.settled, event.device_id)})
        case _:
            return state


def _with(state: Decided, event: DeviceNotice, waiting: Waiting) -> Decided:
    return state.model_copy(update={"waiting": {**state.waiting, event.device_id: waiting}})


def timers(event: Event) -> Sequence[SetTimer | CancelTimer]:
    """One timer for each device that is to be tried again, named like it."""
    match event:
        case NoticeDelayed():
            return [SetTimer(event.device_id, event.retry_at)]
        case NoticeHandedOver() | NoticeFailed():
            return [CancelTimer(event.device_id)]
        case _:
            return []


def elapsed(stream: str, timer: str, at: datetime) -> TryAgain:
    """The command of a timer that is due."""
    return TryAgain(device_id=timer, at=at)


DECIDER: Decider[NoticeCommand, State] = Decider(
    category="notice",
    decide=decide,
    evolve=evolve,
    initial=Undecided(),
    states=(Undecided, Decided),
    schema=1,
    timers=timers,
    elapsed=elapsed,
    subject=lambda state: state.visitor_id if isinstance(state, Decided) else None,
)
