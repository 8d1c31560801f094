"""What other controllers are told is what the code says: topics, principals, databases, consumers, ways in."""

import pytest
from starlette.routing import Match

from contracts.topics import FOREVER, PARTITIONS, TOPICS
from deploy.agreement import disagreements, topics_in_code
from deploy.routes import Way, ways
from services.chassis.migrate import urls_of
from services.cli.catalogue import SERVICES
from tests.deploy.overlays import NAMES, of, rendered


def test_every_topic_is_there_as_agreed_and_survives_a_broker() -> None:
    assert disagreements(rendered("prod")) == []
    for spec in topics_in_code().values():
        assert (spec["partitions"], spec["replicas"]) == (PARTITIONS, 3)
        assert spec["config"]["min.insync.replicas"] == "2"
        assert spec["config"]["unclean.leader.election.enable"] == "false"


def test_a_kafka_of_ours_forgets_no_position_makes_no_topic_and_lets_nobody_lead_who_is_behind() -> None:
    config = of("prod", "Kafka")["livechat"]["spec"]["kafka"]["config"]

    assert config["offsets.retention.minutes"] == 2**31 - 1
    assert config["auto.create.topics.enable"] is False
    assert config["unclean.leader.election.enable"] is False


def test_events_are_kept_for_ever_and_state_is_compacted() -> None:
    for topic in TOPICS:
        config = of("prod", "KafkaTopic")[topic.name]["spec"]["config"]
        assert config["cleanup.policy"] == ("compact" if topic.kind == "state" else "delete")
        assert (FOREVER.items() <= config.items()) == (topic.kind == "events")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_comes_to_kafka_as_its_principal(name: str) -> None:
    for role in SERVICES[name].role_names:
        pod = of("prod", "Deployment")[f"{name}-{role}"]["spec"]["template"]["spec"]
        secrets = [source["secret"]["name"] for source in pod["volumes"][0]["projected"]["sources"]]
        assert {"name": "LIVECHAT_KAFKA_USER", "value": f"kafka-{name}"} in pod["containers"][0]["env"]
        assert [secret for secret in secrets if secret.startswith("kafka-")] == [f"kafka-{name}"]


def test_nobody_else_is_let_into_kafka_but_operators_and_who_looks_for_lag() -> None:
    users = of("prod", "KafkaUser")

    assert {*users} == {f"kafka-{name}" for name in (*SERVICES, "operator", "autoscaler")}
    for acl in users["kafka-autoscaler"]["spec"]["authorization"]["acls"]:
        assert acl["operations"] == ["Describe"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_database_with_the_roles_that_its_code_expects(name: str) -> None:
    urls = urls_of("postgresql://admin:x@localhost/postgres", name)
    app, worker = urls.app.split("/")[2].split(":")[0], urls.worker.split("/")[2].split(":")[0]

    roles = {one["spec"]["name"]: one["spec"] for one in of("prod", "DatabaseRole").values()}
    database = of("prod", "Database")[name]["spec"]
    assert database["name"] == urls.app.rpartition("/")[2]
    assert (roles[app]["bypassrls"], roles[worker]["bypassrls"]) == (False, True)
    assert roles[database["owner"]]["login"]
    assert database["owner"] not in {app, worker}


@pytest.mark.parametrize("overlay", ["staging", "prod"])
def test_what_consumes_is_scaled_by_the_lag_of_each_of_its_consumers(overlay: str) -> None:
    told = {
        (name, trigger["metadata"]["consumerGroup"], trigger["metadata"]["topic"])
        for name, one in of(overlay, "ScaledObject").items()
        for trigger in one["spec"]["triggers"]
    }

    assert told == {
        (f"{service.name}-{consumer.role}", consumer.group, consumer.topic.name)
        for service in SERVICES.values()
        for consumer in service.consumers
    }


def led_to(path: str) -> Way | None:
    """The way that an HTTPRoute's rules of precedence choose: the exact one, else the longest."""
    fitting = [
        way
        for way in ways()
        if path == way.path or (not way.exact and path.startswith(way.path.rstrip("/") + "/"))
    ]
    return max(fitting, key=lambda way: (way.exact, len(way.path)), default=None)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "gateway"),
        ("/inbox", "gateway"),
        ("/inbox/conversations/1", "gateway"),
        ("/widget/w/p.js", "gateway"),
        ("/api/crm/persons", "crm"),
        ("/api/gateway/sessions", "gateway"),
    ],
)
def test_requests_are_led_to_the_service_that_answers_them(path: str, service: str) -> None:
    way = led_to(path)

    assert way is not None
    assert (way.service, way.sockets) == (service, False)


def test_sockets_are_led_apart_and_have_no_end() -> None:
    way = led_to("/api/gateway/socket")
    assert way is not None
    assert way.sockets

    rules = of("prod", "HTTPRoute")["livechat"]["spec"]["rules"]
    for rule in rules:
        sockets = {"type": "Exact", "value": "/api/gateway/socket"} in [
            one["path"] for one in rule["matches"]
        ]
        assert (rule.get("timeouts") == {"request": "0s"}) == sockets


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz", "/api/nobody"])
def test_what_is_for_the_cluster_alone_is_not_reached_from_outside(path: str) -> None:
    assert led_to(path) is None


def test_every_page_has_a_way() -> None:
    for route in SERVICES["gateway"].pages:
        path = getattr(route, "path", "").replace("{rest:path}", "x").replace("{", "").replace("}", "")
        scope: dict[str, object] = {"type": "http", "method": "GET", "path": path, "headers": []}
        assert route.matches(scope)[0] is Match.FULL
        assert led_to(path) is not None, path


def test_the_routes_are_the_ways() -> None:
    rules = of("prod", "HTTPRoute")["livechat"]["spec"]["rules"]

    told = {
        (match["path"]["value"], match["path"]["type"] == "Exact", rule["backendRefs"][0]["name"])
        for rule in rules
        for match in rule["matches"]
    }
    assert told == {(way.path, way.exact, way.service) for way in ways()}


@pytest.mark.parametrize("overlay", NAMES)
def test_all_of_a_service_is_found_by_its_name(overlay: str) -> None:
    """What is ended and scaled for a restore, by one label."""
    for kind in ("Deployment", "ScaledObject", "HorizontalPodAutoscaler"):
        for name, one in of(overlay, kind).items():
            service = one["metadata"]["labels"]["app.kubernetes.io/name"]
            assert name.startswith(f"{service}-"), name
    migrations = [
        one["metadata"]["labels"]["app.kubernetes.io/name"]
        for one in of(overlay, "Job").values()
        if one["metadata"]["labels"]["app.kubernetes.io/component"] == "migration"
    ]
    assert sorted(migrations) == sorted(SERVICES)
