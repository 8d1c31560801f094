"""A bill of materials in CycloneDX: every package that is shipped, for programs that look for known holes.

Of one commit and one set of Debian's packages two runs write the same bytes.
"""

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

import services
from deploy.supply.shipped import DEBIAN, ROOT, Package, shipped

NAME = "livechat"
_SUITE = "bookworm"


def bill(packages: list[Package], *, base: str | None = None, at: datetime | None = None) -> str:
    """The document, as JSON.

    `base` is the image that ours stands on, where it was pulled, by its digest; its own bill lists its parts.
    `at` is the commit's time; a document without one says no time.
    """
    product = Component(
        type=ComponentType.APPLICATION,
        name=NAME,
        version=services.__version__,
        bom_ref=NAME,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )
    parts = [_component(one) for one in packages if base is None or one.kind != DEBIAN]
    if base is not None:
        name, _, digest = base.partition("@")
        parts.append(Component(type=ComponentType.CONTAINER, name=name, version=digest, bom_ref=base))
    bom = Bom(metadata=BomMetaData(component=product, timestamp=at), components=parts)
    bom.metadata.timestamp = at  # type: ignore[assignment] # Where none is given, the time that it is would stand there.
    bom.register_dependency(product, parts)
    bom.serial_number = uuid5(NAMESPACE_URL, repr((services.__version__, packages, base)))
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    return json.dumps(written, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Writes it where `build.sh` or a person wants it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path, nargs="?", default=ROOT / "build" / f"{NAME}.cdx.json")
    options.add_argument(
        "--status", type=Path, help="the folder with the control files of the image's packages"
    )
    options.add_argument("--base", help="the image that ours stands on, by its digest")
    told = options.parse_args()
    epoch_s = os.environ.get("SOURCE_DATE_EPOCH")
    at = datetime.fromtimestamp(int(epoch_s), UTC) if epoch_s else None
    told.file.parent.mkdir(parents=True, exist_ok=True)
    told.file.write_text(bill(shipped(told.status), base=told.base, at=at))


def _component(one: Package) -> Component:
    url = PackageURL(
        type="deb" if one.kind == DEBIAN else one.kind,
        namespace=DEBIAN if one.kind == DEBIAN else one.name.rpartition("/")[0] or None,
        name=one.name.rpartition("/")[2],
        version=one.version,
        qualifiers={"distro": _SUITE} if one.kind == DEBIAN else None,
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version,
        purl=url,
        bom_ref=url.to_string(),
        licenses=[LicenseFactory().make_from_string(one.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=one.sha512)] if one.sha512 else [],
    )


if __name__ == "__main__":
    main()
