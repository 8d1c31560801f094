"""The variables that services are started with: what is set already wins, but for what was decided."""

from pathlib import Path

import pytest

from services.cli.environment import variables_of

DECIDED = ("127.0.0.1:9092", "postgresql://admin:secret@127.0.0.1:5432/postgres")


def test_the_kafka_that_was_decided_for_is_used_whatever_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECHAT_KAFKA", "elsewhere:9092")

    assert variables_of(tmp_path, *DECIDED, ["crm"])["LIVECHAT_KAFKA"] == DECIDED[0]


def test_what_an_operator_set_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_CRM_DATABASE", "postgresql://crm@db.example/crm")

    found = variables_of(tmp_path, *DECIDED, ["crm", "playbook"])

    assert found["LIVECHAT_CRM_DATABASE"] == "postgresql://crm@db.example/crm"
    assert "127.0.0.1:5432" in found["LIVECHAT_PLAYBOOK_DATABASE"]


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first, second = (variables_of(tmp_path, *DECIDED, []) for _ in range(2))

    assert first == second
    assert first["LIVECHAT_TOKEN_SIGNING_KEY"]
