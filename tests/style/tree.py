"""The project's text files, and what checks of house rules read from them.

A check is a function over (path, source) that yields (line, message). Each is tested twice: it finds nothing in the
project, and it finds the violations that are planted for it, so a check that has gone blind fails as well.
"""

import ast
import contextlib
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
NOT_OURS = {"build", "dist", "node_modules", "__pycache__"}

Finding = tuple[int, str]
Check = Callable[[PurePosixPath, str], Iterator[Finding]]


@cache
def nodes(path: PurePosixPath, source: str) -> tuple[ast.AST, ...]:
    """The syntax tree of a Python file; of any other file the tree of nothing."""
    return tuple(ast.walk(ast.parse(source if path.suffix == ".py" else "")))


def name_of(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


@cache
def calls(path: PurePosixPath, source: str) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the dotted name of what is called, "" where it has none."""
    return tuple((node, name_of(node.func)) for node in nodes(path, source) if isinstance(node, ast.Call))


def lines(source: str, pattern: re.Pattern[str], advice: str) -> Iterator[Finding]:
    for number, line in enumerate(source.split("\n"), 1):
        if found := pattern.search(line):
            yield number, f"{found.group().strip()!r}: {advice}"


def is_in(path: PurePosixPath, *places: str) -> bool:
    return any(path.is_relative_to(place) for place in places)


@cache
def tree() -> dict[PurePosixPath, str]:
    """Every text file of the project by its path, without hidden folders, builds and installed packages."""
    found: dict[PurePosixPath, str] = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name == ".ci" or not (name in NOT_OURS or name[0] == ".")]
        for file in (Path(folder, name) for name in names if name != ".git"):
            with contextlib.suppress(UnicodeDecodeError):
                found[PurePosixPath(file.relative_to(ROOT).as_posix())] = file.read_text("utf-8")
    return found


def found_by(check: Check) -> list[str]:
    """What a check finds in the whole project, as lines for people."""
    return [f"{path}:{line}: {text}" for path, source in tree().items() for line, text in check(path, source)]
