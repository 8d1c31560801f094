"""The demonstration succeeds on a fresh system, and says so where the log and the answers do not agree."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from typer.testing import CliRunner

from contracts.conversation import Assigned, MessagePosted, Reassigned
from contracts.crm import LeadCreated
from contracts.ids import derived_id
from services.cli import application
from services.cli.demo import show
from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Agent
from services.cli.demo.reckoning import (
    History,
    disagreements,
    file_disagreements,
    folders_by_gateway,
    folders_by_log,
    read_history,
    transcript_disagreements,
    transcript_of,
)
from services.cli.demo.story import Story
from services.cli.demo.told import Told
from services.cli.infrastructure import Servers
from services.cli.running import find_running
from tests.e2e.system import System
from tests.waiting import eventually, eventually_sync

DEMO_WITHIN_S = 270
PARTS = ("Reassigned", "File", "Lead", "Closed", "Race", "Late take", "Missed", "Nobody online")


DEMO = [sys.executable, "-m", "services.cli", "demo"]


@pytest.fixture
def elsewhere(infrastructure: Servers, unique: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a system of its own, not started yet."""
    return {
        **os.environ,
        "LIVECHAT_INFRA": "external",
        "LIVECHAT_KAFKA": infrastructure.kafka,
        "LIVECHAT_POSTGRES": infrastructure.postgres,
        "LIVECHAT_DATA": str(tmp_path),
        "LIVECHAT_DATABASE_PREFIX": unique,
        "LIVECHAT_TOPIC_PREFIX": unique,
    }


@pytest.mark.real
def test_what_a_killed_demonstration_started_ends_by_itself(
    elsewhere: dict[str, str], tmp_path: Path
) -> None:
    demo = subprocess.Popen(DEMO, env=elsewhere)
    try:
        eventually_sync(lambda: find_running(tmp_path), within_s=DEMO_WITHIN_S, what="the system it starts")
    finally:
        demo.kill()
        demo.wait()

    eventually_sync(lambda: not (tmp_path / "running.json").exists(), within_s=DEMO_WITHIN_S)


@pytest.mark.real
def test_the_demonstration_succeeds_on_a_fresh_system(elsewhere: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        DEMO,
        env=elsewhere,
        capture_output=True,
        text=True,
        timeout=DEMO_WITHIN_S,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert [part for part in dict.fromkeys(told) if part in PARTS] == list(PARTS)
    assert "log, transcripts, folders, files and answers agree" in done.stdout
    assert not (tmp_path / "running.json").exists()


def test_a_disagreement_ends_the_demonstration_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "run_demo", lambda *_: ["closed: told [], found []"])

    done = CliRunner().invoke(application.app, ["demo"])

    assert done.exit_code == 1
    assert "disagreement: closed: told [], found []" in done.stderr


@pytest.mark.real
async def test_what_is_missing_in_the_log_or_wrong_in_a_folder_is_found(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Played(system) as story:
        history = await story.played()
        talk = next(iter(story.told.messages))
        entries = await transcript_of(story.ana, talk)

        assert _unfound(history, story.told) == []
        assert _twice_unfound(history, story.told) == []
        for place in range(len(entries)):
            assert transcript_disagreements(history, talk, entries[:place] + entries[place + 1 :])
        for part, other in _otherwise(history, story.told).items():
            found = [line.partition(" ")[0] for line in disagreements(other, story.told)]
            assert part in found, f"{part} is not reckoned: {found}"
        assert await file_disagreements([story.ana, story.ben], story.told) == []
        spoiling = await story.told_by(Spoiling)
        assert len(await file_disagreements([spoiling], story.told)) == len(story.told.files) == 2
        assert await folders_by_gateway(await story.told_by(Miscounting)) != folders_by_log(history)

        monkeypatch.setattr(show, "Story", lambda *_: story)
        monkeypatch.setattr(show, "PATIENCE_S", 0)
        story.ana = await story.told_by(Miscounting)
        told = await show.demonstrate(system.bases, "", system.kafka, system.naming, lambda _: None)
        assert [line.partition(":")[0] for line in told] == ["folders"]


class Miscounting(Agent):
    """Whom the gateway tells of one closed conversation too many."""

    async def get(self, path: str, **query: Any) -> Any:
        told = await super().get(path, **query)
        if path == "gateway/folders":
            told["counts"]["closed"] += 1
        return told


class Spoiling(Agent):
    """Who gets other bytes than were sent."""

    async def download(self, file_id: str) -> bytes:
        return await super().download(file_id) + b"!"


class Played(Story):
    """The story of the demonstration, played once however often it is run."""

    def __init__(self, system: System) -> None:
        super().__init__(system.bases, system.new_workspace(), lambda _: None)
        self._system, self._over = system, False

    async def __aenter__(self) -> Self:
        return self

    async def run(self) -> Told:
        if not self._over:
            await super().run()
            self._over = True
        return self.told

    async def played(self) -> History:
        """The log, once it agrees with what the people of the story were told."""
        await self.run()
        history = History({})

        async def agreed() -> bool:
            nonlocal history
            history = await read_history(self._system.kafka, self._system.naming, self.told.workspace_id)
            return not disagreements(history, self.told)

        await eventually(agreed, within_s=PATIENCE_S, every_s=0.2, what="log and answers agree")
        return history

    async def told_by(self, kind: type[Agent]) -> Agent:
        """Ana, with another client."""
        agent = await self._stack.enter_async_context(kind(self._bases))
        agent.session = self.ana.session
        return agent


def _otherwise(history: History, told: Told) -> dict[str, History]:
    """The part of the story → the log if that part had gone otherwise."""
    (late_id,), (contested_id,) = told.late, told.beaten
    stranger = derived_id("stranger")

    def held(event: Any) -> Any:
        of_race = isinstance(event, Assigned) and event.conversation_id == contested_id
        return event.model_copy(update={"agent_id": stranger}) if of_race else event

    def late(event: Any) -> Any:
        of_late = isinstance(event, Assigned) and event.conversation_id == late_id
        return event.model_copy(update={"late": False}) if of_late else event

    def passed(event: Any) -> Any:
        return event.model_copy(update={"agent_id": stranger}) if isinstance(event, Reassigned) else event

    def sent(event: Any) -> Any:
        named = isinstance(event, MessagePosted) and event.attachment is not None
        return event.model_copy(update={"attachment": None}) if named else event

    def made(event: Any) -> Any:
        by_agent = isinstance(event, LeadCreated) and event.cause == "agent"
        return event.model_copy(update={"lead_id": stranger}) if by_agent else event

    changes = {"race": held, "late": late, "reassignments": passed, "file": sent, "leads": made}
    return {part: _changed(history, change) for part, change in changes.items()}


def _changed(history: History, change: Callable[[Any], Any]) -> History:
    return History(
        {
            stream: [replace(recorded, event=change(recorded.event)) for recorded in events]
            for stream, events in history.streams.items()
        }
    )


def _without(history: History, stream: str, place: int) -> History:
    events = history.streams[stream]
    return History({**history.streams, stream: events[:place] + events[place + 1 :]})


def _unfound(history: History, told: Told) -> list[str]:
    """Events that could go missing unseen: none, but for the last one of a stream of which no client was told."""
    return [
        f"{stream} {place + 1}"
        for stream, events in history.streams.items()
        for place in range(len(events))
        if stream.startswith(("conversation-", "lead-")) or place + 1 < len(events)
        if not disagreements(_without(history, stream, place), told)
    ]


def _twice_unfound(history: History, told: Told) -> list[str]:
    """Streams whose last event could come twice unseen."""
    return [
        stream
        for stream, events in history.streams.items()
        if not disagreements(History({**history.streams, stream: [*events, events[-1]]}), told)
    ]
