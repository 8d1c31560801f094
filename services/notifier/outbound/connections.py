"""Connections to push services, in small pools: what one's bookkeeping costs grows with the square of its size."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore

POOL_MAX, POOLS_MAX = 8, 64
KEPT_S = 30.0


@dataclass(slots=True)
class _Used:
    """A pool, and how many requests use it or wait in it."""

    pool: httpcore.AsyncConnectionPool
    count: int = 0


class Connections:
    """Each request gets the first pool with room: few are in use at a time, and their connections are used again."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend
        self._pools: list[_Used] = []

    @asynccontextmanager
    async def pool(self) -> AsyncIterator[httpcore.AsyncConnectionPool]:
        """A pool for one request."""
        used = next((used for used in self._pools if used.count < POOL_MAX), None) or self._another()
        used.count += 1
        try:
            yield used.pool
        finally:
            used.count -= 1

    def _another(self) -> _Used:
        """A new pool, or where there are enough, the one where the fewest wait."""
        if len(self._pools) == POOLS_MAX:
            return min(self._pools, key=lambda used: used.count)
        pool = httpcore.AsyncConnectionPool(
            max_connections=POOL_MAX,
            max_keepalive_connections=POOL_MAX,
            keepalive_expiry=KEPT_S,
            retries=0,
            network_backend=self._backend,
        )
        self._pools.append(_Used(pool))
        return self._pools[-1]

    async def close(self) -> None:
        """Ends all connections; another request opens new ones."""
        pools, self._pools = self._pools, []
        for used in pools:
            await used.pool.aclose()
