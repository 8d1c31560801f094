"""In a cluster people work in a pod of their own, which is there while they do, and may no more than they need."""

import pytest

from deploy.manifest import container, of_kind, pod_labels, selects, template
from deploy.rendering import Manifest
from services.cli.catalogue import SERVICES
from tests.deploy.overlays import NAMES, of, rendered


def operator(overlay: str) -> Manifest:
    return of(overlay, "CronJob")["operator"]


def mounted(overlay: str) -> list[str]:
    sources = template(operator(overlay))["spec"]["volumes"][0]["projected"]["sources"]
    return [source["secret"]["name"] for source in sources]


@pytest.mark.parametrize("overlay", NAMES)
def test_nothing_starts_it_by_itself_and_it_ends_within_an_hour(overlay: str) -> None:
    spec = operator(overlay)["spec"]

    assert spec["suspend"] is True
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] <= 3600
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0


@pytest.mark.parametrize("overlay", NAMES)
def test_it_knows_every_service_and_no_owner_of_a_database(overlay: str) -> None:
    secrets = mounted(overlay)

    assert {*SERVICES, "livechat-tokens"} <= {*secrets}
    assert not [name for name in secrets if name.endswith("-owner") or name == "livechat-backup"]


def test_its_own_user_of_kafka_counts_before_those_of_services() -> None:
    ordered, by_strimzi = mounted("staging"), mounted("prod")

    assert ordered.index("livechat-operator") > max(ordered.index(name) for name in SERVICES)
    assert by_strimzi.index("kafka-operator") > max(by_strimzi.index(name) for name in SERVICES)
    assert {"name": "LIVECHAT_KAFKA_USER", "value": "kafka-operator"} in container(operator("prod"))["env"]


@pytest.mark.parametrize("overlay", NAMES)
def test_it_reaches_servers_and_what_serves_requests_and_nobody_reaches_it(overlay: str) -> None:
    labels = pod_labels(operator(overlay))
    policies = [
        one
        for one in of_kind(rendered(overlay), "NetworkPolicy")
        if selects(one["spec"]["podSelector"], labels)
    ]

    assert {one["metadata"]["name"] for one in policies if one["spec"].get("egress")} == {
        "dns", "kafka", "operator", "postgres"
    }  # fmt: skip
    assert not any(one["spec"].get("ingress") for one in policies)
    (let_in,) = [
        one for one in of(overlay, "NetworkPolicy").values() if one["metadata"]["name"] == "from-operator"
    ]
    for name, one in of(overlay, "Deployment").items():
        assert selects(let_in["spec"]["podSelector"], pod_labels(one)) == name.endswith("-api")
