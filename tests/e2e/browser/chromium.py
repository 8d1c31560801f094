"""Debian's Chromium, installed where it is missing and may be: the whole browser, and the one without windows."""

import os
import sys
from collections.abc import Sequence

from services.cli.infrastructure.installing import Package, install
from services.cli.infrastructure.tools import Machine

WHOLE = Package("Chromium", "chromium")
HEADLESS = Package("Chromium's headless shell", "chromium-headless-shell")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage")


def chromium() -> str:
    """The whole browser: the one that LIVECHAT_CHROMIUM names, or what is found. Raises MissingTool."""
    return os.environ.get("LIVECHAT_CHROMIUM") or _program(
        WHOLE, ("chromium", "chromium-browser", "google-chrome")
    )


def headless() -> str:
    """The same engine without windows and what belongs to them, such as notifications: a third of the work.

    The one that LIVECHAT_HEADLESS names, or what is found; where LIVECHAT_CHROMIUM names a browser, that one.
    """
    named = os.environ.get("LIVECHAT_HEADLESS") or os.environ.get("LIVECHAT_CHROMIUM")
    return named or _program(HEADLESS, ("chromium-headless-shell", "chrome-headless-shell"))


def _program(package: Package, names: Sequence[str]) -> str:
    machine = Machine()
    found = _found(machine, names)
    if found is None:
        install(
            machine.which, machine.run, machine.is_root, [package], lambda line: print(line, file=sys.stderr)
        )
        found = _found(machine, names)
    assert found is not None, f"{package.needed} was installed and is not there"
    return found


def _found(machine: Machine, names: Sequence[str]) -> str | None:
    return next((path for name in names if (path := machine.which(name))), None)
