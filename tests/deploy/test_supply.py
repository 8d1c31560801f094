"""What is shipped is listed whole, with its licences, and under none that we have not agreed to."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.supply import licences
from deploy.supply.sbom import bill
from deploy.supply.shipped import ROOT, NoLicence, Package, debian_packages, licence_of, shipped

BASE = "images.example.com/python@sha256:" + "0" * 64


def test_the_page_of_licences_lists_what_is_shipped() -> None:
    assert licences.PAGE.read_text() == licences.page(shipped()), "Run `make sbom`."


def test_every_licence_is_one_that_we_ship_under() -> None:
    assert licences.refused(shipped()) == []


@pytest.mark.parametrize(
    ("kind", "licence", "allowed"),
    [
        ("pypi", "MIT", True),
        ("pypi", "GPL-3.0-only", False),
        ("npm", "AGPL-3.0-or-later", False),
        ("pypi", "GPL-2.0-or-later OR MIT", True),
        ("pypi", "MIT AND GPL-2.0-or-later", False),
        ("pypi", "MIT AND (GPL-2.0-or-later OR Apache-2.0)", True),
        ("pypi", "SSPL-1.0", False),
        ("debian", "GPL-2.0-or-later", True),
        ("debian", "GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("debian", "GPL-3.0-or-later", False),
        ("pypi", "GPL-3.0-or-later WITH GCC-exception-3.1", False),
    ],
)
def test_a_licence_that_is_not_on_the_list_is_refused(kind: str, licence: str, allowed: bool) -> None:
    found = licences.refused([Package(kind, "sample", "1", licence)])

    assert (found == []) is allowed
    assert all("sample" in one and licence in one for one in found)


@pytest.mark.parametrize("said", [[], ["Look into the file COPYING"], ["License :: Other"]])
def test_a_package_that_says_no_licence_is_found(said: list[str]) -> None:
    with pytest.raises(NoLicence, match="sample says"):
        licence_of("sample", said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["Apache 2.0", "License :: OSI Approved :: MIT License"], "Apache-2.0"),
        (["License :: OSI Approved :: MIT License"], "MIT"),
        (["MIT OR Apache-2.0"], "MIT OR Apache-2.0"),
    ],
)
def test_what_packages_said_before_there_were_expressions_is_known(said: list[str], meant: str) -> None:
    assert licence_of("sample", said) == meant


def test_the_bill_is_as_cyclonedx_has_it_and_lists_every_package_once(tmp_path: Path) -> None:
    names = [one.name for one in debian_packages()]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(f"Package: {name}\nVersion: 1:{number}-1+deb12u1\nArchitecture: amd64\n")

    packages = shipped(tmp_path)
    text = bill(packages)

    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong.data.message
    listed = [(one["name"], one["version"]) for one in json.loads(text)["components"]]
    assert sorted(listed) == sorted((one.name, one.version) for one in packages)
    locked = re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements-runtime.lock").read_text(), re.M)
    assert {*locked, (names[3], "1:3-1+deb12u1")} <= set(listed)
    assert {name for name, _ in listed} - {name for name, _ in locked} - {*names} == {
        "@preact/signals",
        "@preact/signals-core",
        "preact",
    }
    assert bill(shipped(tmp_path)) == text


def test_a_base_that_was_pulled_stands_in_place_of_debian_s_packages() -> None:
    listed = json.loads(bill(shipped(), base=BASE))["components"]

    assert [one["name"] for one in listed if one["type"] == "container"] == ["images.example.com/python"]
    assert [one for one in listed if one.get("purl", "").startswith("pkg:deb/")] == []


def test_an_image_that_lacks_a_listed_package_gets_no_bill(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        shipped(tmp_path)
