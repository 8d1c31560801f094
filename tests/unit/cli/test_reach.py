"""How a command finds the system that it is about."""

from pathlib import Path

import pytest

from services.cli.reach import reach

ORIGIN = "https://chat.example.com"


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("KAFKA", "POSTGRES", "GATEWAY_WORKER_DATABASE", "CRM_WORKER_DATABASE", "SECRETS"):
        monkeypatch.delenv(f"LIVECHAT_{name}", raising=False)
    monkeypatch.setenv("LIVECHAT_DATA", str(tmp_path))
    monkeypatch.setenv("LIVECHAT_ORIGINS", ORIGIN)


def test_a_pod_that_knows_its_own_service_s_database_alone_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LIVECHAT_KAFKA", "kafka:9092")
    monkeypatch.setenv("LIVECHAT_SECRETS", str(tmp_path))
    (tmp_path / "LIVECHAT_CRM_WORKER_DATABASE").write_text("postgresql://crm@db/crm")

    assert reach() == ORIGIN


def test_without_a_database_there_is_nothing_to_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_KAFKA", "kafka:9092")

    with pytest.raises(LookupError, match="Nothing runs here"):
        reach()
