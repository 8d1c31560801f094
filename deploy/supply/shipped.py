"""Every package that gets into the image, with its version and licence, as the locks pin them; nothing is fetched."""

import base64
import importlib.metadata
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEBIAN = "debian"
_PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)(?:\[[^]]*\])?==(\S+)", re.M)
_EXPRESSION = re.compile(r"[A-Z][\w.-]*( OR [A-Z][\w.-]*)*")
_BEFORE_EXPRESSIONS = {
    # What packages wrote into the field `License`, or as classifiers, before there were expressions for it.
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ISC License": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "MIT License": "MIT",
}


class NoLicence(Exception):
    """A package does not say its licence in a way that we know."""


@dataclass(frozen=True, slots=True)
class Package:
    """`kind` is that of a package URL: pypi, npm or debian. `licence` is an SPDX expression."""

    kind: str
    name: str
    version: str | None
    licence: str
    sha512: str | None = None


def shipped(status: Path | None = None) -> list[Package]:
    """All of them, sorted.

    `status` is the folder with the control files of an image's Debian packages; without it they have no version, for
    that is what Debian serves on the day of a build. Raises NoLicence, and LookupError where what is installed, or in
    the folder, is not what is listed.
    """
    found = (*python_packages(), *web_packages(), *debian_packages(status))
    return sorted(found, key=lambda one: (one.kind, one.name))


def python_packages() -> Iterator[Package]:
    """Those of requirements-runtime.lock; their licences stand in what is installed."""
    for name, version in _PIN.findall((ROOT / "requirements-runtime.lock").read_text()):
        metadata = importlib.metadata.metadata(name)
        if metadata["Version"] != version:
            raise LookupError(
                f"{name}: {metadata['Version']} is installed and {version} locked: run `make setup`"
            )
        licence = _field(metadata, "License-Expression") or licence_of(name, _said(metadata))
        yield Package("pypi", name, version, licence)


def web_packages() -> Iterator[Package]:
    """Those of the web client that are not for its development alone: build.mjs lets no other into a bundle."""
    lock = json.loads((ROOT / "services/gateway/web/package-lock.json").read_text())
    for path, package in lock["packages"].items():
        if path and not package.get("dev"):
            name = path.rpartition("node_modules/")[2]
            sha512 = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
            yield Package("npm", name, package["version"], package["license"], sha512)


def debian_packages(status: Path | None = None) -> Iterator[Package]:
    """Those that deploy/image/packages.txt lists with the licences of what of them gets into the image."""
    for line in (ROOT / "deploy/image/packages.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, licence = line.split(maxsplit=1)
            yield Package(DEBIAN, name, _version(status / name) if status else None, licence)


def licence_of(name: str, said: Sequence[str]) -> str:
    """The SPDX expression of what a package said before there were expressions. Raises NoLicence."""
    for one in said:
        if one in _BEFORE_EXPRESSIONS or _EXPRESSION.fullmatch(one):
            return _BEFORE_EXPRESSIONS.get(one, one)
    raise NoLicence(f"{name} says {list(said)}: add what it means to deploy/supply/shipped.py")


def _said(metadata: importlib.metadata.PackageMetadata) -> list[str]:
    """What a package says of its licence, the clearest first."""
    classifiers = [one for one in metadata.get_all("Classifier") or [] if one.startswith("License ::")]
    return [one for one in (_field(metadata, "License"), *classifiers) if one]


def _field(metadata: importlib.metadata.PackageMetadata, name: str) -> str:
    return str(metadata[name]).strip() if name in metadata else ""


def _version(control: Path) -> str:
    found = re.search(r"^Version: (\S+)$", control.read_text(), re.M)
    if found is None:
        raise LookupError(f"{control} names no version")
    return found[1]
