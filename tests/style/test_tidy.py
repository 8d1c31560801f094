"""House rules that no linter knows, as tests: every message says where, what, and how to put it right.

PLANTED lists the checks that run, each with a violation that it must find.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.style.tree import Check, Finding, calls, found_by, is_in, lines, name_of, nodes, tree

MODULE_LINES_MAX, CHASSIS_MODULE_LINES_MAX, CHASSIS_MODULES_MAX, FUNCTION_LINES_MAX = 300, 250, 44, 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "data", "info", "misc"}
KEYRING = "contracts/personal.py"  # Its interface is async, because keys come from a database.

PURE = re.compile(
    r"contracts/(?!replay\b)|services/(?!chassis/|cli/)\w+/(decider|commands|projections|template|cards)\b"
)
POLICY = re.compile(r"\bAckPolicy\.\w+$")
WALL_CLOCK = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?)$")
APPEND_FUNCTION = re.compile(r"function\s+[\w.]*append\w*\s*\(.*?\bas\s+(\$\w*\$)(.*?)\1", re.I | re.S)
NOTIFY = re.compile(r"pg_notify|^\s*notify\s", re.I | re.M)
LEFTOVER = re.compile(r"\b(TO[D]O|FIX[M]E|X{3}|HA[C]K)\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
MACHINE_PATH = re.compile(r"(?<![\w.:/*}-])/(work|root)(?![\w-])")
PACKAGE_HOST = re.compile(
    r"https?://([\w.-]*(registry|pypi|pythonhosted|npmjs|artifactory|nexus|mirror)|repo)[\w-]*\.", re.I
)


def pure_modules_get_times_and_ids(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if not PURE.match(str(path)):
        return
    for node in nodes(path, source):
        if isinstance(node, ast.AsyncFunctionDef) and str(path) != KEYRING:
            yield node.lineno, f"async def {node.name}: make it a plain function and await at the edge"
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in {getattr(node, "module", ""), *(a.name for a in node.names)} & {
                "random",
                "secrets",
            }:
                yield node.lineno, f"imports {module}: let the command carry the value"
    for call, name in calls(path, source):
        if name.rpartition(".")[2] in {"now", "today", "utcnow", "uuid1", "uuid4"}:
            yield call.lineno, f"{name}(): let the command carry it, or derive the id (contracts.ids)"


def modules_and_functions_are_short(path: PurePosixPath, source: str) -> Iterator[Finding]:
    limit = CHASSIS_MODULE_LINES_MAX if is_in(path, "services/chassis") else MODULE_LINES_MAX
    length = len(source.splitlines())
    if path.suffix == ".py" and length > limit:
        yield 1, f"{length} lines, {limit} allowed: split the module by aggregate or feature"
    for node in nodes(path, source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield (
                    node.lineno,
                    f"{node.name}: {length} lines, {FUNCTION_LINES_MAX} allowed: name its parts",
                )


def names_say_what_is_inside(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if path.suffix == ".py" and (vague := VAGUE_NAMES & {path.stem, *path.parent.parts}):
        yield 1, f"{', '.join(sorted(vague))} says nothing: name it after the thing it holds"


def positions_come_from_postgres(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for node in nodes(path, source):
        if isinstance(node, ast.Attribute) and node.attr == "seek_to_beginning":
            yield node.lineno, "seek_to_beginning: seek to the offset stored in PostgreSQL"
        if isinstance(node, ast.Attribute) and POLICY.search(name_of(node)) and node.attr != "MANUAL":
            yield node.lineno, f"AckPolicy.{node.attr}: use MANUAL; PostgreSQL decides the offset"


def appends_do_not_notify(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for function in APPEND_FUNCTION.finditer(source) if path.match("services/*/migrations/*.sql") else ():
        if NOTIFY.search(function.group(2)):
            line = source.count("\n", 0, function.start()) + 1
            yield line, "NOTIFY makes all commits wait for one lock: wake the relay outside of the append"


def one_module_reads_the_clock(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if is_in(path, "tests", "services/cli", "services/chassis/clock.py"):
        return
    for node in nodes(path, source):
        if isinstance(node, ast.Attribute) and WALL_CLOCK.search(name_of(node)):
            yield node.lineno, f"{name_of(node)}: ask services.chassis.clock"
        if isinstance(node, ast.ImportFrom) and node.module == "time" and node.names[0].name == "time":
            yield node.lineno, "from time import time: ask services.chassis.clock"


def only_the_command_line_prints(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for call, name in calls(path, source) if not is_in(path, "tests", "services/cli") else ():
        if name == "print":
            yield call.lineno, "print(): log an event, or hand the text to the command line"


def only_one_helper_sleeps(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if is_in(path, "tests") and not is_in(path, "tests/waiting.py", "tests/bench.py", "tests/bench"):
        for call, name in calls(path, source):
            if name.rpartition(".")[2] == "sleep" and [ast.unparse(part) for part in call.args] != ["0"]:
                yield call.lineno, f"{name}(): wait for what you expect with tests.waiting"


def ignored_types_name_the_error(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if path.suffix == ".py":
        yield from lines(source, BARE_IGNORE, "add [code], the code that mypy prints")


def nothing_is_left_for_later(path: PurePosixPath, source: str) -> Iterator[Finding]:
    yield from lines(source, LEFTOVER, "do it, or delete it and plan it outside the code")


def files_fit_every_machine(path: PurePosixPath, source: str) -> Iterator[Finding]:
    yield from lines(source, MACHINE_PATH, "derive the path from the file's own place or from a setting")
    yield from lines(source, PACKAGE_HOST, "name the package; where it comes from is the machine's setting")


def modules_say_what_they_promise(path: PurePosixPath, source: str) -> Iterator[Finding]:
    module = nodes(path, source)[0]
    if (
        path.suffix == ".py"
        and source.strip()
        and not (isinstance(module, ast.Module) and ast.get_docstring(module))
    ):
        yield 1, "open the module with one sentence that says what it promises"


def events_are_explained(path: PurePosixPath, source: str) -> Iterator[Finding]:
    events = {"Event"}
    for node in nodes(path, source) if path.match("contracts/*.py") else ():
        if isinstance(node, ast.ClassDef):
            bases = {name_of(base).rpartition(".")[2] for base in node.bases}
            if bases & events or any(base.endswith("Event") for base in bases):
                events.add(node.name)
                if not ast.get_docstring(node):
                    yield node.lineno, f"{node.name}: say in a docstring which fact this event states"


def chassis_is_small(paths: Iterable[PurePosixPath]) -> Iterator[str]:
    modules = [path for path in paths if path.suffix == ".py" and is_in(path, "services/chassis")]
    count = sum(path.stem != "__init__" for path in modules)
    if count > CHASSIS_MODULES_MAX:
        yield f"{count} modules, {CHASSIS_MODULES_MAX} allowed: move what one service needs to it"


APPEND = "create function append_events()\nreturns int as $$ begin perform pg_notify('relay', ''); end $$;"
PLANTED: list[tuple[Check, str, str]] = [
    (pure_modules_get_times_and_ids, "services/crm/decider/lead.py", "at = datetime.now(UTC)"),
    (pure_modules_get_times_and_ids, "services/crm/commands.py", "id: str = str(uuid.uuid4())"),
    (pure_modules_get_times_and_ids, "services/crm/projections.py", "async def fold(): ..."),
    (pure_modules_get_times_and_ids, "services/playbook/cards.py", "import random"),
    (pure_modules_get_times_and_ids, "contracts/crm.py", "from random import choice"),
    (modules_and_functions_are_short, "services/crm/api.py", "\n" * 301),
    (modules_and_functions_are_short, "services/chassis/store.py", "\n" * 251),
    (modules_and_functions_are_short, "services/crm/api.py", "def long():\n" + "    x = 1\n" * 60),
    (names_say_what_is_inside, "services/crm/helpers.py", ""),
    (positions_come_from_postgres, "services/chassis/batch.py", "await consumer.seek_to_beginning()"),
    (positions_come_from_postgres, "services/crm/consumers.py", "policy = faststream.AckPolicy.ACK"),
    (appends_do_not_notify, "services/chassis/migrations/0001_log.sql", APPEND),
    (one_module_reads_the_clock, "services/crm/api.py", "Field(default_factory=datetime.datetime.now)"),
    (one_module_reads_the_clock, "services/chassis/tokens.py", "expires = time.time() + 300"),
    (one_module_reads_the_clock, "services/chassis/tokens.py", "from time import time"),
    (only_the_command_line_prints, "services/crm/api.py", "print(1)"),
    (only_one_helper_sleeps, "tests/e2e/test_wait.py", "await asyncio.sleep(2)"),
    (ignored_types_name_the_error, "services/crm/api.py", "x = 1  # type: " + "ignore"),
    (nothing_is_left_for_later, "deploy/limits.yaml", "# TO" + "DO: limits"),
    (files_fit_every_machine, "Makefile", "cd /" + "root/chat"),
    (files_fit_every_machine, "deploy/Dockerfile", "ENV INDEX=https" + "://pypi.example.org/simple"),
    (modules_say_what_they_promise, "services/crm/api.py", "x = 1"),
    (
        events_are_explained,
        "contracts/crm.py",
        "class Crm(Event):\n    '''All.'''\nclass LeadCreated(Crm): ...",
    ),
]
CHECKS = list(dict.fromkeys(check for check, _, _ in PLANTED))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_project_is_tidy(check: Check) -> None:
    found = found_by(check)

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("check", "path", "source"), PLANTED)
def test_a_planted_violation_is_found(check: Check, path: str, source: str) -> None:
    assert list(check(PurePosixPath(path), source))


def test_the_chassis_is_small() -> None:
    assert list(chassis_is_small(tree())) == []


def test_a_chassis_that_grew_is_found() -> None:
    parts = (PurePosixPath(f"services/chassis/part_{n}.py") for n in range(CHASSIS_MODULES_MAX + 1))
    assert list(chassis_is_small(parts))
