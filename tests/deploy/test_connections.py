"""PostgreSQL's connections suffice for what scalers may start, and they start no more than is of use."""

from copy import deepcopy

from deploy.manifest import of_kind
from deploy.rules.connections import the_database_has_a_connection_for_everybody
from deploy.rules.scaling import scalers_measure_what_a_process_takes
from tests.deploy.overlays import rendered


def test_every_process_of_prod_gets_its_connections() -> None:
    assert [*the_database_has_a_connection_for_everybody(rendered("prod"))] == []


def test_a_scaler_that_goes_beyond_the_database_is_refused() -> None:
    spoiled = deepcopy(rendered("prod"))
    for one in of_kind(spoiled, "HorizontalPodAutoscaler"):
        one["spec"]["maxReplicas"] = 12

    (said,) = the_database_has_a_connection_for_everybody(spoiled)
    assert said.startswith("Cluster/livechat-postgres: 997 connections are fewer than the ")


def test_an_api_is_scaled_by_processor_time_and_not_by_a_share_of_a_small_request() -> None:
    spoiled = deepcopy(rendered("prod"))
    (one,) = [
        one for one in of_kind(spoiled, "HorizontalPodAutoscaler") if one["metadata"]["name"] == "crm-api"
    ]
    one["spec"]["metrics"][0]["resource"]["target"] = {"type": "Utilization", "averageUtilization": 70}

    assert [*scalers_measure_what_a_process_takes(rendered("prod"))] == []
    (said,) = scalers_measure_what_a_process_takes(spoiled)
    assert said.startswith("HorizontalPodAutoscaler/crm-api: ")
