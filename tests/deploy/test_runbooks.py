"""What runbooks tell to run names commands, services and Deployments that are there."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from deploy.one_machine import BEFORE, PORT
from services.cli.application import app
from services.cli.catalogue import SERVICES

ROOT = Path(__file__).parents[2]
RUNBOOKS = sorted((ROOT / "docs" / "runbooks").glob("Livechat*.md"))
CLUSTER = re.compile(r"^```sh cluster\n(.*?)^```$", re.M | re.S)
DEPLOYMENT = re.compile(r"deployment/(\S+)")
DEPLOYMENTS = {f"{service.name}-{role}" for service in SERVICES.values() for role in service.role_names}
LIVECHAT = re.compile(r"(?:^|`|\| )livechat ([a-z]+)(?: ([a-z]+))?\b", re.M)
TOLD = re.compile(r"(?:`|^ +)livechat ([a-z][a-z-]+)", re.M)
GUIDES = [
    path
    for path in (*ROOT.glob("services/**/*.py"), *ROOT.glob("docs/*.md"), ROOT / "deploy" / "README.md")
    if TOLD.search(path.read_text())
]
FOREIGN = {"cert-manager"}
VERBS = {
    "create", "delete", "describe", "exec", "get", "logs", "port-forward", "rollout", "scale", "wait"
}  # fmt: skip
REACHING = ROOT / "docs" / "runbooks" / "README.md"


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_what_is_for_the_cluster_names_what_is_there(path: Path) -> None:
    text = path.read_text()

    assert text.startswith(f"# {path.stem}\n")
    assert re.findall(r"^## (.*)$", text, re.M) == ["How to look", "How to mend"]
    _names_what_is_there(text)


def _names_what_is_there(text: str) -> None:
    for line in (line for block in CLUSTER.findall(text) for line in block.splitlines()):
        words = line.replace("-n livechat ", "").replace("-n cert-manager ", "").split()
        assert words[0] == "kubectl", line
        assert words[1] in VERBS, line
        assert set(DEPLOYMENT.findall(line)) <= DEPLOYMENTS | FOREIGN, line


def test_how_processes_are_reached_is_told_once_and_led_to_by_every_runbook() -> None:
    reaching = REACHING.read_text()

    _names_what_is_there(reaching)
    assert f" port-forward deployment/conversation-relay {PORT}:{PORT}\n" in reaching
    assert len(re.findall(r"^export ADDRESS=http://", reaching, re.M)) == 2
    assert f"Networks.livechat_{BEFORE}.IPAddress" in reaching
    for path in RUNBOOKS:
        assert "[README](README.md)" in path.read_text(), path.stem
        assert "export ADDRESS" not in path.read_text(), path.stem


def known(command: str, further: str) -> bool:
    """Whether the command line knows this command, and what follows it: a command of its own, or a service."""
    found = get_command(app).commands.get(command)  # type: ignore[attr-defined] # It is a group, of typer's own.
    if found is None:
        return False
    return further in getattr(found, "commands", ("", *SERVICES))


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_commands_of_ours_are_there(path: Path) -> None:
    assert [one for one in LIVECHAT.findall(path.read_text()) if not known(*one)] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_commands_that_guides_and_messages_tell_are_there(path: Path) -> None:
    assert {*TOLD.findall(path.read_text())} <= {*get_command(app).commands}  # type: ignore[attr-defined] # See above.


@pytest.mark.parametrize(("command", "further"), [("heal", ""), ("parked", "forget"), ("doctor", "mail")])
def test_a_command_that_is_none_is_found(command: str, further: str) -> None:
    assert not known(command, further)
