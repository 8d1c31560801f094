"""What an API server would take although it would not work, or that we do not want: a rule for each mistake."""

from collections.abc import Callable, Iterator, Sequence

from deploy.rendering import Manifest
from deploy.rules import connections, drains, kafka, names, network, pods, scaling

Rule = Callable[[Sequence[Manifest]], Iterator[str]]

RULES: tuple[Rule, ...] = (
    names.named_once,
    names.in_one_namespace,
    names.no_secret_values,
    names.secrets_are_files,
    names.selectors_find_the_right_pods,
    names.names_lead_somewhere,
    names.images_have_a_version,
    names.jobs_are_named_as_hosts,
    pods.pods_are_restricted,
    pods.roles_are_watched,
    pods.rebuilds_have_time,
    drains.drains_come_to_an_end,
    drains.what_is_many_has_a_budget,
    network.nothing_is_open_by_itself,
    network.rules_name_peer_and_port,
    network.policies_find_pods,
    network.every_pod_reaches_something,
    connections.the_database_has_a_connection_for_everybody,
    kafka.names_are_everybodys,
    scaling.scalers_scale_something,
    scaling.scalers_leave_somebody,
    scaling.lag_is_asked_for_rightly,
    scaling.scalers_measure_what_a_process_takes,
    scaling.one_says_how_many,
)
