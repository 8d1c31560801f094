"""Every problem that the code can answer with, read from the code itself: its status, its facts, and what it tells."""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any

from services.chassis import app
from tests.api_reference.refusals import MEANING

SERVICES = Path(__file__).parents[2] / "services"
CODE_FIRST = {"Refused": 409, "BadRequest": 400}
"""Calls that begin with a problem's code → its status."""
STATUS_FIRST = ("FileRefused", "Unserved", "problem")
"""Calls that begin with a problem's status and go on with its code."""


@dataclass(frozen=True)
class Problem:
    """One place in the code that answers with a problem."""

    code: str
    status: int
    told: str
    facts: tuple[str, ...]


@cache
def problems() -> tuple[Problem, ...]:
    """All of them, by code."""
    found = [problem for path in sorted(SERVICES.rglob("*.py")) for problem in _in_file(path)]
    found += [Problem(code, status, told, ()) for status, (code, told) in app._HTTP.items()]
    found += [
        Problem("http", 400, "", ()),
        Problem("fenced", 503, "", ()),
        Problem("invalid", 422, "", ("errors",)),
        Problem("unavailable", 503, "The service cannot reach its database; try again.", ()),
    ]
    return tuple(sorted(found, key=lambda it: (it.code, it.status, it.told)))


def table() -> str:
    """The problems, one a line; of several texts of one code the first stands, where MEANING has none."""
    by_code: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems():
        by_code[problem.code].append(problem)
    return "| code | status | further members | when |\n|---|---|---|---|\n" + "".join(
        f"| `{code}` | {_of(told, 'status')} | {_facts(told)} | {MEANING.get(code, told[0].told)} |\n"
        for code, told in by_code.items()
    )


def _of(told: list[Problem], name: str) -> str:
    return ", ".join(str(it) for it in sorted({getattr(one, name) for one in told}))


def _facts(told: list[Problem]) -> str:
    return ", ".join(f"`{fact}`" for fact in sorted({fact for one in told for fact in one.facts}))


def _in_file(path: Path) -> Iterator[Problem]:
    if "cli" in path.parts:
        return
    tree = ast.parse(path.read_text())
    known = _module(path) if "Refused" in path.read_text() else {}
    for node, within in _walk(tree, ()):
        if isinstance(node, ast.Call):
            yield from _called(node, within, known)


def _module(path: Path) -> Mapping[str, Any]:
    name = ".".join(path.relative_to(SERVICES.parent).with_suffix("").parts).removesuffix(".__init__")
    return vars(importlib.import_module(name))


def _walk(node: ast.AST, within: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    for child in ast.iter_child_nodes(node):
        yield child, within
        named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _walk(child, (*within, child) if named else within)


def _called(call: ast.Call, within: tuple[ast.AST, ...], known: Mapping[str, Any]) -> Iterator[Problem]:
    match call.func, call.args:
        case ast.Name(id=name), [ast.Constant(value=str(code)), *rest] if name in CODE_FIRST:
            yield Problem(code, CODE_FIRST[name], _told(rest, within, known), _names(call))
        case ast.Name(id=name), [ast.Constant(value=int(status)), ast.Constant(value=str(code)), *rest] if (
            name in STATUS_FIRST
        ):
            yield Problem(code, status, _told(rest, within, known), _names(call))
        case ast.Name(id=name), _ if name in CODE_FIRST:
            raise AssertionError(f"{ast.unparse(call)}: write the code of a problem where it is refused")
        case ast.Name(id=name), [_, ast.Constant(value=str(code))] if name.endswith("Another"):
            yield Problem(code, 409, _doc(known[name]), ("holder_id", "holder_name"))
        case ast.Attribute(attr="__init__"), [first, *rest] if refused := _class(within, known):
            if named := _code(first, within):
                yield Problem(named, refused.status, _told(rest, within, known), _names(call))


def _class(within: tuple[ast.AST, ...], known: Mapping[str, Any]) -> Any:
    """The class of a problem in which the call stands; its status is fixed."""
    of = next((it.name for it in within if isinstance(it, ast.ClassDef)), "")
    found = known.get(of)
    return found if found is not None and hasattr(found, "status") else None


def _code(first: ast.AST, within: tuple[ast.AST, ...]) -> str | None:
    """The code itself, or the default of the parameter that names it."""
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    init = within[-1]
    if isinstance(first, ast.Name) and isinstance(init, ast.FunctionDef) and init.args.defaults:
        default = init.args.defaults[-1]
        return str(default.value) if isinstance(default, ast.Constant) else None
    return None


def _told(rest: list[ast.expr], within: tuple[ast.AST, ...], known: Mapping[str, Any]) -> str:
    """The text for people, with the code's own numbers in it; where it is made elsewhere, what the code says of it."""
    match rest:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case [ast.JoinedStr(values=parts), *_]:
            return "".join(_part(part, known) for part in parts)
        case _:
            documented = [it for it in within if isinstance(it, ast.ClassDef | ast.FunctionDef)]
            texts = (ast.get_docstring(it) for it in reversed(documented))
            told = next(filter(None, texts), "")
            return told.split("\n\n")[0].replace("\n", " ")


def _part(part: ast.expr, known: Mapping[str, Any]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    first, *rest = ast.unparse(part.value).split(".")
    value = reduce(lambda it, name: getattr(it, name, None), rest, known.get(first))
    return f"{value:,}" if isinstance(value, int) else "…"


def _doc(of: Any) -> str:
    return " ".join(str(of.__doc__).split())


def _names(call: ast.Call) -> tuple[str, ...]:
    return tuple(keyword.arg for keyword in call.keywords if keyword.arg)
