"""What `make deploy-real` reckons before it asks a cluster: who may reach whom, the proxy's ways, and its table."""

import re
from pathlib import Path

import pytest
import yaml
from aiokafka import TopicPartition
from pydantic import SecretStr
from starlette.routing import WebSocketRoute

from deploy.generate import OUTSIDE
from deploy.mistakes import bad
from deploy.real import matrix
from deploy.real.__main__ import STEPS
from deploy.real.cluster import settled
from deploy.real.dry_run import misshapen, moved
from deploy.real.installation import installed, own, secrets_of
from deploy.real.matrix import differences, expected, roles
from deploy.real.proxy import config, manifests
from deploy.real.rebuild import RESTS_S, resting
from deploy.real.report import Outcome, table
from deploy.real.settings import RealSettings
from deploy.rendering import OVERLAYS, Manifest
from deploy.routes import Way, ways
from services.cli.catalogue import SERVICES
from tests.deploy.overlays import rendered

LOCATION = re.compile(r"location (= )?(\S+) \{ proxy_pass http://(\w+)\.(\w+);(.*) \}")


@pytest.fixture
def settings(tmp_path: Path) -> RealSettings:
    return RealSettings(
        kafka="192.0.2.7:9092",
        postgres="postgresql://postgres:x@192.0.2.8:5433/postgres",
        image="registry.test/livechat:0-2-0",
        proxy_image="nginx:1",
        files_endpoint="http://192.0.2.9:443",
        files_key_id="key",
        files_secret=SecretStr("secret"),
        namespace="tried",
        data=tmp_path,
    )


def test_every_pod_is_tried_against_every_role_and_server() -> None:
    flows = expected()

    assert len(roles()) == sum(len(service.role_names) for service in SERVICES.values())
    for source in (*roles(), matrix.MIGRATION, matrix.CREATION):
        reached = {target for of, target in flows if of == source}
        assert reached == {*roles(), *matrix.SERVERS} - {source}, source


def test_what_is_open_is_what_the_code_needs() -> None:
    opened = {flow for flow, is_open in expected().items() if is_open}

    assert {(matrix.MIGRATION, matrix.KAFKA), (matrix.CREATION, matrix.POSTGRES)}.isdisjoint(opened)
    assert {source for source, target in opened if target in roles()} == {matrix.INGRESS, matrix.MONITORING}
    assert {target for source, target in opened if source == matrix.INGRESS} == {
        f"{name}-api" for name in SERVICES
    }
    assert {source for source, target in opened if target == matrix.FILES} == {
        matrix.ELSEWHERE,
        *(f"{one.service}-{role}" for one in OUTSIDE for role in one.roles),
    }
    assert {source for source, target in opened if target == matrix.API_SERVER} == {matrix.ELSEWHERE}


def test_a_flow_that_differs_or_was_not_tried_is_told() -> None:
    wanted = {("a", "b"): True, ("a", "c"): False, ("b", "c"): False}

    assert differences(wanted, wanted) == []
    assert differences(wanted, {("a", "b"): False, ("a", "c"): True}) == [
        "a → b is closed, not open",
        "a → c is open, not closed",
        "b → c is not tried, not closed",
    ]


def test_the_proxy_leads_where_the_routes_are_and_nowhere_else() -> None:
    text = config(ways(), "tried")
    led = {(exact.strip() + path): service for exact, path, service, _, _ in LOCATION.findall(text)}

    assert led["=/api/gateway/socket"] == "gateway"
    assert {led[f"/api/{name}/"] for name in SERVICES} == {*SERVICES}
    assert "/" not in led
    assert not any("metrics" in path or "readyz" in path for path in led)
    assert len(led) == len(LOCATION.findall(text)), "nginx refuses a location that is there twice"


def test_sockets_alone_stay_open() -> None:
    upgraded = {
        path for _, path, _, _, more in LOCATION.findall(config(ways(), "tried")) if "Upgrade" in more
    }

    assert upgraded == {
        f"/api/{service.name}{route.path}"
        for service in SERVICES.values()
        for route in service.routes
        if isinstance(route, WebSocketRoute)
    }


def test_the_narrower_way_wins() -> None:
    text = config([Way("/a", "crm", exact=True), Way("/a", "gateway")], "n")

    assert [(path, service) for _, path, service, _, _ in LOCATION.findall(text)] == [
        ("/a", "crm"),
        ("/a/", "gateway"),
    ]


def test_the_proxy_is_where_policies_let_in() -> None:
    (policy,) = [one for one in rendered("dev") if one["metadata"]["name"] == "ingress"]
    (peer,) = policy["spec"]["ingress"][0]["from"]
    namespace = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]

    made = {one["kind"]: one["metadata"] for one in manifests("nginx:1", "tried")}
    assert made["Namespace"]["name"] == made["Deployment"]["namespace"] == namespace


def test_an_installation_is_the_overlay_with_what_is_its_own(settings: RealSettings) -> None:
    found = installed(settings, settings.image, {"LIVECHAT_LOG_LEVEL": "ERROR"})
    by_name = {f"{one['kind']}/{one['metadata']['name']}": one for one in found}

    assert len(found) == len(rendered("dev"))
    assert {one["metadata"].get("namespace", "tried") for one in found} == {"tried"}
    assert {_image(one) for one in found if one["kind"] in {"Deployment", "Job"}} == {settings.image}
    assert "Job/migrate-crm-0-2-0" in by_name
    assert _egress(by_name["NetworkPolicy/kafka"]) == ("192.0.2.7/32", 9092)
    assert _egress(by_name["NetworkPolicy/postgres"]) == ("192.0.2.8/32", 5433)
    assert by_name["ConfigMap/livechat-kafka"]["data"]["LIVECHAT_KAFKA"] == "192.0.2.7:9092"
    (variables,) = [
        one["data"] for name, one in by_name.items() if re.match("ConfigMap/livechat-(?!kafka)", name)
    ]
    assert variables["LIVECHAT_LOG_LEVEL"] == "ERROR"
    assert variables["LIVECHAT_GATEWAY_FILES_ENDPOINT"] == settings.files_endpoint


def test_a_changed_setting_changes_every_pod(settings: RealSettings) -> None:
    before, after = (
        installed(settings, settings.image, more) for more in ({}, {"LIVECHAT_LOG_LEVEL": "ERROR"})
    )
    same = [
        one["metadata"]["name"]
        for one, other in zip(_deployments(before), _deployments(after), strict=True)
        if one["spec"]["template"] == other["spec"]["template"]
    ]

    assert same == []


def test_the_overlay_has_the_places_that_are_filled_in(settings: RealSettings) -> None:
    written = yaml.safe_load((OVERLAYS / "dev" / "kustomization.yaml").read_text())

    filled = own(written, settings, settings.image)
    assert [one for one in filled["patches"] if one not in written["patches"]] != []
    assert filled["replacements"] == written["replacements"]


def test_every_secret_that_a_pod_needs_is_made(settings: RealSettings) -> None:
    made = {one["metadata"]["name"] for one in secrets_of(settings, dict.fromkeys(SERVICES, "url"))}
    named = {
        source["secret"]["name"]
        for one in rendered("dev")
        if one["kind"] in {"Deployment", "Job"}
        for volume in one["spec"]["template"]["spec"]["volumes"]
        for source in volume.get("projected", {}).get("sources", ())
        if not source["secret"].get("optional")
    }

    assert made == named


def test_mistakes_of_shape_are_told_from_those_that_a_server_takes() -> None:
    shaped = {path.stem for path in bad() if misshapen(path.read_text())}

    assert {"wrong_type", "unknown_field", "given_twice", "removed_version"} <= shaped
    assert {"budget_of_none", "egress_to_everything", "secret_as_variables"}.isdisjoint(shaped)


def test_manifests_are_tried_in_a_namespace_of_their_own() -> None:
    moved_ones = [moved(one, "tried") for one in rendered("dev")]

    assert {one["metadata"]["name"] for one in moved_ones if one["kind"] == "Namespace"} == {"tried"}
    assert {one["metadata"]["namespace"] for one in moved_ones if one["kind"] != "Namespace"} == {"tried"}


def _deployment(**status: int) -> Manifest:
    return {"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": status}


DONE = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}


def test_a_deployment_has_settled_when_all_its_pods_are_new_and_available() -> None:
    assert settled(_deployment(**DONE))
    assert settled(
        {"metadata": {"generation": 1}, "spec": {"replicas": 0}, "status": {"observedGeneration": 1}}
    )


@pytest.mark.parametrize("less", [*DONE])
def test_a_deployment_has_not_settled_while_anything_is_missing(less: str) -> None:
    assert not settled(_deployment(**{**DONE, less: 1}))


def test_the_log_rests_when_it_has_ended_at_the_same_place_for_long_enough() -> None:
    part, clock = TopicPartition("events", 0), [0.0]
    ends = {part: 7}
    look = resting(lambda: dict(ends), lambda: clock[0])

    assert look() is not None
    clock[0] = RESTS_S - 1
    ends[part] = 8  # Somebody's lease ended.
    assert look() is not None
    clock[0] += RESTS_S - 1
    assert look() is not None
    clock[0] += 1
    assert look() is None


def test_the_table_has_a_line_for_each_step_and_goes_on_below() -> None:
    text = table([Outcome("up", True, 61.4, "all is there"), Outcome("demo", False, 3.0, "none " * 60)])

    lines = text.splitlines()
    assert lines[1] == "✓  up    61 s  all is there"
    assert lines[2].startswith("✗  demo  3 s   none")
    assert lines[3].startswith(" " * 15 + "none")
    assert max(map(len, lines)) <= 110


def test_steps_are_as_the_page_tells() -> None:
    page = (OVERLAYS.parent / "README.md").read_text()

    assert [name for name in STEPS if f"`{name}`" not in page] == []


def _image(one: Manifest) -> str:
    found: str = one["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


def _egress(policy: Manifest) -> tuple[str, int]:
    (rule,) = policy["spec"]["egress"]
    ((to,), (port,)) = rule["to"], rule["ports"]
    return to["ipBlock"]["cidr"], port["port"]


def _deployments(found: list[Manifest]) -> list[Manifest]:
    return [one for one in found if one["kind"] == "Deployment"]
