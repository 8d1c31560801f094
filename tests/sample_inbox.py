"""A read model to prove the machinery with: conversations as a folder shows them, and counts kept over all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiokafka.structs import ConsumerRecord
from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, Text

from contracts.conversation import Assigned, Closed, ConversationStarted, MessagePosted
from contracts.envelope import Event, Metadata, Recorded, headers_of
from contracts.ids import derived_id, stream
from contracts.personal import encode
from contracts.states import InboxRow, StateRow
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE
from services.chassis.kafka import partition_of
from services.chassis.models import Key, ReadModel, Rows, StateTopic, table
from services.chassis.ports import Row

T0 = datetime(2030, 1, 1, tzinfo=UTC)
WORKSPACE, OTHER_WORKSPACE = derived_id("workspace"), derived_id("other workspace")
AGENT = derived_id("agent")
POISON = "poison"

CONVERSATIONS = table(
    "sample_inbox",
    "conversations",
    Column("conversation_id", Text),
    Column("visit_id", Text),
    Column("status", Text),
    Column("holder_id", Text),
    Column("missed", Boolean),
    Column("started_at", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True)),
    Column("messages", Integer),
    Column("last_text", Text),
    Column("answers", JSON),
    Column("version", Integer),
    Index("by_change", "workspace_id", "status", "changed_at"),
    key=("conversation_id",),
)
COUNTS = table("sample_inbox", "counts", Column("kind", Text), Column("events", Integer), key=("kind",))


def touches(recorded: Recorded) -> Iterable[Key]:
    """The conversation's row."""
    yield CONVERSATIONS, (recorded.metadata.workspace_id, recorded.event.conversation_id)  # type: ignore[attr-defined]


def project(rows: Rows, recorded: Recorded) -> None:
    """Folds one event; a text that says so makes it fail."""
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    rows.add(COUNTS, workspace_id, recorded.type, events=1)
    row: Row | None
    match event:
        case ConversationStarted():
            row = {
                "workspace_id": workspace_id,
                "conversation_id": event.conversation_id,
                "visit_id": event.visit_id,
                "status": "open",
                "holder_id": None,
                "missed": False,
                "started_at": event.at,
                "messages": 0,
                "last_text": "",
                "answers": [],
            }
        case _:
            row = rows.get(CONVERSATIONS, workspace_id, event.conversation_id)  # type: ignore[attr-defined]
            assert row is not None
    match event:
        case MessagePosted():
            if event.text == POISON:
                raise ZeroDivisionError(event.text)
            answers = [*row["answers"][-1:], {"text": event.text, "at": event.at.isoformat()}]
            row |= {"messages": row["messages"] + 1, "last_text": event.text, "answers": answers}
        case Assigned():
            row["holder_id"] = event.agent_id
        case Closed():
            row["status"] = "closed"
    rows.put(CONVERSATIONS, **row | {"changed_at": event.at, "version": recorded.version})


def state_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public form of a conversation."""
    told = InboxRow(
        workspace_id=row["workspace_id"],
        generation=generation,
        version=row["version"],
        conversation_id=row["conversation_id"],
        visit_id=row["visit_id"],
        status=row["status"],
        holder_id=row["holder_id"],
        holder_name=None,
        missed=row["missed"],
        started_at=row["started_at"],
        answer_by=row["started_at"],
        changed_at=row["changed_at"],
    )
    return row["conversation_id"], told


MODEL = ReadModel(
    name="sample_inbox",
    schema=1,
    source=CONVERSATION_EVENTS,
    tables=(CONVERSATIONS, COUNTS),
    touches=touches,
    project=project,
)
PUBLISHING = ReadModel(
    name="sample_inbox",
    schema=1,
    source=CONVERSATION_EVENTS,
    tables=(CONVERSATIONS, COUNTS),
    touches=touches,
    project=project,
    publishes=StateTopic(INBOX_STATE, CONVERSATIONS, state_row),
)


@dataclass(frozen=True)
class Written:
    """An event as it goes to Kafka."""

    stream: str
    version: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]

    @property
    def key(self) -> bytes:
        return self.stream.encode()

    @property
    def partition(self) -> int:
        return partition_of(self.stream)


def written(conversation: str, version: int, event: Event, workspace_id: str = WORKSPACE) -> Written:
    """One event of a conversation's stream."""
    name = stream("conversation", conversation)
    id_ = derived_id(name, version)
    metadata = Metadata(workspace_id, id_, id_, id_, "service:test")
    headers = headers_of(
        event_id=id_,
        type_=event.TYPE,
        stream=name,
        version=version,
        at=event.at,
        metadata=metadata,
        hash_=b"",
    )
    return Written(name, version, encode(event), [*headers])


def started(conversation: str) -> ConversationStarted:
    """A conversation's first event."""
    return ConversationStarted(
        at=T0,
        conversation_id=conversation,
        visitor_id=derived_id("visitor", conversation),
        visit_id=derived_id("visit", conversation),
        request_id=derived_id("request", conversation),
        playbook_id=derived_id("playbook"),
        wait_time_s=60,
        answer_by=T0 + timedelta(minutes=1),
        online_message="Hello",
        offline_message="Nobody is here",
    )


def said(conversation: str, text: str, place: int = 0) -> MessagePosted:
    """A visitor's message."""
    return MessagePosted(
        at=T0 + timedelta(seconds=place),
        conversation_id=conversation,
        visitor_id=derived_id("visitor", conversation),
        message_id=derived_id("message", conversation, place),
        author="visitor",
        author_id=derived_id("visitor", conversation),
        text=text,
    )


def conversation(number: int, length: int = 10, *, poison_at: int | None = None) -> Iterator[Written]:
    """A whole conversation: started, taken, talked in, closed."""
    id_ = derived_id("conversation", number)
    workspace_id = WORKSPACE if number % 2 else OTHER_WORKSPACE
    visitor_id = derived_id("visitor", id_)
    for version in range(1, length + 1):
        at = T0 + timedelta(seconds=version)
        event: Event = said(id_, POISON if version == poison_at else f"message {version}", version)
        if version == 1:
            event = started(id_)
        elif version == 2:
            event = Assigned(
                at=at,
                conversation_id=id_,
                visitor_id=visitor_id,
                visit_id=derived_id("visit", id_),
                agent_id=AGENT,
                agent_name="Ann",
                by=AGENT,
            )
        elif version == length:
            event = Closed(
                at=at,
                conversation_id=id_,
                visitor_id=visitor_id,
                visit_id=derived_id("visit", id_),
                reason="resolved",
                by=AGENT,
            )
        yield written(id_, version, event, workspace_id)


def records(events: Iterable[Written], topic: str = "conversation.events.v1") -> list[ConsumerRecord]:
    """The events as a Kafka consumer gets them, one partition's offsets after the other's."""
    offsets: dict[int, int] = {}
    found = []
    for event in events:
        offset = offsets.setdefault(event.partition, 0)
        offsets[event.partition] += 1
        place = (topic, event.partition, offset, 0, 0)
        found.append(ConsumerRecord(*place, event.key, event.value, None, -1, -1, tuple(event.headers)))
    return found


def side_by_side(numbers: Iterable[int], length: int = 8) -> list[Written]:
    """Whole conversations that go on at the same time."""
    streams = [list(conversation(number, length)) for number in numbers]
    return [event for together in zip(*streams, strict=True) for event in together]
