"""`make deploy-real`: tries every step on the cluster, prints a table, and ends with 1 where one failed."""

import argparse
import sys
import time
from collections.abc import Callable

from deploy.real.cluster import Cluster
from deploy.real.demo import demo, ingress
from deploy.real.drain import drain
from deploy.real.dry_run import dry_run
from deploy.real.kills import kills
from deploy.real.kubectl import Kubectl
from deploy.real.policies import policies
from deploy.real.rebuild import rebuild
from deploy.real.report import Outcome, table
from deploy.real.restricted import restricted
from deploy.real.scale import scale
from deploy.real.settings import RealSettings
from deploy.real.up import up
from deploy.real.upgrade import rollback, upgrade
from services.chassis.settings import BadSettings

Step = Callable[[Cluster], str]
STEPS: dict[str, Step] = {
    "dry-run": dry_run,
    "up": up,
    "restricted": restricted,
    "ingress": ingress,
    "demo": demo,
    "policies": policies,
    "upgrade": upgrade,
    "rollback": rollback,
    "scale": scale,
    "rebuild": rebuild,
    "kills": kills,
    "drain": drain,
}
NEEDED = ("up", "ingress")
"""Steps without whose success the ones after them have nothing to try."""


def main() -> None:
    """Runs the steps in their order, all of them or those that are named."""
    options = argparse.ArgumentParser(prog="make deploy-real", description=__doc__)
    options.add_argument("--only", nargs="+", choices=STEPS, default=[*STEPS], metavar="STEP")
    chosen = options.parse_args().only
    try:
        settings = RealSettings()
    except BadSettings as bad:
        raise SystemExit(f"deploy-real: {bad}") from None
    settings.data.mkdir(parents=True, exist_ok=True)
    kubectl = Kubectl(settings.kubectl_argv, settings.namespace)
    cluster = Cluster(settings, kubectl, _say)
    outcomes: list[Outcome] = []
    for name in (name for name in STEPS if name in chosen):
        outcomes.append(_outcome(name, cluster))
        if name in NEEDED and not outcomes[-1].passed:
            break
    sys.stdout.write(table(outcomes))
    sys.exit(0 if all(one.passed for one in outcomes) else 1)


def _outcome(name: str, cluster: Cluster) -> Outcome:
    _say(f"{name} …")
    begun_s = time.monotonic()
    try:
        passed, told = True, STEPS[name](cluster)
    except Exception as error:  # A step that fails is a row of the table, whatever it failed of.
        passed, told = False, f"{type(error).__name__}: {error}"[:2_000]
    took_s = time.monotonic() - begun_s
    _say(f"{name}: {'passed' if passed else 'FAILED'} in {took_s:.0f} s: {told}")
    return Outcome(name, passed, took_s, told)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
