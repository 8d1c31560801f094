"""A changed read model in a rolling upgrade: the version before reads on, and comes back where it has to."""

from collections.abc import Awaitable, Callable

import pytest

from contracts.personal import ClearKeyring
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.reader import PostgresReader, Shapes
from services.chassis.rebuild import renew_models
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import again_and_again, ground, service_of
from tests.integration.test_rebuild_schemas import NEWER
from tests.sample_inbox import CONVERSATIONS, MODEL, WORKSPACE, conversation, side_by_side
from tests.waiting import eventually

pytestmark = pytest.mark.real


def superseded(loop: BatchLoop) -> Callable[[], Awaitable[bool]]:
    """Whether the loop has found that a newer version keeps its model."""

    async def found() -> bool:
        return loop.progress.superseded

    return found


async def test_both_versions_read_through_the_switch_and_the_old_one_takes_over_again(
    infrastructure: Servers, unique: str
) -> None:
    async with ground(infrastructure, unique, MODEL) as on:
        await on.folded(side_by_side(range(1, 40)))
        old_reader = PostgresReader(on.pool, on.workers, {}, Shapes([MODEL]))

        async def read() -> None:
            assert await old_reader.find(WORKSPACE, CONVERSATIONS, {}, limit=5)

        async with again_and_again(read) as reads:
            old = on.loop()
            async with consuming(on.kafka, [old]):
                (upgraded,) = await renew_models(service_of(NEWER), on.kafka, on.urls, ClearKeyring())
                before = reads[0]
                await on.write(conversation(50, 4))

                await eventually(superseded(old), within_s=120, what="the old projector stops")
            # Its partitions are the new version's once it has ended; what that one folds is what the old one reads.
            async with consuming(on.kafka, [on.loop(NEWER)]):
                await on.caught_up()
            assert await on.ask("SELECT count(*) FROM sample_inbox.conversations") == [(40,)]
            assert reads[0] > before > 0
            assert await renew_models(service_of(MODEL), on.kafka, on.urls, ClearKeyring()) == []

            returned = on.loop()
            async with consuming(on.kafka, [returned]):
                await on.write(conversation(52, 4))
                await eventually(superseded(returned), within_s=120, what="the returned projector waits")
                # A rollout waits for all that is put back into service to be ready, before anything is rebuilt.
                assert returned.progress.not_ready() is None
                assert returned.progress.not_alive() is None
                back = await on.rebuilt(MODEL)
                await on.write(conversation(53, 4))
                await on.caught_up()
                assert not returned.progress.superseded

        await on.folded(conversation(51, 4))
        assert await on.ask("SELECT count(*) FROM sample_inbox.conversations") == [(43,)]
        live = await on.hash()
        await on.rebuilt(MODEL)
        assert await on.hash() == live
    assert (upgraded.generation, back.generation) == (2, 3)
