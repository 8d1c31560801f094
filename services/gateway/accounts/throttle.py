"""How often something may be tried, and how much of it at once.

Each try is counted before it is made, so that many at once are no way around: under names from which nobody can read
addresses, for all replicas together. What goes on at once is counted by each process for itself.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import FastAPI

from services.chassis.decider import Refused
from services.chassis.ports import Ports


def name_of(*what: str) -> str:
    """Under which name something is counted."""
    return hashlib.sha256("|".join(what).encode()).hexdigest()


def network_of(address: str) -> str:
    """What counts as one address: for IPv6 the network that one customer has.

    A listener for both kinds tells the older ones as newer ones, all in one network (RFC 4291, 2.5.5.2).
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network(f"{parsed}/64", strict=False))
    return str(parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else parsed)


async def count_try(
    ports: Ports, limits: Sequence[tuple[str, int]], window_s: int, too_many: Callable[[int], Refused]
) -> None:
    """Counts under each name in turn. Raises `too_many`, told the seconds until the window ends, above a limit.

    What is refused here counts no further: one address cannot use up what all others have.
    """
    now = ports.clock.now()
    for name, most in limits:
        tries = await ports.credentials.tried(name, now, window_s)
        if tries.count > most:
            raise too_many(tries.over_in_s(now))


class Places:
    """What goes on at once in one process, counted by who does it; for one event loop.

    `none_left` makes what they are told who hold as many places as they may.
    """

    def __init__(self, none_left: Callable[[], Exception]) -> None:
        self._held: Counter[str] = Counter()
        self._none_left = none_left

    @contextmanager
    def held(self, who: str, most: int) -> Iterator[None]:
        """A place of theirs, until the context ends. Raises what `none_left` made."""
        if self._held[who] >= most:
            raise self._none_left()
        self._held[who] += 1
        try:
            yield
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]

    def __len__(self) -> int:
        return len(self._held)


def places_in(app: FastAPI, name: str, none_left: Callable[[], Exception]) -> Places:
    """The places of this name in the application, made when they are asked for first."""
    if not hasattr(app.state, name):
        setattr(app.state, name, Places(none_left))
    places: Places = getattr(app.state, name)
    return places
