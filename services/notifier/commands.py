"""What is asked of devices, choices and notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.notifier import Kind, Recipient


@dataclass(frozen=True, slots=True)
class AllowDevice:
    """An agent lets a device show notices, in this session; `label` are the browser's own words for itself."""

    device_id: str
    agent_id: str
    label: str
    at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExpireDevice:
    """The device shows no more notices of an agent; where `session_id` is given, only if it is still of that session.

    With a `device_id` it is told also of a device that shows nothing of theirs, for the agent may be about to allow it:
    what they asked for in sessions that ended then comes to nothing.
    """

    reason: Literal["gone", "signed_out", "agent_removed"]
    at: datetime
    agent_id: str
    session_id: str | None = None
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveDevice:
    """An agent takes a device of their own off."""

    agent_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetChoices:
    """An agent wants to be told of nothing of these kinds, and of all others."""

    agent_id: str
    off: tuple[Kind, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class DecideNotices:
    """The verdicts on a notifiable event, as the policy gave them with what was known."""

    notice_id: str
    conversation_id: str
    visitor_id: str
    kind: Kind
    about_version: int
    known_version: int
    occurred_at: datetime
    expires_at: datetime
    recipients: tuple[Recipient, ...]
    text: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a try. `wait_s` is how long the push service asked us to wait, in seconds.

    slow: not answered yet, the try goes on; again: worth another try; refused: never.
    """

    device_id: str
    number: int
    outcome: Literal["handed_over", "slow", "again", "refused"]
    reason: str = ""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NoteAttempts:
    """What came of tries to hand a notice over."""

    attempts: tuple[Attempt, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class TryAgain:
    """A device's time to be tried again has come."""

    device_id: str
    at: datetime


DeviceCommand = AllowDevice | ExpireDevice | RemoveDevice
NoticeCommand = DecideNotices | NoteAttempts | TryAgain
