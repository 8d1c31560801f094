"""The guide to sizing says how many processes and connections the overlays have."""

from pathlib import Path

import pytest

from deploy.rules.connections import at_most, at_rest
from tests.deploy.overlays import of, rendered

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("overlay", ["dev", "staging", "prod"])
def test_sizing_says_how_many_there_are(overlay: str) -> None:
    page = (ROOT / "docs" / "sizing.md").read_text()
    manifests = rendered(overlay)
    pods = sum(_replicas(overlay, name) for name in of(overlay, "Deployment"))

    assert f"| `{overlay}` | {pods} | {at_rest(manifests)} | {at_most(manifests):,} |" in page


def _replicas(overlay: str, name: str) -> int:
    for one in (*of(overlay, "HorizontalPodAutoscaler").values(), *of(overlay, "ScaledObject").values()):
        if one["spec"]["scaleTargetRef"]["name"] == name:
            return int(one["spec"].get("minReplicas") or one["spec"]["minReplicaCount"])
    return int(of(overlay, "Deployment")[name]["spec"].get("replicas", 1))
