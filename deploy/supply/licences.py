"""Which licences we ship under, and docs/licences.md: every package that is shipped, with its version and licence.

`python -m deploy.supply.licences` writes the page anew.
"""

from collections.abc import Iterable

import license_expression

from deploy.supply.shipped import DEBIAN, ROOT, Package, shipped

PAGE = ROOT / "docs" / "licences.md"

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "bzip2-1.0.6", "blessing", "ISC", "MIT", "MIT-0",
    "MPL-2.0",  # Changes to its own files would have to be shown; we change none.
    "PSF-2.0", "Python-2.0.1", "Unlicense", "Zlib",
    "LGPL-3.0-only",  # psycopg: imported as it is, and anybody can put another in its place.
    "LicenseRef-public-domain",
}  # fmt: skip
ALLOWED_OF_DEBIAN = {
    # Beside our code and not part of it: each is a package of its own, as Debian gives it to everybody.
    "GPL-2.0-or-later", "GPL-3.0-or-later WITH GCC-exception-3.1", "LGPL-2.1-or-later",
}  # fmt: skip

_TITLES = {
    "pypi": ("Python packages", "Locked in `requirements-runtime.lock`."),
    "npm": ("The web client's packages", "What is bundled into the pages and scripts that browsers load."),
    DEBIAN: (
        "Debian packages",
        "What the image's base is made of where none is pulled. Versions are those of the day of a build, and stand in "
        "the image: `/var/lib/dpkg/status.d`.",
    ),
}
_HEAD = """\
# Licences of what we ship

Written by `python -m deploy.supply.licences` from the locks; a test compares it, and refuses licences that are not on
the list in `deploy/supply/licences.py`. Our own code is under Apache-2.0.

Licences are SPDX expressions, as packages say them. Texts are in the image: of Python packages in their `.dist-info`,
with those of the libraries that a wheel brings along, of Debian packages in `/usr/share/doc`. `make sbom` writes the
same list for programs, in CycloneDX.
"""


def refused(packages: Iterable[Package]) -> list[str]:
    """A sentence for each package that we may not ship; of several licences to choose from one has to be allowed."""
    return [
        f"{one.name}: {one.licence} is not on the list of licences (deploy/supply/licences.py)"
        for one in packages
        if not _is_allowed(one)
    ]


def page(packages: Iterable[Package]) -> str:
    """The page's whole text."""
    parts = [_HEAD]
    listed = list(packages)
    for kind, (title, about) in _TITLES.items():
        rows = [
            f"| {one.name} | {one.version} | {one.licence} |"
            if one.version
            else f"| {one.name} | {one.licence} |"
            for one in listed
            if one.kind == kind
        ]
        columns = ["package", "licence"] if kind == DEBIAN else ["package", "version", "licence"]
        head = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
        parts.append("\n".join([f"\n## {title}\n", f"{about}\n", *head, *rows, ""]))
    return "".join(parts)


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(shipped()))


def _is_allowed(package: Package) -> bool:
    allowed = ALLOWED | ALLOWED_OF_DEBIAN if package.kind == DEBIAN else ALLOWED
    return _holds(license_expression.Licensing().parse(package.licence), allowed)


def _holds(expression: object, allowed: set[str]) -> bool:
    match expression:
        case license_expression.OR(args=parts):
            return any(_holds(part, allowed) for part in parts)
        case license_expression.AND(args=parts):
            return all(_holds(part, allowed) for part in parts)
        case _:
            return str(expression) in allowed


if __name__ == "__main__":
    main()
