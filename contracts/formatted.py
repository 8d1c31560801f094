"""A text that has a form: paragraphs, lists and pictures, as data and never as markup."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.envelope import Fact

BLOCKS_MAX = 20
ITEMS_MAX = 20
RUNS_MAX = 40
RUN_CHARS_MAX = 2_000
ALT_CHARS_MAX = 300

Link = Annotated[str, StringConstraints(pattern=r"^(https?://|mailto:|tel:)[\x21-\x7e]{1,1000}$")]
PictureAddress = Annotated[str, StringConstraints(pattern=r"^https://[\x21-\x7e]{1,1000}$")]


class Run(Fact):
    """Letters that stand together and look alike; with a `link` they lead there."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=RUN_CHARS_MAX)]
    bold: bool = False
    italic: bool = False
    link: Link | None = None


Runs = Annotated[tuple[Run, ...], Field(min_length=1, max_length=RUNS_MAX)]


class Paragraph(Fact):
    """Runs, one after the other."""

    kind: Literal["paragraph"] = "paragraph"
    runs: Runs


class Listing(Fact):
    """A list, with bullets or numbers; each item is runs, one after the other."""

    kind: Literal["list"] = "list"
    numbered: bool = False
    items: tuple[Runs, ...] = Field(min_length=1, max_length=ITEMS_MAX)


class Picture(Fact):
    """A picture at an address of somebody's; `alt` tells in words what is to be seen."""

    kind: Literal["picture"] = "picture"
    address: PictureAddress
    alt: Annotated[str, StringConstraints(min_length=1, max_length=ALT_CHARS_MAX)]


Block = Annotated[Paragraph | Listing | Picture, Field(discriminator="kind")]
Body = Annotated[tuple[Block, ...], Field(max_length=BLOCKS_MAX)]


def in_plain_words(body: Iterable[Block]) -> str:
    """The same text without its form, for those who show none: lists by lines, links with their addresses."""
    return "\n".join(line for block in body for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(runs=runs):
            yield _told(runs)
        case Listing(items=items, numbered=numbered):
            for place, runs in enumerate(items, 1):
                yield f"{f'{place}.' if numbered else '•'} {_told(runs)}"
        case Picture(alt=alt):
            yield alt


def _told(runs: Iterable[Run]) -> str:
    return "".join(
        run.text if run.link in (None, run.text) else f"{run.text} ({_address(run.link or '')})"
        for run in runs
    )


def _address(link: str) -> str:
    return link.removeprefix("mailto:").removeprefix("tel:")
