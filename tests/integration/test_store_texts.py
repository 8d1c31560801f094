"""Texts that PostgreSQL cannot hold are refused as any bad input is, and leave nothing behind."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.decider import Refused
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, ground, ports_of
from tests.integration.test_store import MINE, wrote
from tests.sample_inbox import MODEL

pytestmark = pytest.mark.real


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


async def test_a_text_that_no_column_can_hold_is_refused(on: Ground) -> None:
    store = ports_of(on.pool, on.workers).store

    with pytest.raises(Refused) as refused:
        await store.append(wrote("c\0"))

    assert refused.value.code == "bad_text"
    assert (await store.load(MINE, "thing-1", "c1")).version == 0
