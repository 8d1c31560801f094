"""A mistake, kept as a patch, is made in a copy of the code, and the simulation is run there."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLANTED = sorted((Path(__file__).parent / "planted").glob("*.patch"))
COPIED = ("contracts", "services", "tests/simulation")
TWINS = ("tests/memory_files.py", "tests/unit/notifier/kept_push.py")
LIMIT_S, LIMIT_OF_A_RUN_S = 240, 2


def copy_of_the_code(to: Path) -> None:
    """What the simulation needs, with what was compiled from it: of a patched module that counts no more."""
    for part in COPIED:
        shutil.copytree(ROOT / part, to / part)
    for twin in TWINS:
        (to / twin).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / twin, to / twin)
    (to / "tests" / "__init__.py").write_text('"""A copy."""\n')


def apply(patch: Path, to: Path) -> None:
    """Raises CalledProcessError where the patch fits no more: make the same mistake anew and keep it."""
    subprocess.run(
        ["git", "apply", "-C1", "--recount", "--whitespace=nowarn", str(patch)],
        cwd=to,
        check=True,
        capture_output=True,
        text=True,
    )


def simulation(
    where: Path, seed: int, runs: int, *more: str, within_s: float | None = None, **environment: str
) -> tuple[int, str]:
    """Runs the simulation of a tree; answers its exit code and what it printed. Raises TimeoutExpired."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed), "--runs", str(runs), *more]
    done = subprocess.run(
        command,
        cwd=where,
        capture_output=True,
        text=True,
        timeout=within_s or LIMIT_S + LIMIT_OF_A_RUN_S * runs,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )
    return done.returncode, done.stdout + done.stderr
