"""The time in a story: it jumps where the story does and runs on between, for services and browsers alike."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from services.cli.catalogue import SERVICES
from tests.e2e.levers import ahead
from tests.e2e.system import System

VARIABLE = "LIVECHAT_STORY_CLOCK"
"""Names the file that says how far the story's clock is from the machine's, in seconds."""


def told_by(path: Path) -> datetime:
    """The time that the story's file tells."""
    return datetime.now(UTC) + timedelta(seconds=float(path.read_text()))


class StoryClock:
    """Tells the story's time of the last day on which the story is over by now.

    Kafka takes nothing from the future, and sessions of long ago are swept.
    """

    def __init__(self, path: Path, over_at: str) -> None:
        self._path, self._held, self._day = path, timedelta(), datetime.now(UTC).date()
        if self.at(over_at) > datetime.now(UTC):
            self._day -= timedelta(days=1)

    def jump(self, moment: str) -> None:
        """It is this hour, minute and second of the story's day now."""
        new = self._path.with_suffix(".new")
        new.write_text(str((self.at(moment) - datetime.now(UTC)).total_seconds()))
        os.replace(new, self._path)

    def now(self) -> datetime:
        """The story's time."""
        return told_by(self._path)

    def at(self, moment: str) -> datetime:
        """This hour, minute and second of the story's day."""
        return datetime.combine(self._day, time.fromisoformat(moment), UTC)

    def hold_timers(self, system: System) -> ExitStack:
        """Timers run by the story's time as it is now, and do not jump with it: no wait is over by a jump."""
        self._held = self.now() - datetime.now(UTC)
        held = ExitStack()
        for service in SERVICES:
            held.enter_context(ahead(system, service, self._held))
        return held

    def timers_behind(self) -> timedelta:
        """By how much the story has jumped since timers were held."""
        return self.now() - datetime.now(UTC) - self._held
