"""Which roles Prometheus is to find, out of the catalogue of services: a process that never came up tells nothing."""

from deploy.operated import Resource, resource
from services.cli.catalogue import SERVICES

SEEN_WITHIN = "1d"
"""For how long an installation that is all gone is looked for."""


def expected_roles() -> list[Resource]:
    """Where processes of ours were seen within a day, and that each role is to run there."""
    seen = {
        "record": "livechat:installation",
        "expr": f"group by (namespace) (last_over_time(livechat_role_running[{SEEN_WITHIN}]))",
    }
    expected = [
        {"record": "livechat:expected_role", "expr": seen["record"], "labels": {"role": role}}
        for role in _roles()
    ]
    spec = {"groups": [{"name": "livechat-roles", "rules": [seen, *expected]}]}
    return [resource("monitoring.coreos.com/v1", "PrometheusRule", "livechat-roles", "livechat", spec)]


def role_cases() -> list[Resource]:
    """When a missing role is told of, for promtool: one never comes up, and one goes away."""
    absent, leaving, *running = _roles()
    series = {leaving: "1x10 0x2 _x20"} | dict.fromkeys(running, "1x40")
    told = [
        {
            "exp_labels": {"severity": "page", "namespace": "livechat", "role": role},
            "exp_annotations": {
                "summary": "A role runs nowhere.",
                "description": f"No process in livechat runs {role}, or none that does can be asked.",
                "runbook": "docs/runbooks/LivechatRoleMissing.md",
            },
        }
        for role in (absent, leaving)
    ]
    one_by_one = {
        "name": "one role never comes up, and another goes away",
        "interval": "1m",
        "input_series": [
            {
                "series": f'livechat_role_running{{namespace="livechat",pod="p",role="{role}"}}',
                "values": values,
            }
            for role, values in series.items()
        ],
        "alert_rule_test": [
            {"eval_time": time, "alertname": "LivechatRoleMissing", "exp_alerts": told[:count]}
            for time, count in (("4m", 0), ("8m", 1), ("30m", 2))
        ],
    }
    return [_cases("1m", one_by_one)]


def installation_cases() -> list[Resource]:
    """For how long an installation is expected that is all gone, for promtool."""
    count = {"labels": '{namespace="livechat"}', "value": len(_roles())}
    all_at_once = {
        "name": "all of an installation is gone, while another one runs",
        "interval": "1h",
        "input_series": [
            {"series": f'livechat_role_running{{namespace="{name}",role="{_roles()[0]}"}}', "values": values}
            for name, values in (("livechat", "1 _x30"), ("other", "1x30"))
        ],
        "promql_expr_test": [
            {
                "expr": 'count by (namespace) (livechat:expected_role{namespace="livechat"})',
                "eval_time": time,
                "exp_samples": samples,
            }
            for time, samples in (("12h", [count]), ("25h", []))
        ],
    }
    return [_cases("1h", all_at_once)]


def _cases(every: str, test: Resource) -> Resource:
    return {"rule_files": ["roles.yaml", "rules.yaml"], "evaluation_interval": every, "tests": [test]}


def _roles() -> list[str]:
    return [f"{service.name}.{role}" for service in SERVICES.values() for role in service.role_names]
