"""How often something may be tried: each try is counted before it is made, so that many at once are no way around.

Counted under names from which nobody can read addresses, for all replicas together.
"""

import hashlib
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network

from services.chassis.decider import Refused
from services.chassis.ports import Ports


def name_of(*what: str) -> str:
    """Under which name something is counted."""
    return hashlib.sha256("|".join(what).encode()).hexdigest()


def network_of(address: str) -> str:
    """What counts as one address: for IPv6 the network that one customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed if parsed.version == 4 else ip_network(f"{parsed}/64", strict=False))


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
