"""What the address of a page tells."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

UTM = "utm_"
PARAMETERS_MAX = 200


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
