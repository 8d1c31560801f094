"""What a run has left behind: every stream as Kafka tells it, and who belongs where."""

from collections import defaultdict
from collections.abc import Iterator

from contracts.conversation import ConversationEvent
from contracts.envelope import Event, Recorded
from contracts.ids import category_of
from contracts.topics import events_of
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
        for name, server in world.host.servers.items():
            topic = world.host.naming.of(events_of(name))
            for (of, _), records in world.host.log.records.items():
                for record in records if of == topic else ():
                    self._add(read_once(record))
            for stream, stored in server.store.streams.items():
                told = len(self.streams.get(stream, ()))
                if told != len(stored) or [event.version for event in stored] != list(range(1, told + 1)):
                    self.odd.append(f"{stream} has {len(stored)} versions, of which Kafka tells {told}")
        for stream, events in self.of("account"):
            self.workspaces[stream.partition("-")[2]] = events[0].metadata.workspace_id

    def _add(self, recorded: Recorded) -> None:
        events = self.streams.setdefault(recorded.stream, [])
        if recorded.version == len(events) + 1:
            events.append(recorded)
            self.commands[recorded.metadata.command_id].append(recorded)
        elif recorded.version > len(events):
            self.odd.append(f"{recorded.stream} has a gap before version {recorded.version}")
        elif events[recorded.version - 1].hash != recorded.hash:
            self.odd.append(f"{recorded.stream} has two versions {recorded.version}")

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
