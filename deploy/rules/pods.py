"""What every pod of ours is: restricted, of known size, and watched by probes that mean what they should."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from deploy.manifest import at, container, name_of, of_kind, pods, template
from deploy.rendering import Manifest

REBUILD_S_MAX = 7_200
"""Some 60 million events of a topic, at the 9,400 a second that were measured in a cluster."""


def pods_are_restricted(manifests: Sequence[Manifest]) -> Iterator[str]:
    """No root, no new privileges, no capability, no writing to the image, no token, and known sizes."""
    wanted: tuple[tuple[tuple[str, ...], Any], ...] = (
        (("automountServiceAccountToken",), False),
        (("securityContext", "runAsNonRoot"), True),
        (("securityContext", "seccompProfile", "type"), "RuntimeDefault"),
        (("containers", "securityContext", "readOnlyRootFilesystem"), True),
        (("containers", "securityContext", "allowPrivilegeEscalation"), False),
        (("containers", "securityContext", "capabilities", "drop"), ["ALL"]),
    )
    for one in pods(manifests):
        spec = template(one)["spec"]
        if len(spec["containers"]) != 1 or spec.get("initContainers"):
            yield f"{name_of(one)}: more than the one container that the rules look at"
        for path, value in wanted:
            if at({**spec, "containers": container(one)}, *path) != value:
                yield f"{name_of(one)}: {'.'.join(path)} is not {json.dumps(value)}"
        for path in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
            if at(container(one), "resources", *path) is None:
                yield f"{name_of(one)}: resources.{'.'.join(path)} is not set"


def rebuilds_have_time(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A pod is not ready while its service's read models are rebuilt; by itself a rollout fails after ten minutes."""
    for one in of_kind(manifests, "Deployment"):
        if one["spec"].get("progressDeadlineSeconds", 600) < REBUILD_S_MAX:
            yield f"{name_of(one)}: progressDeadlineSeconds is less than the {REBUILD_S_MAX} s that a rebuild may take"


def roles_are_watched(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Three probes at the addresses that a process answers, and time enough to end what runs."""
    wanted = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    for one in of_kind(manifests, "Deployment"):
        names = {port.get("name") for port in container(one).get("ports", ())}
        for probe, path in wanted.items():
            asked = at(container(one), probe, "httpGet") or {}
            if asked.get("path") != path or asked.get("port") not in names:
                yield f"{name_of(one)}: {probe} does not ask {path} at a port of the container"
        waits = at(container(one), "lifecycle", "preStop", "sleep", "seconds") or 0
        values = {variable["name"]: variable.get("value") for variable in container(one).get("env", ())}
        needs = waits + 2 * int(values.get("LIVECHAT_DRAIN_S") or 15)
        if one["spec"]["template"]["spec"].get("terminationGracePeriodSeconds", 30) <= needs:
            yield f"{name_of(one)}: is killed before the {needs} s that it may need to end"
