"""README's pictures are there, small, and come in light and dark."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BYTES_MAX = 200_000
PICTURE = re.compile(r"<picture>.*?</picture>", re.S)
DARK = re.compile(r'<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)-dark\.webp">')
LIGHT = re.compile(r'<img src="([^"]+)-light\.webp"[^>]* alt="[^"]+">')
NAMED = re.compile(r'(?:src|srcset)="([^"]+)"|!\[[^]]*\]\(([^)]+)\)')


def faults(text: str, root: Path) -> Iterator[str]:
    """What is wrong with the pictures that a page names."""
    for picture in PICTURE.findall(text):
        dark, light = DARK.search(picture), LIGHT.search(picture)
        if dark is None or light is None or dark.group(1) != light.group(1):
            yield f"{picture}: give one picture in light and dark, with a text for who does not see it"
    for found in NAMED.finditer(PICTURE.sub("", text)):
        yield f"{found.group()}: put it into <picture>, in light and dark"
    for names in NAMED.findall(text):
        name = names[0] or names[1]
        file = root / name
        if not file.is_file():
            yield f"{name}: is not there; make screenshots"
        elif file.stat().st_size > BYTES_MAX:
            yield f"{name}: {file.stat().st_size} bytes, {BYTES_MAX} allowed"
        elif file.read_bytes()[8:12] != b"WEBP":
            yield f"{name}: is no WebP"


def test_pictures_are_as_promised() -> None:
    text = (ROOT / "README.md").read_text()

    assert len(PICTURE.findall(text)) >= 3
    assert list(faults(text, ROOT)) == []


def test_no_picture_is_left_over() -> None:
    named = {names[0] for names in NAMED.findall((ROOT / "README.md").read_text())}

    there = {file.relative_to(ROOT).as_posix() for file in (ROOT / "docs" / "pictures").iterdir()}
    assert there == named


WEBP = b"RIFF\0\0\0\0WEBP"


def page(dark: str = "a-dark.webp", light: str = "a-light.webp", alt: str = "A chat") -> str:
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
    return f'<picture>{source}<img src="{light}" width="9" alt="{alt}"></picture>'


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (page(dark="b-dark.webp"), WEBP),
        (page(light="a-dark.webp"), WEBP),
        (page(alt=""), WEBP),
        ("![A chat](a-light.webp)", WEBP),
        (page(), WEBP + bytes(BYTES_MAX)),
        (page(), b"\x89PNG"),
        (page().replace("a-", "none-"), WEBP),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, text: str, content: bytes) -> None:
    for name in ("a-dark.webp", "a-light.webp", "b-dark.webp"):
        (tmp_path / name).write_bytes(content)

    assert list(faults(text, tmp_path))


def test_good_pictures_have_no_fault(tmp_path: Path) -> None:
    for name in ("a-dark.webp", "a-light.webp"):
        (tmp_path / name).write_bytes(WEBP)

    assert list(faults(page(), tmp_path)) == []
