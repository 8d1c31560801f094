"""What a backup has to hold follows from the tables and credentials that there are: a new one has to be thought of."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from services.chassis.migrate import SERVICES as FOLDER
from services.chassis.migrate import migrations_of
from services.cli.backup.gathering import IRREPLACEABLE, secrets_kept
from services.cli.backup.truth import KEPT, KEPT_KINDS, LEFT_KINDS, REST
from services.cli.catalogue import SERVICES

MADE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?([\w.]+)", re.I)
BY_PARAMETER = {"services.gateway.invitations": {"JOIN_LINK", "RESET_LINK"}}
"""Modules that are told the kind, and by which names."""


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_backed_up_or_it_is_said_why_not(service: str) -> None:
    made = {name for text in migrations_of(service).values() for name in MADE.findall(text)}

    listed = {f"log.{name}" for name in (*KEPT, *REST)}
    assert made == listed, "list the table in services/cli/backup/truth.py"
    assert not KEPT.keys() & REST.keys()
    # All other tables are read models, each in a schema of its own, which a rebuild makes.
    assert "log" not in {table.schema for model in SERVICES[service].models for table in model.tables}


def kinds_in(module: str) -> set[str]:
    """The kinds of the credentials that a module makes."""
    found = importlib.import_module(module)
    path = Path(found.__file__ or "")
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    made = {ast.unparse(one.args[0]) for one in calls if ast.unparse(one.func) == "Credential" and one.args}
    names = made - {"*row"} if module not in BY_PARAMETER else BY_PARAMETER[module]
    return {str(getattr(found, name)) for name in names}


def test_every_kind_of_credential_is_backed_up_or_left_out_on_purpose() -> None:
    paths = [
        path
        for name in SERVICES
        for path in (FOLDER / name).rglob("*.py")
        if "Credential(" in path.read_text()
    ]
    modules = {".".join(("services", *path.relative_to(FOLDER).with_suffix("").parts)) for path in paths}

    assert len(modules) >= 6
    assert {kind for module in modules for kind in kinds_in(module)} == {*KEPT_KINDS, *LEFT_KINDS}


def test_secrets_are_kept_wherever_they_are_but_not_the_key_of_what_they_are_in() -> None:
    in_files = {"LIVECHAT_CRM_DATABASE": "crm", "LIVECHAT_BACKUP_KEY": "key", "notes": "nothing of ours"}
    told = {"LIVECHAT_PORT": "1", IRREPLACEABLE[0]: "signing", **in_files}

    assert secrets_kept(told, in_files) == {"LIVECHAT_CRM_DATABASE": "crm", IRREPLACEABLE[0]: "signing"}
