"""Renders an overlay with kustomize and reads what comes out as strictly as an API server would."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

OVERLAYS = Path(__file__).parent / "overlays"
RENDER_WITHIN_S = 60.0
BUILD_WITHIN_S = 600.0
KUSTOMIZE_MAJOR_MIN = 5
GO_MODULE = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"
_OWN = Path(__file__).parents[1] / ".livechat" / "cache" / "bin" / "kustomize"

Manifest = dict[str, Any]


class Unreadable(Exception):
    """The overlay cannot be rendered, or the YAML says something twice."""


# libyaml's parser, ten times as fast, where the package was built with it.
class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # The package ships no types.
    """Refuses a key that is given twice, of which YAML silently takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Unreadable(f"line {node.start_mark.line + 1}: {key} is given twice")
        return super().construct_mapping(node, deep)


def read(text: str) -> list[Manifest]:
    """The manifests of a YAML stream. Raises Unreadable."""
    try:
        found = [one for one in yaml.load_all(text, _Strict) if one is not None]
    except yaml.YAMLError as error:
        raise Unreadable(str(error)) from None
    if not all(isinstance(one, dict) for one in found):
        raise Unreadable("a document is no mapping")
    return found


def render(overlay: Path) -> str:
    """The overlay as YAML. Raises Unreadable where kustomize refuses it or is not to be had."""
    done = subprocess.run(
        [*kustomize(), str(overlay)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RENDER_WITHIN_S,
    )  # fmt: skip
    if done.returncode != 0:
        raise Unreadable(done.stderr.strip())
    return done.stdout


def kustomize() -> list[str]:
    """The command that renders a folder: kustomize, kubectl, or a kustomize built by Go for this project alone."""
    for command in (["kustomize", "build"], ["kubectl", "kustomize"], [str(_OWN), "build"]):
        if shutil.which(command[0]) and _new_enough(command[0]):
            return command
    if shutil.which("go") is None:
        raise Unreadable("No kustomize 5 is here: install kubectl 1.27 or newer, kustomize 5, or Go 1.22.")
    _run(["env", f"GOBIN={_OWN.parent}", "CGO_ENABLED=0", "go", "install", GO_MODULE])
    return [str(_OWN), "build"]


def _new_enough(program: str) -> bool:
    kubectl = program == "kubectl"
    argv = [program, "version", *(["--client"] if kubectl else [])]
    said = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RENDER_WITHIN_S
    ).stdout
    major = re.search(r"Kustomize Version: v(\d+)\." if kubectl else r"v(\d+)\.", said)
    # A kustomize that Go built from its module names no version.
    return int(major.group(1)) >= KUSTOMIZE_MAJOR_MIN if major else program == str(_OWN)


def _run(argv: list[str]) -> None:
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BUILD_WITHIN_S
    )
    if done.returncode != 0:
        raise Unreadable(f"{' '.join(argv)} failed: {done.stderr[-2000:].strip()}")
