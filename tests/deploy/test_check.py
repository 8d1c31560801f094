"""`make deploy-check` itself finds mistakes that are taken, and topics and rights that differ from the code."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from deploy import agreement, alerting, check, mistakes
from deploy.agreement import disagreements
from deploy.rendering import OVERLAYS, Manifest
from tests.deploy.overlays import rendered

GOOD = """\
# refused: has no version
apiVersion: v1
kind: Namespace
metadata:
  name: livechat
  labels: { pod-security.kubernetes.io/enforce: restricted }
"""
Spoil = Callable[[dict[str, Manifest]], object]
SPOILED: dict[str, Spoil] = {
    "KafkaTopic/crm.events.v1: differs from the code": lambda all_: all_["crm.events.v1"]["spec"].update(
        partitions=3
    ),
    "KafkaTopic/crm.events.v1: is not there, and the code needs it": lambda all_: all_.pop("crm.events.v1"),
    "KafkaUser/kafka-crm: differs from the code": lambda all_: all_["kafka-crm"]["spec"]["authorization"][
        "acls"
    ].pop(),
    "KafkaUser/kafka-x: is there, and the code knows of none": lambda all_: all_["kafka-crm"][
        "metadata"
    ].update(name="kafka-x"),
}


def kafka() -> list[Manifest]:
    return [deepcopy(one) for one in rendered("prod") if one["kind"].startswith("Kafka")]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """The check of one overlay, without promtool; how it ends."""
    monkeypatch.setattr(alerting, "problems", list)

    def run() -> object:
        with pytest.raises(SystemExit) as ended:
            check.main()
        return ended.value.code

    return run


@pytest.fixture
def one_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "overlays"
    folder.mkdir()
    (folder / "prod").symlink_to(OVERLAYS / "prod")
    monkeypatch.setattr(check, "OVERLAYS", folder)
    monkeypatch.setattr(check, "render", lambda _: "")
    monkeypatch.setattr(check, "read", lambda _: deepcopy(rendered("prod")))


def test_what_agrees_is_taken() -> None:
    assert disagreements(kafka()) == []
    assert disagreements(rendered("dev")) == []


@pytest.mark.parametrize("expected", SPOILED)
def test_topics_and_rights_that_differ_are_found(expected: str) -> None:
    all_ = {one["metadata"]["name"] + ("" if one["kind"] != "Kafka" else "!"): one for one in kafka()}
    SPOILED[expected](all_)

    assert expected in disagreements([*all_.values()])


@pytest.mark.usefixtures("one_overlay")
def test_the_check_takes_what_is_here(
    checked: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked() == 0, capsys.readouterr().err


@pytest.mark.usefixtures("one_overlay")
def test_the_check_fails_where_a_mistake_is_taken(
    checked: Callable[[], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "taken.yaml").write_text(GOOD)
    monkeypatch.setattr(mistakes, "BAD", tmp_path)

    assert checked() == 1
    assert "taken.yaml: is not refused as it should be" in capsys.readouterr().err


@pytest.mark.usefixtures("one_overlay")
def test_the_check_fails_where_rights_differ_or_a_file_is_old(
    checked: Callable[[], object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(agreement, "rights_in_code", dict)
    monkeypatch.setattr(agreement, "manifests", dict)

    assert checked() == 1
    said = capsys.readouterr().err
    assert "KafkaUser/kafka-crm: is there, and the code knows of none" in said
    assert "follows from nothing any more" in said
