"""Holds what the clients were told against the log, and the read models against both."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    MessagePosted,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.crm import LeadCreated
from contracts.envelope import Recorded
from contracts.playbook import OfflineFlowStarted, VisitTakenOver
from contracts.replay import Replay
from contracts.topics import TOPICS, Naming
from services.chassis.settings import KafkaSecurity
from services.cli.demo.clients import Agent
from services.cli.demo.told import Sent, Told, digest

PAGE = 50


@dataclass(frozen=True)
class History:
    """All events of one workspace, by stream, in order."""

    streams: dict[str, list[Recorded]]

    def of(self, *types: type[Any]) -> list[Any]:
        """The events of these types."""
        events = [recorded.event for stream in self.streams.values() for recorded in stream]
        return [event for event in events if isinstance(event, types)]


async def read_history(bootstrap: str, naming: Naming, workspace_id: str) -> History:
    """Reads Kafka from the beginning to the end, without any service."""
    streams: dict[str, list[Recorded]] = {}
    topics = [topic for topic in TOPICS if topic.kind == "events"]
    async with Replay(bootstrap, naming, security=KafkaSecurity().options()) as replay:
        async for recorded in replay.events(topics=topics, stop_at_end=True):
            if recorded.metadata.workspace_id == workspace_id:
                streams.setdefault(recorded.stream, []).append(recorded)
    return History(streams)


def disagreements(history: History, told: Told) -> list[str]:
    """What the log says otherwise than the clients were told; empty when all agrees."""
    wrong = []
    for stream, events in history.streams.items():
        if [recorded.version for recorded in events] != list(range(1, len(events) + 1)):
            wrong.append(f"{stream} has versions {[recorded.version for recorded in events]}")
    return wrong + _of_messages(history, told) + _of_ends(history, told) + _of_holders(history, told)


def _of_messages(history: History, told: Told) -> list[str]:
    """Every acknowledged message is there once, and every file that was sent is named by one."""
    wrong = []
    posted: dict[str, list[str]] = {}
    files: dict[str, list[Sent]] = {}
    for event in history.of(MessagePosted):
        posted.setdefault(event.conversation_id, []).append(event.message_id)
        if (file := event.attachment) is not None:
            sent = Sent(event.conversation_id, file.name, file.content_type, file.size_bytes)
            files.setdefault(file.file_id, []).append(sent)
    for conversation_id, ids in told.messages.items():
        recorded = [id_ for id_ in posted.get(conversation_id, []) if id_ in set(ids)]
        wrong += _differ(f"messages of {conversation_id}", sorted(ids), sorted(recorded))
    for file_id, (sent, _) in told.files.items():
        found = [[*astuple(each)] for each in files.get(file_id, [])]
        wrong += _differ(f"file {file_id}", [[*astuple(sent)]], found)
    return wrong


def _of_ends(history: History, told: Told) -> list[str]:
    """What was closed, missed and declined, and the leads that were made."""
    closed = sorted(event.conversation_id for event in history.of(Closed))
    missed = sorted(event.conversation_id for event in history.of(WaitExpired))
    by_agents = sorted(event.lead_id for event in history.of(LeadCreated) if event.cause == "agent")
    declined = sorted(event.visit_id for event in history.of(LiveChatDeclined))
    taken_over = {event.visit_id for event in history.of(VisitTakenOver)}
    offline = {event.visit_id for event in history.of(OfflineFlowStarted)} - taken_over
    leads = [event for event in history.of(LeadCreated) if event.cause == "action_card"]
    by_cards = sorted(event.visit_id for event in leads if event.visit_id not in taken_over)
    return [
        *_differ("closed", sorted(told.closed), closed),
        *_differ("missed", sorted(told.missed), missed),
        *_differ("leads by agents", sorted(told.leads), by_agents),
        *_differ("declined", sorted(told.declined), declined),
        *_differ("leads of offline flows", sorted(offline), by_cards),
    ]


def _of_holders(history: History, told: Told) -> list[str]:
    """Who holds what, who passed it on, who took it late, and whom the losers of a race were told of."""
    wrong = []
    for conversation_id, holder in told.holders.items():
        holders = [event.agent_id for event in _about(history, conversation_id, Assigned, Reassigned)]
        wrong += _differ(f"holder of {conversation_id}", [holder], holders[-1:])
    for conversation_id in {passed[0] for passed in told.reassigned}:
        moved = [
            [event.previous_agent_id, event.agent_id]
            for event in _about(history, conversation_id, Reassigned)
        ]
        wanted = [[*moves] for passed, *moves in told.reassigned if passed == conversation_id]
        wrong += _differ(f"reassignments of {conversation_id}", wanted, moved)
    for conversation_id, agent_id in told.late.items():
        events = _about(history, conversation_id, WaitExpired, Assigned)
        found = [_moment(event) for event in events]
        wrong += _differ(f"late take of {conversation_id}", ["the wait is over", f"late: {agent_id}"], found)
    for conversation_id, winners in told.beaten.items():
        takers = [event.agent_id for event in _about(history, conversation_id, Assigned)]
        wrong += _differ(f"race for {conversation_id}", sorted(set(winners)), takers)
    return wrong


def _about(history: History, conversation_id: str, *types: type[Any]) -> list[Any]:
    return [event for event in history.of(*types) if event.conversation_id == conversation_id]


def _moment(event: WaitExpired | Assigned) -> str:
    if isinstance(event, WaitExpired):
        return "the wait is over"
    return f"{'late' if event.late else 'in time'}: {event.agent_id}"


async def file_disagreements(readers: Sequence[Agent], told: Told) -> list[str]:
    """Files whose bytes, downloaded once more by these agents, are not those that were sent."""
    wrong = []
    for file_id, (sent, sha256) in told.files.items():
        for reader in readers:
            found = digest(await reader.download(file_id))
            wrong += _differ(f"bytes of {sent.name}", [sha256], [found])
    return wrong


def folders_by_log(history: History) -> dict[str, int]:
    """How many conversations each folder must hold."""
    folder: dict[str, str] = {}
    for stream in history.streams.values():
        for recorded in stream:
            match recorded.event:
                case ConversationStarted() as event:
                    folder[event.conversation_id] = "unassigned"
                case Assigned() | Reassigned() as event:
                    folder[event.conversation_id] = event.agent_id
                case Released() as event:
                    folder[event.conversation_id] = "unassigned"
                case Closed() as event:
                    folder[event.conversation_id] = "closed"
    return dict(Counter(folder.values()))


async def folders_by_gateway(agent: Agent) -> dict[str, int]:
    """How many the gateway says, counted (kept) and listed; -1 where the two differ."""
    counts: dict[str, int] = (await agent.get("gateway/folders"))["counts"]
    found = {}
    for name, count in counts.items():
        listed, cursor = 0, None
        while True:
            page = await agent.get(f"gateway/folders/{name}", cursor=cursor, limit=PAGE)
            listed += len(page["items"])
            cursor = page["next"]
            if cursor is None:
                break
        found[name] = count if count == listed else -1
    return {name: count for name, count in found.items() if count}


async def transcript_of(agent: Agent, conversation_id: str) -> list[dict[str, Any]]:
    """The conversation as the gateway tells it."""
    entries: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await agent.get(
            f"gateway/conversations/{conversation_id}/transcript", cursor=cursor, limit=PAGE
        )
        entries += page["items"]
        cursor = page["next"]
        if cursor is None:
            return entries


def transcript_disagreements(
    history: History, conversation_id: str, entries: Sequence[dict[str, Any]]
) -> list[str]:
    """Where the gateway's transcript is not the stream."""
    stream = history.streams.get(f"conversation-{conversation_id}", [])
    told = [(entry["version"], (entry["event"] or {}).get("type")) for entry in entries]
    return _differ(
        f"transcript of {conversation_id}", [(recorded.version, recorded.type) for recorded in stream], told
    )


def show(
    history: History, conversation_id: str, entries: Sequence[dict[str, Any]], say: Callable[[str], None]
) -> None:
    """Prints one conversation: its events as Kafka has them, and its transcript as the gateway tells it."""
    say(f"\nThe events of conversation {conversation_id}, read from Kafka:")
    for recorded in history.streams[f"conversation-{conversation_id}"]:
        place = recorded.position
        where = f"{place.partition}/{place.offset}" if place else "?"
        at = recorded.event.at.strftime("%H:%M:%S.%f")[:-3]
        say(f"  {recorded.version:>3}  {at}  {recorded.type:<42} {recorded.metadata.actor:<46} at {where}")
    say("\nIts transcript, told by the gateway:")
    for entry in entries:
        event = entry["event"] or {}
        match str(event.get("type", "")).split(".")[1:2]:
            case ["message_posted"]:
                file = event.get("attachment")
                named = f" [{file['name']}, {file['size_bytes']} bytes]" if file else ""
                say(f"  {event.get('author_name') or event['author']}: {event['text']}{named}")
            case ["bot_posted"]:
                say(f"  bot: {event['text']}")
            case ["assigned"] | ["reassigned"]:
                say(f"  — {event['agent_name']} joined —")
            case ["closed"]:
                say(f"  — closed: {event['reason']} —")


def _differ(what: str, told: Sequence[Any], found: Sequence[Any]) -> list[str]:
    if list(told) == list(found):
        return []
    return [f"{what}: told {json.dumps(list(told))}, found {json.dumps(list(found))}"]
