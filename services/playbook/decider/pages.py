"""What the address of a page tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

UTM = "utm_"
PARAMETERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the page that they see, the last one to which they came with UTM parameters, and the locale of
    their browser."""

    page: str | None
    landing: str | None
    locale: str


def place_of(pages: Sequence[str], locale: str) -> Place:
    """Where somebody is who has seen these pages, the oldest first."""
    landing = next(filter(utm_of, reversed(pages)), None)
    return Place(pages[-1] if pages else None, landing, locale)


def utm_of(url: str) -> Mapping[str, str]:
    """The UTM parameters of an address by their names, `source` and the like; of a repeated one the first counts."""
    try:
        told = parse_qsl(urlsplit(url).query, max_num_fields=PARAMETERS_MAX)
    except ValueError:  # No address, or one that was made to be costly.
        return {}
    found: dict[str, str] = {}
    for name, value in told:
        if name.casefold().startswith(UTM):
            found.setdefault(name.casefold().removeprefix(UTM), value)
    return found
