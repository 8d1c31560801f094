"""Step `dry-run`: a server takes every overlay, strictly and without a warning, and refuses what is a mistake."""

import os
import re
from pathlib import Path

import yaml

from deploy import crds
from deploy.mistakes import bad
from deploy.real.cluster import Cluster
from deploy.real.kubectl import Failed
from deploy.rendering import OVERLAYS, Manifest, Unreadable, read, render
from deploy.validation import problems_of_shape

STRICTLY = (
    "apply",
    "--server-side",
    "--dry-run=server",
    "--validate=strict",
    "--warnings-as-errors",
    "-f",
    "-",
)
ESTABLISHED_WITHIN_S = 60
_NAMESPACE = re.compile(r"namespace: \S+")


def dry_run(cluster: Cluster) -> str:
    """Every overlay is taken, every mistake of shape is refused, and what was there for it is removed."""
    namespace = f"{cluster.settings.namespace}-dry-run"
    left = _define(cluster)
    cluster.kubectl.apply([_namespace(namespace)])
    try:
        told = [
            f"{overlay.name} {_taken(cluster, overlay, namespace, left)}"
            for overlay in sorted(OVERLAYS.iterdir())
        ]
        refused = _refused(cluster, namespace)
    finally:
        cluster.kubectl.run("delete", "namespace", namespace, "--wait=false")
    without = f"; left out, because nothing defines them: {', '.join(sorted(left))}" if left else ""
    return f"taken, with no warning: {', '.join(told)} manifests; refused: {refused}{without}"


def _define(cluster: Cluster) -> set[str]:
    """Gives the cluster the definitions in the folder that CRDS names; the kinds that it lacks all the same."""
    if folder := os.environ.get(crds.FOLDER):
        cluster.kubectl.run("apply", "--server-side", "-f", folder)
        cluster.kubectl.run(
            "wait", "--for=condition=Established", "crd", "--all", f"--timeout={ESTABLISHED_WITHIN_S}s"
        )
    known = cluster.kubectl.run("api-resources", "--no-headers").splitlines()
    there = {(words[-3], words[-1]) for words in map(str.split, known)}
    return {
        kind
        for version, _, kind in (one.rpartition("/") for one in crds.KINDS)
        if (version, kind) not in there
    }


def _taken(cluster: Cluster, overlay: Path, namespace: str, left: set[str]) -> int:
    manifests = [moved(one, namespace) for one in read(render(overlay)) if one["kind"] not in left]
    done = cluster.kubectl.tried(*STRICTLY, given=yaml.safe_dump_all(manifests))
    if done.returncode != 0:
        raise Failed(f"{overlay.name}: {done.stderr.strip()[-1500:]}")
    return len(manifests)


def _refused(cluster: Cluster, namespace: str) -> str:
    """Mistakes of shape are a server's to refuse; the others are what our own rules are for."""
    wrong, files = [], [path for path in bad() if misshapen(path.read_text())]
    for path in files:
        text = _NAMESPACE.sub(f"namespace: {namespace}", path.read_text())
        done = cluster.kubectl.tried("-n", namespace, *STRICTLY, given=text)
        if done.returncode == 0:
            wrong.append(path.name)
        reason = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        cluster.say(f"  {path.name}: {reason[:200]}")
    if wrong:
        raise Failed(f"the server takes {', '.join(wrong)}")
    rest = len(bad()) - len(files)
    return f"{len(files)} of {len(files)} mistakes of shape ({rest} others are refused by our rules alone)"


def misshapen(text: str) -> bool:
    """Whether a file has a mistake that schemas know of, and not only one that our rules have found."""
    try:
        return bool(problems_of_shape(read(text)))
    except Unreadable:
        return True


def moved(manifest: Manifest, namespace: str) -> Manifest:
    """The same in another namespace; a Namespace under its name."""
    place = {"name": namespace} if manifest["kind"] == "Namespace" else {"namespace": namespace}
    return {**manifest, "metadata": {**manifest["metadata"], **place}}


def _namespace(name: str) -> Manifest:
    enforced = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": enforced}}
