"""What is installed is what was locked: each package by its hashes, in the image as in development, from no address."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9][a-z0-9-]*)(?:\[[^]]*\])?==(\S+)((?: --hash=sha256:[0-9a-f]{64})+)$")
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


def pins(text: str) -> dict[str, tuple[str, str]]:
    """Package → version and hashes. Raises ValueError at a line that pins nothing or has no hash."""
    found = {}
    bare = re.sub(r"(?m)^ *#.*\n?", "", text).replace("\\\n", "")
    for line in bare.splitlines():
        pin = PINNED.match(" ".join(line.split()))
        if pin is None:
            raise ValueError(f"no pin with hashes: {line[:80]}")
        found[pin[1]] = pin[2], pin[3]
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_by_hashes_and_by_no_address(name: str) -> None:
    text = (ROOT / name).read_text()

    assert pins(text)
    assert "://" not in text


@pytest.mark.parametrize("text", ["a==1\n", "a>=1 \\\n    --hash=sha256:" + "0" * 64, "a @ file:///a.whl\n"])
def test_a_package_without_a_hash_is_found(text: str) -> None:
    with pytest.raises(ValueError, match="no pin with hashes"):
        pins(text)


def test_the_image_gets_what_was_developed_with() -> None:
    everything, runtime = (
        pins((ROOT / name).read_text()) for name in ("requirements.lock", "requirements-runtime.lock")
    )
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]

    assert runtime.items() <= everything.items(), "Make both locks anew, as CONTRIBUTING.md says."
    assert {re.split(r"[\[<>=]", name)[0] for name in wanted} <= runtime.keys()


def test_every_package_of_the_web_client_is_locked_by_its_hash_and_by_no_address() -> None:
    lock = json.loads((ROOT / "services/gateway/web/package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}

    assert packages
    assert [
        path for path, package in packages.items() if not package.get("integrity", "").startswith("sha512-")
    ] == []
    assert [path for path, package in packages.items() if "resolved" in package] == []
