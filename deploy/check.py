"""`make deploy-check`: overlays render and agree with the code, mistakes are refused, alerts fire when they should."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy import agreement, alerting, crds, mistakes
from deploy.rendering import OVERLAYS, Manifest, Unreadable, read, render
from deploy.validation import defined_by_others, problems, versions


def main() -> None:
    """Prints what is wrong and ends with 1, or says what was checked, and what was not."""
    others = crds.validators(crds.given())
    well = [_overlay(overlay, others) for overlay in sorted(OVERLAYS.iterdir())]
    bad = mistakes.bad()
    well += [
        _told("code", agreement.unwritten, "what follows from it is written so"),
        _told(
            f"mistakes: {len(bad)}",
            lambda: [said for path in bad for said in mistakes.taken(path)] if bad else ["there are none"],
            "each is refused",
        ),
        _told(
            f"alerts: {len(alerting.alerts())}",
            alerting.problems,
            "fire in the cases where they should, says promtool",
        ),
    ]
    sys.exit(0 if all(well) else 1)


def _overlay(overlay: Path, others: Mapping[str, Any]) -> bool:
    manifests: list[Manifest] = []

    def found() -> Sequence[str]:
        manifests.extend(read(render(overlay)))
        return [*problems(manifests, others), *agreement.disagreements(manifests)]

    well = _told(overlay.name, found, f"valid for Kubernetes {', '.join(versions())}, as the code says")
    sys.stdout.write(f"{overlay.name}: {len(manifests)} manifests\n")
    if not others and (left := defined_by_others(manifests)):
        without = f"{crds.FOLDER} names no folder of definitions; not held against a schema"
        sys.stdout.write(f"{overlay.name}: {without}: {', '.join(left)}\n")
    return well


def _told(what: str, found: Callable[[], Sequence[str]], well: str) -> bool:
    """Whether nothing was found, after it was said."""
    try:
        said = found()
    except Unreadable as error:
        said = [str(error)]
    for problem in said:
        sys.stderr.write(f"{what}: {problem}\n")
    sys.stdout.write(f"{what}: {'refused' if said else well}\n")
    return not said


if __name__ == "__main__":
    main()
