"""What a screen had and the frames that came are what a fresh one is told, for every event, row, count and notice."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, get_args

import pytest
import pytest_asyncio

from contracts.conversation import AnswerWithheld, ConversationEvent, FileReleased
from contracts.ids import category_of, id_of
from contracts.notifier import Kind, NoticesDecided
from contracts.registry import EVENTS
from contracts.shown import VISITORS_SEE
from contracts.states import AgentRow, InboxRow, StateRow
from services.cli.demo.clients import Agent, Client
from services.cli.demo.screens import Screen, socket_url
from tests.e2e.day import Day
from tests.e2e.lists import Rows, disagreements
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

PATIENCE_S = 30.0
AT_ONCE_MAX = 6
TRANSCRIPT_MAX = 100
ELSEWHERE = {AnswerWithheld, FileReleased}
"""Of streams that no screen can follow, and what a blocked visitor answered, which unit tests of the system play."""
VISITORS_ARE_TOLD = {event.TYPE for event in VISITORS_SEE}
AGENTS_ARE_TOLD = {
    event.TYPE for event in EVENTS.values() if issubclass(event, ConversationEvent) and event not in ELSEWHERE
}
"""An event that is made tomorrow is told as well, and is missed here until the day has it."""

Versions = list[dict[str, Any] | None]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(impatient: System) -> AsyncIterator[Day]:
    """Played to its end, with its screens still open."""
    async with Day(impatient) as day:
        await day.play()
        yield day


async def test_the_lists_that_an_inbox_was_patched_with_are_those_of_a_fresh_one(day: Day) -> None:
    shown = {"ana": lambda: day.inbox.rows, "ben": lambda: day.inboxes[1].rows, "late": day.late.rows}
    for who, rows in shown.items():
        await _agrees(partial(disagreements, rows, day.ana), who)
    for kind, row in (("conversation", InboxRow), ("agent", AgentRow)):
        assert not _never_changed(row, day.inbox.rows, kind), "let the day show these columns with two values"


async def test_every_event_that_a_screen_can_be_told_of_was_told(day: Day) -> None:
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for client, screen in day.screens:
        told[isinstance(client, Agent)] |= {event["type"] for it in screen.events.values() for event in it}

    assert told[True] == AGENTS_ARE_TOLD, "let the day have these events"
    assert told[False] == VISITORS_ARE_TOLD, "let the day have these events"


async def test_from_whichever_version_a_screen_goes_on_it_shows_what_an_open_one_showed(day: Day) -> None:
    for client, screen in day.screens:
        lengths = {stream: len(day.history.streams[stream]) for stream in screen.told}
        whole = await _fresh(day, client, lengths, 0)
        for stream, versions in whole.items():
            if category_of(stream) == "conversation":
                assert await _transcript(client, stream, lengths[stream]) == versions, stream
        if screen.closed:
            assert all(versions[: len(screen.told[it])] == screen.told[it] for it, versions in whole.items())
            continue
        await screen.until(partial(_has, wanted=lengths), PATIENCE_S, "all of the day")
        assert {it: screen.told[it][:length] for it, length in lengths.items()} == whole
        for have, rest in enumerate(await _each_rest(day, client, lengths)):
            assert rest == {stream: versions[have:] for stream, versions in whole.items()}, f"from {have}"


async def test_an_inbox_was_told_of_every_notice_to_its_agent_once(day: Day) -> None:
    kinds = set()
    for agent, screen in zip((day.ana, day.ben), day.inboxes, strict=True):
        decided = {
            event.notice_id: (event.kind, event.conversation_id, event.text, who.outcome != "collapsed")
            for event in day.history.of(NoticesDecided)
            for who in event.recipients
            if who.agent_id == agent.agent_id and who.outcome != "suppressed"
        }
        await screen.until(lambda s, d=decided: len(s.notices) >= len(d), PATIENCE_S, "all notices")

        told = [
            (it["id"], it["kind"], it["conversation_id"], it["text"], it["renotify"]) for it in screen.notices
        ]
        assert sorted(told) == sorted((id_, *notice) for id_, notice in decided.items())
        kinds |= {kind for _, kind, *_ in told}
    assert kinds == set(get_args(Kind))


async def _agrees(wrong: Any, who: str) -> None:
    """Returns when nothing is wrong any more."""
    last: list[str] = []

    async def is_right() -> bool:
        nonlocal last
        last = await wrong()
        return not last

    try:
        await eventually(is_right, within_s=PATIENCE_S, every_s=0.3)
    except AssertionError:
        raise AssertionError(f"{who}:\n" + "\n".join(last)) from None


def _never_changed(row: type[StateRow], rows: Rows, kind: str) -> list[str]:
    """The columns in which all rows are the same: whether they are patched is not seen."""
    told = [row for row in rows.values() if row["kind"] == kind]
    return [
        name
        for name in row.model_fields
        if name != "workspace_id" and len({repr(one[name]) for one in told}) < 2
    ]


def _has(screen: Screen, wanted: Mapping[str, int]) -> bool:
    return all(len(screen.told.get(stream, ())) >= count for stream, count in wanted.items())


async def _fresh(day: Day, client: Client, lengths: Mapping[str, int], have: int) -> dict[str, Versions]:
    """What a new screen that has so many versions of each stream is told, up to these lengths."""
    left = {stream: max(0, length - have) for stream, length in lengths.items()}
    had = {stream: min(have, length) for stream, length in lengths.items()}
    async with Screen(client, socket_url(day.bases), have=had) as screen:
        await screen.until(lambda s: s.ready and _has(s, left), PATIENCE_S, f"the rest after {have}")
        return {stream: screen.told.get(stream, [])[:count] for stream, count in left.items()}


async def _each_rest(day: Day, client: Client, lengths: Mapping[str, int]) -> list[dict[str, Versions]]:
    """What new screens are told: with nothing, with one version of each stream, with two, to the last."""
    room = asyncio.Semaphore(AT_ONCE_MAX)

    async def one(have: int) -> dict[str, Versions]:
        async with room:
            return await _fresh(day, client, lengths, have)

    return list(await asyncio.gather(*map(one, range(max(lengths.values()) + 1))))


async def _transcript(client: Client, stream: str, length: int) -> Versions:
    path = f"gateway/conversations/{id_of(stream)}/transcript"
    entries = (await client.get(path, limit=TRANSCRIPT_MAX))["items"]
    return [entry["event"] for entry in entries][:length]
