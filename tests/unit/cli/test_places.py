"""What the doctor advises can be run where it was asked: the programs, containers and Deployments are there."""

import re

import pytest
from typer.main import get_command

from deploy.one_machine import compose
from services.cli.application import app
from services.cli.catalogue import SERVICES
from services.cli.doctor.place import Kind, Place, place_of

IN_A_POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "crm-api-7c9"}
COMMANDS = get_command(app).commands  # type: ignore[attr-defined] # It is a group, of typer's own.
DEPLOYMENTS = {f"{service.name}-{role}" for service in SERVICES.values() for role in service.role_names}


def told(place: Place) -> list[str]:
    return [
        place.livechat("rebuild crm leads"),
        place.elsewhere("doctor"),
        place.migrate("crm"),
        place.topics("--create"),
        place.start("crm", "relay"),
        place.scale("crm", "projectors"),
        place.sql("crm", "SELECT 1"),
    ]


@pytest.mark.parametrize("kind", Kind)
def test_commands_of_ours_are_there(kind: Kind) -> None:
    for line in told(place_of(kind, {})):
        assert {*re.findall(r"(?<!-n )livechat ([a-z]+)(?= |$)", line)} <= {*COMMANDS}
        assert "{" not in line


def test_on_one_machine_every_container_that_is_named_is_one_of_compose() -> None:
    services = compose()["services"]

    for line in told(place_of(Kind.MACHINE, {})):
        words = line.replace("--scale crm=2 ", "").partition(" (")[0].split()
        assert words[:2] == ["docker", "compose"]
        assert {*words[2:]} & {*services}, line


def test_in_a_cluster_commands_run_in_the_pod_where_they_were_asked_for() -> None:
    place = place_of(None, IN_A_POD)

    assert (
        place.livechat("parked list crm")
        == "kubectl -n livechat exec crm-api-7c9 -- livechat parked list crm"
    )
    named = {name for line in told(place) for name in re.findall(r"deployment/(\S+)", line)}
    assert named == {"crm-relay", "crm-projectors"} <= DEPLOYMENTS
    assert not [line for line in told(place) if "python -m" in line or line.startswith("psql")]


def test_elsewhere_it_is_a_shell() -> None:
    assert place_of(None, {"HOSTNAME": "laptop"}) == place_of(Kind.SHELL, {})
