"""The documentation's two readers of Kafka, run as they are printed, agree with what people did and were shown."""

import asyncio
import json
import os
from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.e2e.company import Company
from tests.e2e.printed import ROOT, printed, programs_of
from tests.e2e.system import System

LINE_WITHIN_S = 30.0
LINES_MAX = 60
PROGRAM_LINES_MAX = 60
REPORT_WITHIN_S = 60.0


def at_work(system: System, page: str, workspace_id: str) -> AbstractAsyncContextManager[Process]:
    """The page's program, reading this system's Kafka."""
    (program,) = programs_of(page)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LIVECHAT_TOPIC_PREFIX": system.prefix}
    return printed(program, system.kafka, workspace_id, environment=environment)


async def line_of(process: Process, wanted: str) -> None:
    """Returns when the program printed this line, whatever it printed before."""
    assert process.stdout is not None
    seen: list[str] = []
    try:
        async with asyncio.timeout(LINE_WITHIN_S):
            while wanted not in seen[-1:] and len(seen) < LINES_MAX:
                line = await process.stdout.readline()
                assert line, f"it ended: {(await process.communicate())[1].decode()}"
                seen.append(line.decode().rstrip("\n"))
    except TimeoutError:
        pass
    assert wanted in seen[-1:], f"wanted {wanted!r}, printed {seen}"


def test_an_inbox_of_ones_own_takes_at_most_sixty_lines() -> None:
    (program,) = programs_of("gateway.md")

    assert len(program.splitlines()) <= PROGRAM_LINES_MAX


@pytest.mark.real
async def test_a_folder_list_from_the_state_topics_alone_follows_what_agents_do(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        before = await company.chat()
        await company.take(company.ana, before)
        async with at_work(system, "gateway.md", company.told.workspace_id) as folders:
            await line_of(folders, "Unassigned 0 | Ana (online) 1 | Ben (online) 0 | Closed 0")
            chat = await company.chat()
            await line_of(folders, "Unassigned 1 | Ana (online) 1 | Ben (online) 0 | Closed 0")
            await company.take(company.ben, chat)
            await line_of(folders, "Unassigned 0 | Ana (online) 1 | Ben (online) 1 | Closed 0")
            await company.pass_on(company.ben, company.ana, chat)
            await line_of(folders, "Unassigned 0 | Ana (online) 2 | Ben (online) 0 | Closed 0")
            await company.close(company.ana, chat)
            await company.ben.post("presence/offline")
            await line_of(folders, "Unassigned 0 | Ana (online) 1 | Ben (offline) 0 | Closed 1")


@pytest.mark.real
async def test_a_report_from_the_replay_client_alone_counts_what_agents_did(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        ana, ben = company.ana, company.ben
        first, second = await company.chat(), await company.chat()
        await company.take(ana, first)
        await company.say(ana, first, "Hello!")
        await company.take(ben, second)
        await company.pass_on(ben, ana, second)
        await company.say(ana, second, "Hello again!")
        await company.close(ana, first)
        visitor, panel = await company.ask(company.short)
        missed = await company.decision(visitor, panel)
        assert missed is not None
        await company.sent_away(visitor, panel)
        history = await company.at_rest()
        async with at_work(system, "analytics.md", company.told.workspace_id) as report:
            out, err = await asyncio.wait_for(report.communicate(), REPORT_WITHIN_S)
    assert report.returncode == 0, err.decode()
    told: dict[str, Any] = json.loads(out)
    assert told["conversations"] == 3
    assert told["answered"] == 2
    assert told["missed_rate"] == round(1 / 3, 4)
    assert told["agents"] == {
        ana.agent_id: {"held": 2, "open": 1, "messages": 2},
        ben.agent_id: {"held": 1, "open": 0, "messages": 0},
    }
    waits_s = sorted(_wait_s(history.streams[chat.stream]) for chat in (first, second))
    assert told["time_to_answer_s"]["median"] == round(sum(waits_s) / 2, 3)


def _wait_s(stream: list[Any]) -> float:
    """From the conversation's start to its first agent, by the log."""
    at = {recorded.type.split(".")[1]: recorded.event.at for recorded in reversed(stream)}
    return float((at["assigned"] - at["conversation_started"]).total_seconds())
