"""The page about races names tests that are there, all races of the simulation, and events and problems of ours."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.registry import EVENTS
from tests.api_reference.problems import problems
from tests.simulation.races import NAMED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "races.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
PROBLEM = re.compile(r"\b(4\d\d) `(\w+)`")
ROW = re.compile(r"^\| (?!race )[^|]+\|.*\|$", re.M)
SETTLES = re.compile(r"`([a-z]+(?:_[a-z]+)+|assigned|reassigned|released|closed)`")


def faults(text: str) -> Iterator[str]:
    """What the page says that is not so, or leaves out."""
    for path, name in PROOF.findall(text):
        file = ROOT / path
        if not file.is_file() or (name and f"def {name}(" not in file.read_text()):
            yield f"{path} {name}: there is no such test; name the one that proves it now"
    status = {problem.code: problem.status for problem in problems()}
    for told, code in PROBLEM.findall(text):
        if status.get(code) != int(told):
            yield f"{told} {code}: the code says {status.get(code)}"
    events = {type_.split(".")[1] for type_ in EVENTS}
    for row in ROW.findall(text):
        settled = row.split("|")[3]
        if row.startswith("|---"):
            continue
        if not PROOF.search(row):
            yield f"{row[:60]}: name the test that proves it"
        if SETTLES.search(settled) and not set(SETTLES.findall(settled)) & events:
            yield f"{row[:60]}: no event of ours settles it"
    yield from (f"{race}: the simulation plays it, tell of it" for race in NAMED if f"(`{race}`)" not in text)


def test_the_page_tells_what_is_so() -> None:
    assert list(faults(PAGE.read_text())) == []


@pytest.mark.parametrize(
    ("is_there", "planted"),
    [
        ("test_of_fifty_agents", "test_of_sixty_agents"),
        ("tests/unit/conversation/test_talking.py", "tests/unit/conversation/test_silence.py"),
        ("409 `already_assigned`", "404 `already_assigned`"),
        ("409 `last_owner`", "409 `first_owner`"),
        ("(`take/take`)", ""),
        ("| `owner_dismissed` |", "| `owner_retired` |"),
        (", `tests/unit/conversation/test_watching.py` |", " |"),
    ],
)
def test_what_is_not_so_is_found(is_there: str, planted: str) -> None:
    text = PAGE.read_text()
    assert is_there in text
    if is_there.startswith(", "):  # Where a race has no proof at all.
        lines = [PROOF.sub("somewhere", line) if is_there in line else line for line in text.split("\n")]
        assert list(faults("\n".join(lines)))
    else:
        assert list(faults(text.replace(is_there, planted)))
