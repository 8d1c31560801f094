"""`livechat demo`: runs the story on the system that is up, or on one that it starts, and reckons with the log."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from contracts.conversation import ConversationStarted
from contracts.topics import Naming
from services.chassis.kafka import KafkaSettings
from services.cli.catalogue import SERVICES
from services.cli.demo.cast import PATIENCE_S, Say
from services.cli.demo.reckoning import (
    History,
    disagreements,
    file_disagreements,
    folders_by_gateway,
    folders_by_log,
    read_history,
    show,
    transcript_disagreements,
    transcript_of,
)
from services.cli.demo.story import Story
from services.cli.infrastructure.keeping import tied_to_parent
from services.cli.running import Running, find_running

START_WITHIN_S = 120.0
STOP_WITHIN_S = 30.0


async def demonstrate(
    bases: Mapping[str, str], link: str, bootstrap: str, naming: Naming, say: Say
) -> list[str]:
    """The whole demonstration; answers what does not agree, empty when all does."""
    async with Story(bases, link, say) as story:
        told = await story.run()
        shown = next(iter(told.messages))
        deadline_s = time.monotonic() + PATIENCE_S
        while True:  # Read models and reactions follow the log.
            history = await read_history(bootstrap, naming, told.workspace_id)
            wrong = await _wrong(story, history)
            if not wrong or time.monotonic() > deadline_s:
                break
            await asyncio.sleep(0.2)
        show(history, shown, await transcript_of(story.ana, shown), say)
        say("\nThe folders:")
        names = {agent.agent_id: agent.name for agent in story.agents}
        for folder, count in sorted((await folders_by_gateway(story.ana)).items()):
            say(f"  {names.get(folder, folder):<12} {count}")
        events = sum(len(stream) for stream in history.streams.values())
        if not wrong:
            say(
                f"\n{events} events in {len(history.streams)} streams: "
                "log, transcripts, folders, files and answers agree."
            )
        return wrong


async def _wrong(story: Story, history: History) -> list[str]:
    """What does not agree with the log, or with what was sent."""
    wrong = disagreements(history, story.told)
    for conversation_id in sorted({event.conversation_id for event in history.of(ConversationStarted)}):
        entries = await transcript_of(story.ana, conversation_id)
        wrong += transcript_disagreements(history, conversation_id, entries)
    folders = await folders_by_gateway(story.ana)
    if folders != folders_by_log(history):
        wrong.append(f"folders: the log says {folders_by_log(history)}, the gateway says {folders}")
    return wrong + await file_disagreements([story.ana], story.told)


def run_demo(data: Path, say: Say) -> list[str]:
    """On the running system, or on one started for it."""
    running = find_running(data)
    if running is not None:
        say(f"The system at {running.url} is used.")
        return _on(running, say)
    with _started(data, say) as fresh:
        return _on(fresh, say)


def _on(running: Running, say: Say) -> list[str]:
    link = _new_workspace()
    bases = dict.fromkeys(SERVICES, running.url)
    naming = KafkaSettings(kafka=running.kafka).naming
    return asyncio.run(demonstrate(bases, link, running.kafka, naming, say))


def _new_workspace() -> str:
    """The owner's link of a new workspace, by the command line as an operator makes one."""
    command = [sys.executable, "-m", "services.cli", "workspace", "create", "Demo", "ana@example.com"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return dict(line.split(" ", 1) for line in told.splitlines())["link"]


@contextmanager
def _started(data: Path, say: Say) -> Iterator[Running]:
    command = [sys.executable, "-m", "services.cli", "serve", "all", "--port", "0"]
    say("No system runs here: one is started for the demonstration.")
    environment = {**os.environ, "LIVECHAT_LOG_LEVEL": os.environ.get("LIVECHAT_LOG_LEVEL", "ERROR")}
    process = subprocess.Popen(tied_to_parent(command, signal.SIGTERM), env=environment)
    try:
        yield _until_ready(data, process)
    finally:
        process.terminate()
        process.wait(STOP_WITHIN_S)


def _until_ready(data: Path, process: subprocess.Popen[bytes]) -> Running:
    deadline_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline_s and process.poll() is None:
        running = find_running(data)
        if running is not None and _ready(running.url):
            return running
        time.sleep(0.1)
    raise ConnectionError("The system did not start.")


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False
