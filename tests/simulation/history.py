"""What a run has left behind: every stream as Kafka tells it, and who belongs where."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256

from contracts.conversation import ConversationEvent
from contracts.envelope import Event, Recorded
from contracts.ids import category_of
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.topics import PARTITIONS, events_of
from services.chassis.ports import StoredEvent
from tests.simulation.heard import read_once
from tests.simulation.world import World


class History:
    """The events of all streams, each version once, in order; and what is odd about how they lie in Kafka."""

    def __init__(self, world: World) -> None:
        self.streams: dict[str, list[Recorded]] = {}
        self.commands: dict[str, list[Recorded]] = defaultdict(list)
        self.odd: list[str] = []
        self.workspaces: dict[str, str] = {}
        """Agents and workspaces: agent id → workspace id."""
        self.topics: dict[str, list[Recorded]] = {}
        """Each service's events in another order of partitions than the one in which they were folded."""
        for name, server in world.host.servers.items():
            topic = world.host.naming.of(events_of(name))
            told = self.topics[topic] = []
            for number in reversed(range(PARTITIONS)):
                for record in world.host.log.records.get((topic, number), ()):
                    if self._is_next(recorded := read_once(record), record.value or b""):
                        told.append(recorded)
            for stream in sorted({*(one.stream for one in told), *server.store.streams}):
                self._compare(stream, server.store.streams.get(stream, []))
        for stream, events in self.of("account"):
            self.workspaces[stream.partition("-")[2]] = events[0].metadata.workspace_id

    def _is_next(self, recorded: Recorded, data: bytes) -> bool:
        name, version = recorded.stream, recorded.version
        events = self.streams.get(name, [])  # Of a stream whose first version is missing there is nothing.
        if version > len(events) + 1:
            self.odd.append(f"{name} has a gap before version {version}")
        elif version <= len(events) and events[version - 1].hash != recorded.hash:
            self.odd.append(f"{name} has two versions {version}")
        if version != len(events) + 1:
            return False
        before = events[-1].hash if events else b""
        told = before + f"{recorded.event_id}{recorded.type}".encode() + data
        if recorded.hash != sha256(told).digest():
            self.odd.append(f"{name} {version} does not follow from what was before it")
        events.append(recorded)
        self.streams[name] = events
        self.commands[recorded.metadata.command_id].append(recorded)
        return True

    def _compare(self, stream: str, stored: Sequence[StoredEvent]) -> None:
        """What Kafka tells is what the owner's database holds, version for version."""
        told = self.streams.get(stream, [])
        if [event.version for event in stored] != list(range(1, len(told) + 1)):
            self.odd.append(f"{stream} has {len(stored)} versions, of which Kafka tells {len(told)}")
        elif [event.hash for event in stored] != [event.hash for event in told]:
            self.odd.append(f"{stream} is another one in Kafka than in its database")

    def of(self, category: str) -> Iterator[tuple[str, list[Recorded]]]:
        """The streams of a category."""
        return (
            (stream, events) for stream, events in self.streams.items() if category_of(stream) == category
        )

    def conversations(self) -> Iterator[tuple[str, list[ConversationEvent]]]:
        """Every conversation and its events."""
        for stream, events in self.of("conversation"):
            yield stream, [one.event for one in events if isinstance(one.event, ConversationEvent)]

    def events(self, stream: str) -> list[Event]:
        """The events of a stream; none where there is no such stream."""
        return [one.event for one in self.streams.get(stream, ())]

    def is_online(self, agent_id: str, version: int | None = None) -> bool | None:
        """Whether the agent is online by their stream, up to this version; None where it never said so or otherwise."""
        told = [
            event
            for event in self.events(f"agent-{agent_id}")[:version]
            if isinstance(event, AgentWentOnline | AgentWentOffline)
        ]
        return isinstance(told[-1], AgentWentOnline) if told else None
