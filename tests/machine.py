"""Brings onto this machine what tests need, before they run side by side and would meet over it."""

import sys

from deploy.alerting import promtool
from deploy.rendering import kustomize
from services.cli.infrastructure import InfrastructureSettings, servers
from tests.conftest import DATA
from tests.e2e.browser.chromium import chromium, headless


def main() -> None:
    """Install or build each that is missing; say which. Raises what each of them raises where it can't be had."""
    chromium()
    headless()
    promtool()
    kustomize()
    with servers(InfrastructureSettings(data=DATA), lambda line: print(line, file=sys.stderr)):
        pass


if __name__ == "__main__":
    main()
