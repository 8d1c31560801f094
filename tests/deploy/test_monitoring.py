"""Alerts and dashboards ask for metrics that the code has, fire when they should, and lead to a runbook each."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.utils import floatToGoString

from deploy import alerting
from deploy.alerting import DASHBOARDS, MONITORING, RULE_TESTS, alerts, groups, questions
from deploy.rendering import read, render
from services.cli.catalogue import SERVICES

ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks"
TARGET = {"namespace", "pod", "container", "job", "instance"}
"""Labels that Prometheus gives to whatever it asks of a pod."""
EXPORTERS = {
    "kubelet_volume_stats_available_bytes": "the kubelet",
    "kubelet_volume_stats_capacity_bytes": "the kubelet",
    "node_filesystem_avail_bytes": "node_exporter",
    "node_filesystem_size_bytes": "node_exporter",
    "certmanager_certificate_expiration_timestamp_seconds": "cert-manager",
    "probe_ssl_earliest_cert_expiry": "blackbox_exporter",
    "kube_pod_container_status_restarts_total": "kube-state-metrics",
    "kube_cronjob_created": "kube-state-metrics",
    "kube_cronjob_status_last_successful_time": "kube-state-metrics",
}
FUNCTIONS = {"histogram_quantile", "label_replace", "last_over_time", "predict_linear"}
NAME = re.compile(r"\b[a-z]+[_:][\w:]*")
SELECTOR, RANGE = re.compile(r"\{[^}]*\}"), re.compile(r"\[[^\]]*\]")
LABEL = re.compile(r"(\w+)\s*(=~|!~|!=|=)\s*\"([^\"]*)\"")
QUOTED = re.compile(r"\"[^\"]*\"")
GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
LEGEND = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")
UNITS = ("_seconds", "_bytes", "_records", "_rows", "_events")
COUNTS = {
    "livechat_conversations_unassigned",
    "livechat_conversations_overdue",
    "livechat_relay_leader",
    "livechat_revocations",
    "livechat_role_running",
    "livechat_sockets_open",
}
"""Gauges of things that are named in front: their unit is one of them."""


def collectors() -> Iterator[Any]:
    """The metrics of ours, with their names, types and labels."""
    import_module("services.chassis.process")
    import_module("services.cli.catalogue")
    found = {id(one): one for one in REGISTRY._collector_to_names}.values()
    return (one for one in found if getattr(one, "_name", "").startswith("livechat_"))


SERIES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def in_code() -> dict[str, set[str]]:
    """Every series of ours, by name, with its labels."""
    return {
        one._name + end: {*one._labelnames, *(["le"] if end == "_bucket" else [])}
        for one in collectors()
        for end in SERIES[one._type]
    }


def recorded() -> dict[str, set[str]]:
    """The names that rules of ours record, with the labels that they give."""
    rules = [rule for group in groups() for rule in group["rules"] if "record" in rule]
    return {rule["record"]: {*rule.get("labels", ())} for rule in rules}


def test_every_role_of_every_service_is_expected() -> None:
    rules = [rule for group in groups() for rule in group["rules"]]
    expected = [rule["labels"]["role"] for rule in rules if rule.get("record") == "livechat:expected_role"]

    assert sorted(expected) == sorted(
        f"{service.name}.{role}" for service in SERVICES.values() for role in service.role_names
    )


def asked() -> Iterator[tuple[str, str]]:
    """Every expression of an alert or a dashboard, with its place."""
    for group in groups():
        for rule in group["rules"]:
            yield rule.get("alert") or rule["record"], rule["expr"]
    yield from questions()


def faults(expr: str, known: Mapping[str, set[str]]) -> Iterator[str]:
    """What the expression asks for that nobody tells: metrics of ours, of exporters that are named, their labels."""
    bare = GROUPED.sub("", RANGE.sub("", QUOTED.sub("", SELECTOR.sub("", expr))))
    named = set(NAME.findall(bare)) - FUNCTIONS
    labels: set[str] = set(TARGET)
    for name in sorted(named):
        if name in known:
            labels |= known[name]
        elif name in EXPORTERS:
            labels |= {"persistentvolumeclaim", "mountpoint", "fstype", "name", "cronjob", "part_of"}
        elif name in recorded():
            labels |= {"namespace", *recorded()[name]}
        else:
            yield f"there is no metric {name}"
    if not named:
        yield f"{expr} asks for nothing"
    used = {label for label, _, _ in LABEL.findall(expr)}
    used |= {label.strip() for inside in GROUPED.findall(expr) for label in inside.split(",")}
    yield from (f"no metric here has the label {label}" for label in sorted(used - labels))


@pytest.mark.parametrize(("place", "expr"), [*asked()], ids=lambda told: str(told)[:40])
def test_what_is_asked_for_is_told_by_the_code_or_by_a_named_exporter(place: str, expr: str) -> None:
    assert list(faults(expr, in_code())) == [], place


@pytest.mark.parametrize(
    ("expr", "told"),
    [
        ("rate(livechat_no_such_total[5m])", "no metric livechat_no_such_total"),
        ("rate(livechat_http_requests[5m])", "no metric livechat_http_requests"),
        ('livechat_outbox_age_seconds{topic="x"}', "label topic"),
        ("sum by (service, topic) (livechat_outbox_rows)", "label topic"),
        ("max(no_such_exporter_bytes)", "no metric no_such_exporter_bytes"),
        ("livechat:no_such:ratio_rate5m > 1", "no metric livechat:no_such:ratio_rate5m"),
        ("vector(1)", "asks for nothing"),
    ],
)
def test_what_nobody_tells_is_found(expr: str, told: str) -> None:
    assert told in "; ".join(faults(expr, in_code()))


@pytest.mark.parametrize("path", sorted(DASHBOARDS.glob("*.json")), ids=lambda path: path.stem)
def test_a_dashboard_is_called_as_its_file_and_its_legends_name_what_is_grouped_by(path: Path) -> None:
    dashboard = json.loads(path.read_text())

    assert dashboard["uid"] == path.stem
    assert {one["name"] for one in dashboard["templating"]["list"]} == {"datasource", "namespace"}
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            grouped = {one.strip() for inside in GROUPED.findall(target["expr"]) for one in inside.split(",")}
            assert set(LEGEND.findall(target["legendFormat"])) <= grouped, panel["title"]
            assert 'namespace="$namespace"' in target["expr"], panel["title"]


def test_every_metric_of_ours_is_shown_or_alerts() -> None:
    shown = " ".join(expr for _, expr in asked())
    families = {one._name for one in collectors()}

    untold = {"livechat_gateway_snippets_unnoted"}
    assert {family for family in families if family not in shown} == untold


def test_values_of_le_are_limits_of_the_histogram() -> None:
    limits = {
        one._name: set(map(floatToGoString, one._kwargs["buckets"]))
        for one in collectors()
        if one._type == "histogram"
    }
    for place, expr in asked():
        for name, inside in re.findall(r"(livechat_\w+)_bucket\{([^}]*)\}", expr):
            assert {value for label, _, value in LABEL.findall(inside) if label == "le"} <= limits[name], (
                place
            )


def test_names_of_metrics_end_in_their_unit() -> None:
    for one in collectors():
        if one._type in {"gauge", "histogram"}:
            assert one._name.endswith(UNITS) or one._name in COUNTS, one._name


def test_promtool_takes_the_rules_their_tests_and_what_dashboards_ask() -> None:
    assert alerting.problems() == []


@pytest.mark.parametrize(
    ("there", "planted", "told"),
    [
        ("livechat_outbox_age_seconds) > 30", "livechat_outbox_age_seconds) > 300", "LivechatOutboxOld"),
        ("livechat_parked_events) > 0", "livechat_parked_events > 0", "parse error"),
    ],
)
def test_promtool_finds_an_alert_that_is_late_or_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str, planted: str, told: str
) -> None:
    text = alerting.RULES.read_text()
    assert there in text
    rules, tests = tmp_path / "rules.yaml", tmp_path / "tests"
    rules.write_text(text.replace(there, planted))
    tests.mkdir()
    (tests / "moments_test.yaml").write_text((RULE_TESTS / "moments_test.yaml").read_text())
    monkeypatch.setattr(alerting, "RULES", rules)
    monkeypatch.setattr(alerting, "RULE_TESTS", tests)

    assert told in "; ".join(alerting.problems())


def test_every_alert_is_tried() -> None:
    tried = {
        case["alertname"]
        for path in RULE_TESTS.glob("*_test.yaml")
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test.get("alert_rule_test", ())
        if case["exp_alerts"]
    }

    assert tried == {rule["alert"] for rule in alerts()}


def test_every_alert_leads_to_a_runbook_and_every_runbook_is_of_an_alert() -> None:
    named = {rule["annotations"]["runbook"] for rule in alerts()}

    assert named == {f"docs/runbooks/{path.name}" for path in RUNBOOKS.glob("Livechat*.md")}
    assert {Path(name).stem for name in named} == {rule["alert"] for rule in alerts()}
    assert {rule["labels"]["severity"] for rule in alerts()} == {"page", "ticket"}


def test_the_component_monitors_every_pod_and_ships_every_dashboard(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    component = Path(*[".."] * len(overlay.parts[1:])) / MONITORING.relative_to("/")
    (overlay / "kustomization.yaml").write_text(
        yaml.safe_dump(
            {
                "apiVersion": "kustomize.config.k8s.io/v1beta1",
                "kind": "Kustomization",
                "components": [str(component)],
            }
        )
    )
    made = {one["kind"]: one for one in read(render(overlay))}

    assert set(made) == {"PodMonitor", "PrometheusRule", "ConfigMap"}
    assert set(made["ConfigMap"]["data"]) == {path.name for path in DASHBOARDS.glob("*.json")}
    assert made["ConfigMap"]["metadata"]["labels"]["grafana_dashboard"] == "1"
    pods = read((ROOT / "deploy" / "components" / "process" / "kustomization.yaml").read_text())[0]["labels"][
        0
    ]
    selected = made["PodMonitor"]["spec"]["selector"]["matchLabels"]
    assert selected.items() <= pods["pairs"].items()
    assert pods["includeTemplates"]
