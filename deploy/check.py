"""`make deploy-check`: every overlay renders, and nothing in it is refused."""

import sys

from deploy.rendering import OVERLAYS, Unreadable, read, render
from deploy.validation import problems, versions


def main() -> None:
    """Prints what is wrong and ends with 1, or says what was checked."""
    wrong = False
    for overlay in sorted(OVERLAYS.iterdir()):
        try:
            manifests = read(render(overlay))
            found = problems(manifests)
        except Unreadable as error:
            manifests, found = [], [str(error)]
        wrong |= bool(found)
        for problem in found:
            sys.stderr.write(f"{overlay.name}: {problem}\n")
        verdict = "refused" if found else f"valid for Kubernetes {', '.join(versions())}"
        sys.stdout.write(f"{overlay.name}: {len(manifests)} manifests, {verdict}\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
