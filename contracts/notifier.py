"""Events of the notifier service: streams `device-<id>`, `choices-<agent id>`, and `notice-<id>`, whose id is derived
from what is told."""

from typing import Annotated, Literal

from contracts.envelope import Event, Fact, UtcTime
from contracts.ids import AgentId, ConversationId, DeviceId, NoticeId, SessionId, VisitorId, derived_id
from contracts.personal import Personal

Kind = Literal["new_conversation", "new_message", "assigned_to_you"]
Outcome = Literal["sent", "collapsed", "suppressed"]
Reason = Literal["not_online", "read", "own_action", "taken", "closed", "too_late", "removed"]


def notice_of(event_id: str) -> str:
    """The id of the notice of a notifiable event."""
    return derived_id("notice", event_id)


class NotifierEvent(Event, service="notifier"):
    """Parent of this service's events."""


class DeviceEvent(NotifierEvent, service="notifier"):
    """Parent of the events of one device: one browser's subscription, named by the hash of its address."""

    device_id: DeviceId
    agent_id: AgentId

    SUBJECT = "agent_id"


class DeviceAllowed(DeviceEvent):
    """The agent lets this device show notices. Where it is reached, and its keys, are credentials and in no event.

    `session_id`: the session in which the agent did; when it ends, so does this. None where that was not told.
    """

    channel: Literal["web_push"] = "web_push"
    label: Annotated[str, Personal] = ""
    session_id: SessionId | None = None


class DeviceExpired(DeviceEvent):
    """The device shows no more notices of this agent.

    gone: its push service says so; replaced: another agent uses it now; removed: its agent took it off; signed_out:
    the session in which it was allowed has ended (`session_id`), or all of the agent's; agent_removed: the agent is no
    longer of the workspace. These two are told of a device as well that the agent was about to allow.
    """

    reason: Literal["gone", "replaced", "removed", "signed_out", "agent_removed"]
    session_id: SessionId | None = None


class NoticeChoicesSet(NotifierEvent):
    """The agent is told of nothing of these kinds (`off`) from now on, on none of their devices and in no tab, and of
    all others."""

    agent_id: AgentId
    off: tuple[Kind, ...] = ()


class Recipient(Fact):
    """An agent whom a notifiable event concerns, and the one verdict on their open tabs and all of their devices.

    `presence_version` and `choices_version` are the versions of the agent's streams of presence and of choices that the
    verdict used, 0 where it knew none. `switched_off`: by those choices the agent is told of nothing of this kind; it
    stands in place of a `reason`.
    """

    agent_id: AgentId
    outcome: Outcome
    reason: Reason | None = None
    devices: tuple[DeviceId, ...] = ()
    presence_version: int = 0
    choices_version: int = 0
    switched_off: bool = False


class NoticeEvent(NotifierEvent, service="notifier"):
    """Parent of the events of one notice."""

    notice_id: NoticeId
    conversation_id: ConversationId
    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class NoticesDecided(NoticeEvent):
    """Who is told of a notifiable event: each device of everyone it concerns has exactly one verdict in it.

    `sent` and `collapsed` are handed to the device's push service and shown in the agent's open tabs until
    `expires_at`; a collapsed one takes the place of an earlier one about the same conversation. `about_version` is the
    version of the notifiable event in its stream, `known_version` that of the conversation as the verdicts saw it. A
    notice to very many agents is told in several events, `part` of `parts`, in one append.
    """

    kind: Kind
    about_version: int
    known_version: int
    occurred_at: UtcTime
    expires_at: UtcTime
    recipients: tuple[Recipient, ...]
    text: Annotated[str | None, Personal] = None
    part: int = 1
    parts: int = 1


class DeviceNotice(NoticeEvent, service="notifier"):
    """Parent of the events about one device of a notice; `attempts` counts the tries so far."""

    device_id: DeviceId
    attempts: int


class NoticeDelayed(DeviceNotice):
    """The push service did not take the notice, or has not yet: it is tried again at `retry_at` unless it does."""

    reason: str
    retry_at: UtcTime


class NoticeRetried(DeviceNotice):
    """The time has come to try again."""


class NoticeHandedOver(DeviceNotice):
    """The push service took a notice that had been delayed."""


class NoticeFailed(DeviceNotice):
    """The notice was given up: refused for good, its time is over, or it was tried too often.

    Or, before a later try, it was worth none any more: since the verdict it was read, the conversation was taken or
    closed, or the agent is not_online, removed, or told nothing of the kind (switched_off); or a newer notice of the
    conversation is theirs, in whose place this one would come (superseded).
    """

    reason: str
