"""Debian's Chromium, which is installed where it is missing and may be."""

import os
import sys

from services.cli.infrastructure.installing import Package, install
from services.cli.infrastructure.tools import Machine

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGE = Package("Chromium", "chromium")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage")


def chromium() -> str:
    """The program: the one that LIVECHAT_CHROMIUM names, or what is found. Raises MissingTool."""
    machine = Machine()
    found = os.environ.get("LIVECHAT_CHROMIUM") or _found(machine)
    if found is None:
        install(
            machine.which, machine.run, machine.is_root, [PACKAGE], lambda line: print(line, file=sys.stderr)
        )
        found = _found(machine)
    assert found is not None, "Chromium was installed and is not there"
    return found


def _found(machine: Machine) -> str | None:
    return next((path for name in NAMES if (path := machine.which(name))), None)
