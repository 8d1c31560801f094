"""The overlays as kustomize renders them, once in each process."""

from functools import cache

from deploy.rendering import OVERLAYS, Manifest, read, render

NAMES = sorted(path.name for path in OVERLAYS.iterdir())


@cache
def rendered(overlay: str) -> list[Manifest]:
    """The overlay's manifests; copy what you spoil."""
    return read(render(OVERLAYS / overlay))


def of(overlay: str, kind: str) -> dict[str, Manifest]:
    """Those of a kind, by name."""
    return {one["metadata"]["name"]: one for one in rendered(overlay) if one["kind"] == kind}
