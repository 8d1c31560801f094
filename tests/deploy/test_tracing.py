"""In a cluster every role has a way to the collector that OpenTelemetry's variables name, and nothing else has one."""

import pytest

from deploy.manifest import name_of, of_kind, pod_labels, pods, selects
from tests.deploy.overlays import of, rendered

WITH_TRACES = ("prod", "staging")
OTLP_OVER_HTTP = 4318
"""The port that OpenTelemetry's specification of OTLP gives it."""


@pytest.mark.parametrize("overlay", WITH_TRACES)
def test_every_role_reaches_the_collector_and_no_job_does(overlay: str) -> None:
    spec = of(overlay, "NetworkPolicy")["traces"]["spec"]
    reaching = {
        name_of(one) for one in pods(rendered(overlay)) if selects(spec["podSelector"], pod_labels(one))
    }

    assert reaching == {name_of(one) for one in of_kind(rendered(overlay), "Deployment")}
    ((rule,), ways) = spec["egress"], spec["policyTypes"]
    assert ways == ["Egress"]
    assert [port["port"] for port in rule["ports"]] == [OTLP_OVER_HTTP]
    (peer,) = rule["to"]
    assert peer["namespaceSelector"]
    assert peer["podSelector"]


@pytest.mark.parametrize("overlay", WITH_TRACES)
def test_every_role_takes_the_variables_of_the_overlay(overlay: str) -> None:
    for one in of_kind(rendered(overlay), "Deployment"):
        (container,) = one["spec"]["template"]["spec"]["containers"]
        named = [
            source["configMapRef"]["name"] for source in container["envFrom"] if "configMapRef" in source
        ]
        assert any(name.startswith("livechat-") and not name.startswith("livechat-kafka") for name in named)
