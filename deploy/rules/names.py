"""Names lead where they are meant to: no manifest twice or astray, no secret told, no selector that finds others."""

from collections import Counter
from collections.abc import Iterator, Sequence

from deploy.manifest import container, name_of, of_kind, pod_labels, pods, selects, template
from deploy.rendering import Manifest

WITHOUT_NAMESPACE = {"Namespace", "PriorityClass"}


def named_once(manifests: Sequence[Manifest]) -> Iterator[str]:
    """No manifest silently replaces another."""
    for name, times in Counter(map(name_of, manifests)).items():
        if times > 1:
            yield f"{name}: is there {times} times"


def in_one_namespace(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Everything is in the namespace that the overlay makes, which enforces the restricted standard."""
    spaces = [*of_kind(manifests, "Namespace")]
    names = {one["metadata"]["name"] for one in spaces}
    for one in spaces:
        if one["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{name_of(one)}: does not enforce the restricted pod security standard"
    for one in manifests:
        if one["kind"] not in WITHOUT_NAMESPACE and one["metadata"].get("namespace") not in names:
            yield f"{name_of(one)}: is in no namespace of this overlay"


def no_secret_values(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Secrets are named, never written down."""
    for one in manifests:
        if one["kind"] == "Secret":
            yield f"{name_of(one)}: a Secret's values do not belong into the tree"
        for name in one.get("data", {}) if one["kind"] == "ConfigMap" else ():
            if name.endswith(("_DATABASE", "_KEY", "_SECRET", "_PASSWORD")):
                yield f"{name_of(one)}: {name} belongs into a Secret"


def secrets_are_files(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A variable keeps what a Secret was at the start, and whoever lists a process's variables reads it."""
    for one in pods(manifests):
        sources = [source["valueFrom"] for source in container(one).get("env", ()) if "valueFrom" in source]
        if _sources(one, "secretRef") or any("secretKeyRef" in source for source in sources):
            yield f"{name_of(one)}: has a Secret as variables; mount it as files"


def selectors_find_the_right_pods(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A Deployment finds its own pods; a Service those of Deployments, never a Job's."""
    deployments = [*of_kind(manifests, "Deployment")]
    for one in deployments:
        if not selects(one["spec"]["selector"], pod_labels(one)):
            yield f"{name_of(one)}: its selector does not match its own pods"
    for service in of_kind(manifests, "Service"):
        selector = service["spec"].get("selector", {})
        found = [one for one in deployments if _finds(selector, one)]
        if len(found) != 1:
            yield f"{name_of(service)}: selects the pods of {len(found)} Deployments, not of one"
        for job in (one for one in of_kind(manifests, "Job") if _finds(selector, one)):
            yield f"{name_of(service)}: would send requests to {name_of(job)}"
        yield from _ports_exist(service, found)


def _ports_exist(service: Manifest, deployments: Sequence[Manifest]) -> Iterator[str]:
    named = {port.get("name") for one in deployments for port in container(one).get("ports", ())}
    for port in service["spec"].get("ports", ()):
        if port.get("targetPort") not in named:
            yield f"{name_of(service)}: no container has a port {port.get('targetPort')}"


def names_lead_somewhere(manifests: Sequence[Manifest]) -> Iterator[str]:
    """ConfigMaps and service accounts that pods name are there; Secrets are the operator's."""
    there = set(map(name_of, manifests))
    for one in pods(manifests):
        wanted = [f"ConfigMap/{source['configMapRef']['name']}" for source in _sources(one, "configMapRef")]
        if account := template(one)["spec"].get("serviceAccountName"):
            wanted.append(f"ServiceAccount/{account}")
        for name in wanted:
            if name not in there:
                yield f"{name_of(one)}: {name} is not there"


def images_have_a_version(manifests: Sequence[Manifest]) -> Iterator[str]:
    """What runs is said exactly."""
    for one in pods(manifests):
        image = container(one).get("image", "")
        tag = image.rpartition("/")[2].partition(":")[2]
        if not tag or tag == "latest":
            yield f"{name_of(one)}: image {image} has no version"


def jobs_are_named_as_hosts(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A Job's name is that of its pods' hosts, so it has no dots."""
    for one in of_kind(manifests, "Job"):
        if "." in one["metadata"]["name"]:
            yield f"{name_of(one)}: a dot, as of the image's tag, is no part of a host's name"


def _finds(selector: dict[str, str], owner: Manifest) -> bool:
    return bool(selector) and selects({"matchLabels": selector}, pod_labels(owner))


def _sources(manifest: Manifest, kind: str) -> list[Manifest]:
    return [source for source in container(manifest).get("envFrom", ()) if kind in source]
