"""Topics are called alike by everybody: by the processes, by who makes them, and by who looks at their lag."""

from collections.abc import Iterator, Sequence

from deploy.acl import NAMES
from deploy.manifest import name_of, of_kind
from deploy.rendering import Manifest

NOTHING = {None, ""}
ALLOWED = {
    "LIVECHAT_TOPIC_PREFIX": NOTHING,
    "LIVECHAT_EPOCH": {str(NAMES.epoch)} if NAMES.epoch > 1 else {*NOTHING, "1"},
}


def names_are_everybodys(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Topics, rights and triggers here have no prefix, and one epoch: so have the processes beside them."""
    named = [*of_kind(manifests, "KafkaTopic", "KafkaUser"), *_by_lag(manifests)]
    for one in of_kind(manifests, "ConfigMap") if named else ():
        for variable, allowed in ALLOWED.items():
            if (one.get("data") or {}).get(variable) not in allowed:
                wanted = "empty" if "" in allowed else str(NAMES.epoch)
                yield f"{name_of(one)}: {variable} has to be {wanted}, since {name_of(named[0])} is called so"


def _by_lag(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    for one in of_kind(manifests, "ScaledObject"):
        if any(trigger["type"] == "kafka" for trigger in one["spec"].get("triggers", ())):
            yield one
