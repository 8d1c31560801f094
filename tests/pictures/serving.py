"""The services in one process, as tests host them, by a story's clock."""

import os
import runpy
from datetime import datetime, timedelta
from email.utils import formatdate
from pathlib import Path

from uvicorn import server

from services.chassis.clock import SystemClock
from services.presence import timers
from tests.pictures.moment import VARIABLE, told_by

PATH = Path(os.environ[VARIABLE])


def now(clock: SystemClock) -> datetime:
    """The story's time, in the place of the machine's."""
    return told_by(PATH)


def date_of_answers(at: float, *, usegmt: bool) -> str:
    """The same for browsers, which judge deadlines by the date of the server's answers."""
    return formatdate(told_by(PATH).timestamp(), usegmt=usegmt)


if __name__ == "__main__":
    # Nobody has gone because the clock has jumped. Plain assignments would not be typed.
    setattr(SystemClock, "now", now)  # noqa: B010
    setattr(timers, "_LEASE", timedelta(days=1))  # noqa: B010
    setattr(server, "formatdate", date_of_answers)  # noqa: B010
    runpy.run_module("tests.e2e.serving", run_name="__main__")
