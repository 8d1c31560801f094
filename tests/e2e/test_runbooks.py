"""What runbooks tell to run beside the system can be run as it is written, and shows what they speak of."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contracts.topics import TOPICS
from tests.e2e.system import System
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("Livechat*.md"))
BLOCK = re.compile(r"^```sh run\n(.*?)^```$", re.M | re.S)
GREP = re.compile(r"grep (?:-E )?'\^([^']+)'")
GROUP = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")
FAMILY = re.compile(r"^# TYPE (\S+) ", re.M)
SUFFIXES = ("", "_total", "_sum", "_count", "_bucket")
AT_ONCE = 3

Shell = dict[str, str]


def lines_of(path: Path) -> list[str]:
    """The commands of a runbook, each of one line."""
    return [line for block in BLOCK.findall(path.read_text()) for line in block.splitlines()]


def meant(pattern: str) -> Iterator[str]:
    """How the names begin that a pattern of grep finds: one for each of its alternatives."""
    group = GROUP.search(pattern)
    if group is None:
        yield pattern
        return
    for one in group[1].split("|"):
        yield from meant(pattern[: group.start()] + one + pattern[group.end() :])


def run(line: str, shell: Shell) -> subprocess.CompletedProcess[str]:
    """Runs a line as somebody does who pastes it; a pipe fails with any of its parts."""
    command = ["bash", "-euo", "pipefail", "-c", line]
    return subprocess.run(command, env=shell, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def shell(system: System, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An operator's shell: the variables of the system, its address, and `livechat` on the path."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "livechat"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m services.cli "$@"\n')
    program.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    return {**os.environ, **system.variables, "ADDRESS": system.bases["gateway"], "PATH": path}


@pytest.fixture(scope="module")
def shown(shell: Shell) -> dict[str, str]:
    """What each of the commands printed, once it ended well: the system may still do what tests before asked of it."""

    def told(line: str) -> str:
        done: list[subprocess.CompletedProcess[str]] = []

        def well() -> bool:
            done[:] = [run(line, shell)]
            return done[0].returncode == 0

        eventually_sync(well, within_s=120, what=line)
        return done[0].stdout

    commands = list(dict.fromkeys(line for path in RUNBOOKS for line in lines_of(path)))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(commands, threads.map(told, commands), strict=True))


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_what_a_runbook_looks_at_is_shown(path: Path, shown: dict[str, str], shell: Shell) -> None:
    families = FAMILY.findall(run('curl -fsS "$ADDRESS/metrics"', shell).stdout)
    names = {family.removesuffix("_total") + suffix for family in families for suffix in SUFFIXES}

    assert lines_of(path)
    for line in lines_of(path):
        match line.split():
            case ["livechat", "doctor", *_]:
                assert shown[line] == "All is well.\n"
            case ["livechat", "topics"]:
                assert len(shown[line].splitlines()) == len(TOPICS)
            case ["curl", *_, '"$ADDRESS/readyz"' | '"$ADDRESS/livez"']:
                assert '"ok":true' in shown[line]
            case ["curl", *_] if found := GREP.search(line):
                assert shown[line].strip()
                missing = [one for one in meant(found[1]) if not any(name.startswith(one) for name in names)]
                assert missing == [], line
            case _:
                assert line == "livechat parked list", f"{line}: say here what it shows"


@pytest.mark.parametrize(
    "line",
    [
        "livechat heal",
        "unheard-of doctor",
        'curl -fsS "$ADDRESS/nowhere"',
        "curl -fsS \"$ADDRESS/metrics\" | grep '^livechat_nothing'",
    ],
)
def test_a_command_that_is_none_fails(line: str, shell: Shell) -> None:
    assert run(line, shell).returncode != 0


def test_alternatives_of_a_pattern_are_all_looked_for() -> None:
    assert [*meant("livechat_timers_(fired|late_seconds_(sum|count))")] == [
        "livechat_timers_fired",
        "livechat_timers_late_seconds_sum",
        "livechat_timers_fired",
        "livechat_timers_late_seconds_count",
    ]
