"""Topics are called alike by everybody: by the processes, by who makes them, and by who looks at their lag."""

from collections.abc import Iterator, Sequence

from deploy.manifest import name_of, of_kind
from deploy.rendering import Manifest

UNPREFIXED = {"LIVECHAT_TOPIC_PREFIX": {None, ""}, "LIVECHAT_EPOCH": {None, "", "1"}}


def names_are_everybodys(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Topics, rights and triggers here have no prefix and no epoch, so processes beside them have none either."""
    named = [*of_kind(manifests, "KafkaTopic", "KafkaUser"), *_by_lag(manifests)]
    for one in of_kind(manifests, "ConfigMap") if named else ():
        for variable, allowed in UNPREFIXED.items():
            if (one.get("data") or {}).get(variable) not in allowed:
                yield f"{name_of(one)}: {variable} has to be empty, since {name_of(named[0])} is called without it"


def _by_lag(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    for one in of_kind(manifests, "ScaledObject"):
        if any(trigger["type"] == "kafka" for trigger in one["spec"].get("triggers", ())):
            yield one
