"""Every Kafka topic: name, owner, key, kind. The only place where topic names and their settings stand."""

from dataclasses import dataclass
from typing import Literal

PARTITIONS = 12  # Never changed for a topic that exists: another count maps keys to other partitions.
SIGNALS_RETENTION_MS = 600_000

FOREVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    # An event's time is the command's; a clock ahead of the broker's must not hold up the log.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}
COMPACTED = {"cleanup.policy": "compact", "max.compaction.lag.ms": "86400000", "segment.ms": "86400000"}
SHORT_LIVED = {"cleanup.policy": "delete", "retention.ms": str(SIGNALS_RETENTION_MS), "segment.ms": "300000"}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's contract. `kind`: events are kept for ever, state is compacted, signals are short-lived."""

    name: str
    owner: str
    key: str
    kind: Literal["events", "state", "signals"]

    @property
    def settings(self) -> dict[str, str]:
        """Kafka's settings for this kind of topic."""
        kinds = {"events": FOREVER, "state": COMPACTED, "signals": SHORT_LIVED}
        return {"message.timestamp.type": "CreateTime", **kinds[self.kind]}


PLAYBOOK_EVENTS = Topic("playbook.events.v1", "playbook", "stream id", "events")
CONVERSATION_EVENTS = Topic("conversation.events.v1", "conversation", "stream id", "events")
PRESENCE_EVENTS = Topic("presence.events.v1", "presence", "stream id", "events")
CRM_EVENTS = Topic("crm.events.v1", "crm", "stream id", "events")
GATEWAY_EVENTS = Topic("gateway.events.v1", "gateway", "stream id", "events")
NOTIFIER_EVENTS = Topic("notifier.events.v1", "notifier", "stream id", "events")
INBOX_STATE = Topic("inbox.state.v1", "conversation", "conversation id", "state")
AGENTS_STATE = Topic("agents.state.v1", "presence", "agent id", "state")
SIGNALS = Topic("gateway.signals.v1", "gateway", "agent, visit or conversation id", "signals")

TOPICS = (
    PLAYBOOK_EVENTS,
    CONVERSATION_EVENTS,
    PRESENCE_EVENTS,
    CRM_EVENTS,
    GATEWAY_EVENTS,
    NOTIFIER_EVENTS,
    INBOX_STATE,
    AGENTS_STATE,
    SIGNALS,
)


def events_of(service: str) -> Topic:
    """The topic on which a service publishes its events."""
    return next(topic for topic in TOPICS if topic.owner == service and topic.kind == "events")


@dataclass(frozen=True, slots=True)
class Naming:
    """How topics are called in one Kafka: a prefix keeps installations apart, an epoch > 1 is a republished log."""

    prefix: str = ""
    epoch: int = 1

    def of(self, topic: Topic) -> str:
        """The topic's name in Kafka. State and signal topics are published anew in place and have no epoch."""
        suffix = f"-e{self.epoch}" if self.epoch > 1 and topic.kind == "events" else ""
        return f"{self.prefix}{topic.name}{suffix}"

    def before(self, topic: Topic) -> list[str]:
        """What the topic of events was called in each epoch before, the first one first."""
        return [Naming(self.prefix, epoch).of(topic) for epoch in range(1, self.epoch)]
