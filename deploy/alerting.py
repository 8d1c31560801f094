"""Alerts and dashboards as Prometheus reads them: promtool checks what they ask for, and tests when alerts fire."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from deploy.rendering import Unreadable, read

MONITORING = Path(__file__).parent / "components" / "monitoring"
DASHBOARDS = MONITORING / "dashboards"
RULES, ROLES = MONITORING / "rules.yaml", MONITORING / "roles.yaml"
RULE_TESTS = Path(__file__).parent / "tests"
RUN_WITHIN_S, INSTALL_WITHIN_S = 300.0, 600.0
_OWN = Path(__file__).parents[1] / ".livechat" / "cache" / "bin" / "promtool"
_VARIABLE = re.compile(r"\$__\w+")

Group = dict[str, Any]


def groups() -> list[Group]:
    """The groups of rules in the PrometheusRules."""
    return [group for path in (ROLES, RULES) for group in _groups_in(path)]


def _groups_in(path: Path) -> list[Group]:
    (rule,) = [one for one in read(path.read_text()) if one["kind"] == "PrometheusRule"]
    found: list[Group] = rule["spec"]["groups"]
    return found


def alerts() -> list[dict[str, Any]]:
    """The rules that alert; one name may have several, of different severity."""
    return [rule for group in groups() for rule in group["rules"] if "alert" in rule]


def questions() -> Iterator[tuple[str, str]]:
    """Every panel of every dashboard, with an expression that it asks Prometheus."""
    for path in sorted(DASHBOARDS.glob("*.json")):
        dashboard = json.loads(path.read_text())
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


def problems() -> list[str]:
    """What promtool says against the rules, their tests, and the expressions of the dashboards. Raises Unreadable."""
    with tempfile.TemporaryDirectory() as folder:
        # Cases name those that they need: each rule is weighed for each minute of days.
        given = {"roles": _groups_in(ROLES), "rules": _groups_in(RULES), "panels": [_asked()]}
        files = [Path(folder, f"{name}.yaml") for name in given]
        for path, found in zip(files, given.values(), strict=True):
            path.write_text(yaml.safe_dump({"groups": found}))
        tried: list[Sequence[str | Path]] = [("check", "rules", *files)]
        for path in sorted(RULE_TESTS.glob("*_test.yaml")):
            # promtool looks for the rules beside the file of the tests.
            tried.append(("test", "rules", shutil.copy(path, folder)))
        return [said for what in tried if (said := _refused(*what))]


def _asked() -> Group:
    rules = [
        {
            "record": "panel:asks",
            "expr": _VARIABLE.sub("5m", expr),
            "labels": {"panel": title, "n": str(number)},
        }
        for number, (title, expr) in enumerate(questions())
    ]
    return {"name": "panels", "rules": rules}


def _refused(*what: str | Path) -> str:
    argv = [promtool(), *map(str, what)]
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RUN_WITHIN_S
    )
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip()


def promtool() -> str:
    """The program: the machine's own, or that of Debian's package, unpacked for this project alone.

    Installed, the package would start a Prometheus. Raises Unreadable where neither is to be had.
    """
    for found in (shutil.which("promtool"), str(_OWN)):
        if found and os.access(found, os.X_OK):
            return found
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Unreadable("promtool is not here: install Prometheus' tools (Debian: the package prometheus).")
    with tempfile.TemporaryDirectory() as folder:
        if _failure("apt-get", "download", "prometheus", folder=folder) and os.geteuid() == 0:
            _failure("apt-get", "update", folder=folder)
        if not list(Path(folder).glob("prometheus_*.deb")):
            _must("apt-get", "download", "prometheus", folder=folder)
        (package,) = Path(folder).glob("prometheus_*.deb")
        _must("dpkg-deb", "-x", str(package), "unpacked", folder=folder)
        _OWN.parent.mkdir(parents=True, exist_ok=True)
        partly = _OWN.with_name(f"promtool.{os.getpid()}")
        shutil.copy(Path(folder) / "unpacked" / "usr" / "bin" / "promtool", partly)
        partly.rename(_OWN)  # Whoever tries at the same time finds a whole one.
    return str(_OWN)


def _failure(*argv: str, folder: str) -> str:
    done = subprocess.run(
        argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_WITHIN_S
    )
    return "" if done.returncode == 0 else f"{' '.join(argv)} failed: {done.stderr[-2000:].strip()}"


def _must(*argv: str, folder: str) -> None:
    if failure := _failure(*argv, folder=folder):
        raise Unreadable(failure)
