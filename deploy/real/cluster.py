"""What every step works with: the cluster, the settings, and what has to be waited for."""

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from deploy.real.kubectl import Failed, Kubectl
from deploy.real.matrix import INGRESS
from deploy.real.proxy import NAME, PORT
from deploy.real.settings import RealSettings
from deploy.rendering import Manifest

LOOK_AGAIN_S, ENFORCE_WITHIN_S, SETTLED_WITHIN_S = 2.0, 60.0, 900.0
OURS = "app.kubernetes.io/part-of=livechat"


@dataclass
class Cluster:
    """A cluster on which steps are tried."""

    settings: RealSettings
    kubectl: Kubectl
    say: Callable[[str], None]
    changed: dict[str, str] = field(default_factory=dict)
    """Settings of the installation that differ from the overlay's."""

    def enforce(self) -> None:
        """Has the policies told to a network that does not ask for them by itself. Raises Failed."""
        if self.settings.policy_enforcer is None:
            return
        argv = shlex.split(self.settings.policy_enforcer)
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ENFORCE_WITHIN_S
        )
        if done.returncode != 0:
            raise Failed(f"{argv[0]}: {done.stderr.strip()[-500:]}")

    def deployments(self) -> list[Manifest]:
        """Every Deployment of ours."""
        return self.kubectl.items("deployments", "-l", OURS)

    def until(self, done: Callable[[], str | None], within_s: float = SETTLED_WITHIN_S) -> float:
        """Waits until `done` has nothing to say against it, while policies follow; answers the seconds."""
        begun_s = time.monotonic()
        while (missing := done()) is not None:
            if time.monotonic() - begun_s > within_s:
                raise Failed(f"after {within_s:g} s: {missing}")
            self.enforce()
            time.sleep(LOOK_AGAIN_S)
        self.enforce()
        return time.monotonic() - begun_s

    def settled(self, within_s: float = SETTLED_WITHIN_S) -> float:
        """Waits until every Deployment runs what it was told, and nothing else; answers the seconds."""
        return self.until(self._unsettled, within_s)

    @contextmanager
    def entered(self) -> Iterator[str]:
        """The address of the ingress, as browsers would have it."""
        with self.kubectl.forwarded(f"deployment/{NAME}", PORT, INGRESS) as url:
            yield url

    def _unsettled(self) -> str | None:
        waiting = [one["metadata"]["name"] for one in self.deployments() if not settled(one)]
        return f"not as it was told: {', '.join(waiting)}" if waiting else None


def settled(deployment: Manifest) -> bool:
    """Whether all pods are of the newest template, and available, and there is no other."""
    status, wanted = deployment.get("status", {}), deployment["spec"].get("replicas", 1)
    seen = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    counts = {status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")}
    return seen and counts == {wanted}
