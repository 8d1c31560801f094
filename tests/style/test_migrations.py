"""Migrations only add, so that the release before runs on what they made; what narrows says since when nobody needs it.

A migration that takes away, renames or forbids what the release before may use begins with the line

    -- contract: unused since 0.3.0

and is right once a release after that one is being made: both that run side by side then do without.
"""

import re
from pathlib import Path

import pytest

import services

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "services").glob("*/migrations/*.sql"))
RELEASE = services.__version__

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_CONTRACT = re.compile(r"^-- contract: unused since (\d+)\.(\d+)\.(\d+)$", re.M)
NARROWING = {
    "takes away": r"\bDROP\s+(?!NOT\s+NULL\b|INDEX\b|POLICY\s+IF\b)(\w+)",
    "renames": r"\bRENAME\s+(TO|COLUMN|CONSTRAINT|ATTRIBUTE)?",
    "changes a type": r"\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b",
    "forbids null": r"\bSET\s+NOT\s+NULL\b",
    "adds what older code does not fill": r"\bADD\s+COLUMN\s+(?![^,;]*\b(DEFAULT|GENERATED)\b)[^,;]*\bNOT\s+NULL\b",
    "forbids rows": r"\bADD\s+(CONSTRAINT\s+\w+\s+)?(CHECK|UNIQUE|FOREIGN\s+KEY|EXCLUDE|PRIMARY\s+KEY)\b",
    "forbids doubles": r"\bCREATE\s+UNIQUE\s+INDEX\b",
    "empties": r"\bTRUNCATE\b",
    "takes a right away": r"\bREVOKE\b",
    "moves": r"\bSET\s+SCHEMA\b",
}


def narrowing(sql: str, release: str) -> list[str]:
    """What a migration does that the release before may not survive; empty where it may."""
    if (marked := _CONTRACT.search(sql)) and _numbers(".".join(marked.groups())) < _numbers(release):
        return []
    bare = _COMMENT.sub("", sql)
    return [
        f"{what}: {' '.join(found.group().split())}"
        for what, pattern in NARROWING.items()
        for found in re.finditer(pattern, bare, re.I)
    ]


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_the_release_before_runs_on_what_a_migration_makes(path: Path) -> None:
    found = narrowing(path.read_text(), RELEASE)

    assert not found, f"{found}: first release code that does without, then mark it (docs/upgrade.md)"


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE log.attempts;",
        "ALTER TABLE log.attempts DROP COLUMN tries;",
        "ALTER TABLE log.attempts\n  drop column if exists tries;",
        "ALTER TABLE log.attempts ALTER COLUMN tries DROP DEFAULT;",
        "DROP FUNCTION log.load(text, text, text);",
        "ALTER TABLE log.attempts RENAME TO log.tries;",
        "ALTER TABLE log.attempts RENAME COLUMN tries TO count;",
        "ALTER TABLE log.attempts RENAME tries TO count;",
        "ALTER TABLE log.attempts ALTER COLUMN tries TYPE bigint;",
        "ALTER TABLE log.attempts ALTER tries SET DATA TYPE bigint;",
        "ALTER TABLE log.attempts ALTER COLUMN tries SET NOT NULL;",
        "ALTER TABLE log.attempts ADD COLUMN who text NOT NULL;",
        "ALTER TABLE log.attempts ADD CONSTRAINT few CHECK (tries < 10);",
        "ALTER TABLE log.attempts ADD UNIQUE (over_at);",
        "CREATE UNIQUE INDEX one ON log.attempts (over_at);",
        "TRUNCATE log.attempts;",
        "REVOKE SELECT ON log.attempts FROM app;",
        "ALTER TABLE log.attempts SET SCHEMA public;",
        "DO $$ BEGIN EXECUTE 'ALTER TABLE log.attempts DROP COLUMN tries'; END $$;",
    ],
)
def test_what_narrows_is_found_and_right_only_a_release_later(sql: str) -> None:
    assert narrowing(sql, "0.4.0")
    assert narrowing(f"-- contract: unused since 0.4.0\n{sql}", "0.4.0")
    assert narrowing(f"-- contract: unused since 0.3.9\n{sql}", "0.4.0") == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE log.more (id bigint PRIMARY KEY, name text NOT NULL UNIQUE CHECK (name <> ''));",
        "ALTER TABLE log.attempts ADD COLUMN who text;",
        "ALTER TABLE log.attempts ADD COLUMN who text NOT NULL DEFAULT '';",
        "ALTER TABLE log.attempts ALTER COLUMN key DROP NOT NULL;",
        "CREATE INDEX by_who ON log.attempts (who); DROP INDEX log.by_whom;",
        "CREATE OR REPLACE FUNCTION log.app_now() RETURNS timestamptz LANGUAGE sql RETURN now();",
        "-- We drop column x later, and rename y.\nSELECT 1;",
    ],
)
def test_what_only_adds_is_right(sql: str) -> None:
    assert narrowing(sql, "0.4.0") == []
