"""Small pools of connections: the first with room is taken, a new one where none has any, and none too many."""

from collections import Counter
from contextlib import AsyncExitStack

import httpcore

from services.notifier.outbound.connections import POOL_MAX, POOLS_MAX, Connections


async def taken(connections: Connections, stack: AsyncExitStack, count: int) -> Counter[int]:
    """How many of so many requests at the same time have which pool."""
    pools = [await stack.enter_async_context(connections.pool()) for _ in range(count)]
    return Counter(map(id, pools))


async def test_requests_one_after_the_other_share_a_pool() -> None:
    connections, seen = Connections(httpcore.AsyncMockBackend([])), set[int]()
    for _ in range(3 * POOL_MAX):
        async with connections.pool() as pool:
            seen.add(id(pool))

    assert len(seen) == 1


async def test_no_pool_has_more_than_it_has_room_for_as_long_as_there_may_be_another() -> None:
    connections = Connections(httpcore.AsyncMockBackend([]))
    async with AsyncExitStack() as stack:
        found = await taken(connections, stack, POOL_MAX * POOLS_MAX)

    assert list(found.values()) == [POOL_MAX] * POOLS_MAX


async def test_where_all_are_full_requests_wait_where_the_fewest_do() -> None:
    connections = Connections(httpcore.AsyncMockBackend([]))
    async with AsyncExitStack() as stack:
        found = await taken(connections, stack, (POOL_MAX + 1) * POOLS_MAX)

    assert list(found.values()) == [POOL_MAX + 1] * POOLS_MAX


async def test_after_its_end_there_are_new_pools() -> None:
    connections = Connections(httpcore.AsyncMockBackend([]))
    async with connections.pool() as before:
        await connections.close()

    async with connections.pool() as after:
        assert after is not before
