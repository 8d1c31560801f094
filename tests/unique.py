"""Names of databases and topics that no other test, no process beside this one and no earlier run uses."""

import itertools
import secrets

_RUN = secrets.token_hex(4)
_numbers = itertools.count(1)


def unique_name(kind: str) -> str:
    """A prefix that tells its kind to whoever reads the servers' lists: `kind` of a few small letters or digits."""
    return f"{kind}{_RUN}x{next(_numbers)}_"
