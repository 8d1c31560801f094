"""Who may talk to whom: nobody, but for what a policy names by peer and port."""

from collections.abc import Iterator, Sequence

from deploy.manifest import Labels, container, name_of, of_kind, pod_labels, pods, selects
from deploy.rendering import Manifest

EVERYWHERE = {"0.0.0.0/0", "::/0"}


def nothing_is_open_by_itself(manifests: Sequence[Manifest]) -> Iterator[str]:
    """One policy isolates every pod of the namespace, in both directions, and allows nothing."""
    if not any(True for _ in pods(manifests)):
        return
    denying = [
        one["spec"]
        for one in of_kind(manifests, "NetworkPolicy")
        if one["spec"]["podSelector"] == {}
        and not one["spec"].get("ingress")
        and not one["spec"].get("egress")
    ]
    for way in ("Ingress", "Egress"):
        if not any(way in spec.get("policyTypes", ()) for spec in denying):
            yield f"NetworkPolicy: {way} is denied to nobody by default"


def rules_name_peer_and_port(manifests: Sequence[Manifest]) -> Iterator[str]:
    """No rule is for all peers or all ports; the whole internet without private networks at most."""
    for one in of_kind(manifests, "NetworkPolicy"):
        for way, side in (("ingress", "from"), ("egress", "to")):
            for rule in one["spec"].get(way, ()):
                peers = rule.get(side)
                if not peers or not rule.get("ports"):
                    yield f"{name_of(one)}: a rule of {way} does not name peers and ports"
                for peer in peers or ():
                    block = peer.get("ipBlock", {})
                    if block.get("cidr") in EVERYWHERE and not block.get("except"):
                        yield f"{name_of(one)}: {block['cidr']} without exceptions is every network there is"
                    if {} in (peer, peer.get("namespaceSelector")) and not peer.get("podSelector"):
                        yield f"{name_of(one)}: a peer of {way} is every pod of every namespace"


def policies_find_pods(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A policy that is for nobody has a mistake in its selector; one that is opened has the port."""
    for one in of_kind(manifests, "NetworkPolicy"):
        selector = one["spec"]["podSelector"]
        found = [owner for owner in pods(manifests) if selects(selector, pod_labels(owner))]
        if not found and not any(selects(selector, labels) for labels in _made_by_others(manifests)):
            yield f"{name_of(one)}: selects no pod"
        for port in (port for rule in one["spec"].get("ingress", ()) for port in rule.get("ports", ())):
            for owner in found:
                if port.get("port") not in {known.get("name") for known in container(owner).get("ports", ())}:
                    yield f"{name_of(one)}: {name_of(owner)} has no port {port.get('port')}"


def every_pod_reaches_something(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A pod that may reach nothing cannot even look up a name."""
    opening = [one["spec"] for one in of_kind(manifests, "NetworkPolicy") if one["spec"].get("egress")]
    for owner in pods(manifests):
        mine = [spec for spec in opening if selects(spec["podSelector"], pod_labels(owner))]
        rules = [rule for spec in mine for rule in spec["egress"]]
        ports = {port.get("port") for rule in rules for port in rule.get("ports", ())}
        if 53 not in ports:
            yield f"{name_of(owner)}: no policy lets it ask for names"
        if ports <= {53}:
            yield f"{name_of(owner)}: no policy lets it reach anything"


def _made_by_others(manifests: Sequence[Manifest]) -> Iterator[Labels]:
    """The labels of pods that other controllers make of our manifests."""
    for one in of_kind(manifests, "Kafka"):
        yield {"strimzi.io/cluster": one["metadata"]["name"], "strimzi.io/kind": "Kafka"}
    for one in of_kind(manifests, "Cluster"):
        yield {"cnpg.io/cluster": one["metadata"]["name"], "cnpg.io/podRole": "instance"}
