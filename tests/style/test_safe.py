"""Rules about safety that no linter knows as ours, beside those of ruff and bandit: each says how to put it right.

PLANTED lists the checks that run, each with mistakes that it must find; RIGHT has what each must leave alone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.style.tree import Check, Finding, calls, found_by, is_in, lines, name_of, nodes

PRODUCT = ("contracts", "deploy", "services")
SHELLS = {
    "os.system",
    "os.popen",
    "asyncio.create_subprocess_shell",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
}
STATEMENT = re.compile(
    r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|SET LOCAL|CASE WHEN)\s"
)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*$")
SQL_OF_NAMES = {
    "services/chassis/rows.py": "tables, columns and schemas are those of our read models; rows travel as parameters",
}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "bind"}
SECRET = re.compile(
    r"(^|_)(passwords?|passwd|secrets?|tokens?|(signing|private|vapid)_key|authorization|cookies?|credentials?|p256dh"
    r"|link|get_secret_value)$",
    re.I,
)
UNVERIFIED = {"verify", "ssl", "verify_ssl", "ssl_verify", "check_hostname", "tls_verify"}
CLIENTS = re.compile(
    r"(httpx\.(Async)?Client|httpx\.(get|post|put|patch|delete|head|options|request|stream)|requests\.\w+|ClientSession"
    r"|aiohttp\.(ClientSession|request)|(urllib\.request\.)?urlopen|S3Store)$"
)
NOSEC = re.compile(r"#\s*nosec\b(?!( B\d{3},?)+ # \w).*", re.I)
EVERYTHING = {"Exception", "BaseException"}
EDGE = re.compile(r"services/(?!chassis/|cli/)\w+/")
AWAITS_AT_THE_END = {
    "services/gateway/sockets/signs.py": "says that a visitor left; where it is cut short, the lease ends by itself",
    "services/gateway/sockets/viewing.py": "says that nobody looks; where it is cut short, others forget it",
}


def programs_run_without_a_shell(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for call, name in calls(path, source):
        if name in SHELLS or any(
            part.arg == "shell" and not _is(part.value, False) for part in call.keywords
        ):
            yield call.lineno, f"{name}: hand the program and its arguments over as a list"


def sql_is_put_together_from_constants(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if not is_in(path, *PRODUCT) or str(path) in SQL_OF_NAMES:
        return
    advice = "give values as parameters, names as psycopg's sql.Identifier"
    statements = _statements(path, source)
    for node in nodes(path, source):
        match node:
            case ast.JoinedStr() if STATEMENT.match(_text(node)):
                for part in node.values:
                    if isinstance(part, ast.FormattedValue) and not _is_constant(part.value):
                        yield part.lineno, f"{{{ast.unparse(part.value)}}} in a statement: {advice}"
            case ast.BinOp(left=left, op=ast.Mod() | ast.Add(), right=right) if STATEMENT.match(_text(left)):
                if not _is_constant(right):
                    yield node.lineno, f"{ast.unparse(right)} in a statement: {advice}"
            case ast.Call(func=ast.Attribute(value=text, attr="format")) if (
                STATEMENT.match(_text(text)) or name_of(text) in statements
            ):
                yield node.lineno, f"format() of a statement: {advice}"


def secrets_are_not_logged(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for call, name in calls(path, source) if is_in(path, *PRODUCT) else ():
        logger, _, level = name.rpartition(".")
        if level in LEVELS and logger.rpartition(".")[2] in {"log", "logger", "logging"}:
            for said in _said(call):
                yield call.lineno, f"{said} in a log: log who or what it is about by its id"


def certificates_are_verified(path: PurePosixPath, source: str) -> Iterator[Finding]:
    advice = "name the authority that signed it (cadata=), and verify"
    for node in nodes(path, source):
        match node:
            case ast.keyword(arg=str() as name, value=value) if name in UNVERIFIED and _is(value, False):
                yield value.lineno, f"{name}=False: {advice}"
            case ast.Assign(targets=[ast.Attribute(attr="check_hostname")], value=value) if _is(value, False):
                yield node.lineno, f"check_hostname = False: {advice}"
            case ast.Attribute(attr="CERT_NONE" | "CERT_OPTIONAL" | "_create_unverified_context") as found:
                yield found.lineno, f"{found.attr}: {advice}"


def errors_are_not_swallowed_whole(path: PurePosixPath, source: str) -> Iterator[Finding]:
    """An `except Exception` does something with it; what also catches a cancellation raises it again."""
    for node in nodes(path, source) if is_in(path, *PRODUCT) else ():
        match node:
            case ast.ExceptHandler(type=None):
                yield node.lineno, "except: name the errors that are expected"
            case ast.ExceptHandler(type=ast.expr() as kind, body=body) if "BaseException" in ast.unparse(
                kind
            ):
                if not any(isinstance(part, ast.Raise) for step in body for part in ast.walk(step)):
                    yield node.lineno, "BaseException is not raised again: a cancelled task would go on"
            case ast.ExceptHandler(type=ast.expr() as kind, body=[ast.Pass() | ast.Continue()]):
                if _is_everything(kind):
                    yield node.lineno, "any error is passed over: name those that are expected"
            case ast.Call(args=args) if name_of(node.func).rpartition(".")[2] == "suppress":
                if any(map(_is_everything, args)):
                    yield node.lineno, "suppress() of any error: name those that are expected"


def nothing_is_awaited_when_a_request_ends(path: PurePosixPath, source: str) -> Iterator[Finding]:
    """Who is gone cancels its request: an await in its `finally` may never come back, or never begin."""
    if not EDGE.match(str(path)) or str(path) in AWAITS_AT_THE_END:
        return
    for node in nodes(path, source):
        for part in (part for step in getattr(node, "finalbody", ()) for part in ast.walk(step)):
            if isinstance(part, ast.Await | ast.AsyncWith | ast.AsyncFor):
                yield part.lineno, "await in finally: do it in a task of its own, or let what is left run out"


def clients_have_timeouts(path: PurePosixPath, source: str) -> Iterator[Finding]:
    for call, name in calls(path, source) if is_in(path, *PRODUCT) else ():
        if not CLIENTS.fullmatch(name):
            continue
        told = next((part.value for part in call.keywords if part.arg in ("timeout", "client_options")), None)
        if isinstance(told, ast.Dict):
            names = [key.value for key in told.keys if isinstance(key, ast.Constant)]
            told = told if "timeout" in names else None
        if told is None or _is(told, None):
            yield call.lineno, f"{name}(): say how long it may wait (timeout=)"


def exceptions_from_bandit_say_which_and_why(path: PurePosixPath, source: str) -> Iterator[Finding]:
    if path.suffix == ".py":
        yield from lines(source, NOSEC, "write `# nosec B000 # why it is right here`")


def _is(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or CONSTANT.match(name_of(node).rpartition(".")[2]) is not None


def _is_everything(kind: ast.expr) -> bool:
    return any(name_of(node) in EVERYTHING for node in ast.walk(kind))


def _text(node: ast.AST) -> str:
    """How a text begins, as far as it is said there."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _statements(path: PurePosixPath, source: str) -> set[str]:
    """The names that statements have in a module."""
    return {
        name_of(target)
        for node in nodes(path, source)
        if isinstance(node, ast.Assign) and STATEMENT.match(_text(node.value))
        for target in node.targets
    }


def _said(call: ast.Call) -> Iterator[str]:
    """The words of a call that name secrets."""
    for part in call.keywords:
        if part.arg is not None and SECRET.search(part.arg):
            yield part.arg
    for value in (*call.args, *(part.value for part in call.keywords)):
        yield from (name for name in _ends(value) if SECRET.search(name))


def _ends(value: ast.AST) -> Iterator[str]:
    """The names in an expression; of `one.of.many` the last, which is what is read."""
    match value:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=name, value=of):
            yield name
            if not isinstance(of, ast.Name | ast.Attribute):
                yield from _ends(of)
        case _:
            for part in ast.iter_child_nodes(value):
                yield from _ends(part)


PLANTED: list[tuple[Check, str, str]] = [
    (programs_run_without_a_shell, "services/cli/x.py", "subprocess.run(line, shell=True)"),
    (programs_run_without_a_shell, "tests/x.py", "subprocess.run(line, shell=bool(1))"),
    (programs_run_without_a_shell, "deploy/x.py", "os.system('ls')"),
    (programs_run_without_a_shell, "tests/x.py", "await asyncio.create_subprocess_shell(line)"),
    (sql_is_put_together_from_constants, "services/crm/queries.py", 'f"SELECT id FROM {table}"'),
    (
        sql_is_put_together_from_constants,
        "services/crm/queries.py",
        "f'''\n DELETE FROM leads WHERE id = {id}'''",
    ),
    (sql_is_put_together_from_constants, "services/crm/queries.py", "'SELECT 1 WHERE id = ' + lead"),
    (sql_is_put_together_from_constants, "services/crm/queries.py", "'SELECT 1 WHERE id = %s' % lead"),
    (sql_is_put_together_from_constants, "services/crm/queries.py", "'UPDATE {} SET x = 1'.format(table)"),
    (sql_is_put_together_from_constants, "services/crm/queries.py", "_Q = 'DROP TABLE {}'\n_Q.format(table)"),
    (secrets_are_not_logged, "services/crm/api.py", "log.info('signed_in', password=body.password)"),
    (secrets_are_not_logged, "services/crm/api.py", "log.warning('bad', about=caller.token)"),
    (secrets_are_not_logged, "services/crm/api.py", "self.log.error('bad', what=f'{settings.vapid_key}')"),
    (secrets_are_not_logged, "services/crm/api.py", "log.debug('url', url=url.get_secret_value())"),
    (secrets_are_not_logged, "services/crm/api.py", "log.bind(link=made.link)"),
    (certificates_are_verified, "services/crm/outbound.py", "httpx.AsyncClient(verify=False, timeout=1)"),
    (certificates_are_verified, "services/crm/outbound.py", "TCPConnector(ssl=False)"),
    (certificates_are_verified, "tests/x.py", "context.check_hostname = False"),
    (certificates_are_verified, "tests/x.py", "context.verify_mode = ssl.CERT_NONE"),
    (errors_are_not_swallowed_whole, "services/crm/api.py", "try:\n    f()\nexcept:\n    raise"),
    (errors_are_not_swallowed_whole, "services/crm/api.py", "try:\n    f()\nexcept BaseException:\n    g()"),
    (
        errors_are_not_swallowed_whole,
        "contracts/x.py",
        "try:\n    f()\nexcept (ValueError, Exception):\n    pass",
    ),
    (errors_are_not_swallowed_whole, "deploy/x.py", "with contextlib.suppress(Exception):\n    f()"),
    (
        nothing_is_awaited_when_a_request_ends,
        "services/crm/api.py",
        "async def f():\n    try:\n        g()\n    finally:\n        if h:\n            await h.close()",
    ),
    (clients_have_timeouts, "services/crm/outbound.py", "httpx.AsyncClient(base_url=url)"),
    (clients_have_timeouts, "services/crm/outbound.py", "ClientSession(timeout=None)"),
    (clients_have_timeouts, "services/crm/outbound.py", "S3Store('b', client_options={'allow_http': True})"),
    (clients_have_timeouts, "deploy/x.py", "urllib.request.urlopen(url)"),
    (exceptions_from_bandit_say_which_and_why, "services/crm/api.py", "x = 1  # no" + "sec"),
    (exceptions_from_bandit_say_which_and_why, "services/crm/api.py", "x = 1  # no" + "sec B105"),
]
RIGHT: list[tuple[Check, str, str]] = [
    (programs_run_without_a_shell, "services/cli/x.py", "subprocess.run(['ls'], shell=False)"),
    (
        sql_is_put_together_from_constants,
        "services/crm/queries.py",
        'f"SELECT id FROM leads LIMIT {PAGE_MAX}"',
    ),
    (sql_is_put_together_from_constants, "services/crm/queries.py", "sql.SQL('DROP TABLE {}').format(name)"),
    (sql_is_put_together_from_constants, "services/crm/queries.py", 'f"Update of {name}"'),
    (secrets_are_not_logged, "services/crm/api.py", "log.info('signed', token_id=token.id_, key=event.key)"),
    (certificates_are_verified, "services/crm/outbound.py", "BaseSecurity(context, use_ssl=False)"),
    (
        errors_are_not_swallowed_whole,
        "services/crm/api.py",
        "try:\n    f()\nexcept Exception as e:\n    told(e)",
    ),
    (nothing_is_awaited_when_a_request_ends, "services/crm/api.py", "try:\n    f()\nfinally:\n    g()"),
    (clients_have_timeouts, "services/crm/outbound.py", "httpx.AsyncClient(timeout=5)"),
    (exceptions_from_bandit_say_which_and_why, "services/crm/api.py", "x = 1  # no" + "sec B105 # A name."),
]
CHECKS = list(dict.fromkeys(check for check, _, _ in PLANTED))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_project_is_safe(check: Check) -> None:
    found = found_by(check)

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("check", "path", "source"), PLANTED)
def test_a_planted_mistake_is_found(check: Check, path: str, source: str) -> None:
    assert list(check(PurePosixPath(path), source))


@pytest.mark.parametrize(("check", "path", "source"), RIGHT)
def test_what_is_right_is_left_alone(check: Check, path: str, source: str) -> None:
    assert list(check(PurePosixPath(path), source)) == []
