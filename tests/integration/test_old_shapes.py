"""Read models that older code has left: read where they have the tables of this code, and not before they have."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contracts.personal import ClearKeyring
from services.chassis.parked import is_infrastructure
from services.chassis.reader import OldShape, PostgresReader, Shapes
from services.chassis.rebuild import renew_models
from services.chassis.schemas import ensure_models, worker_connection
from services.cli.catalogue import SERVICES
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, ground, service_of
from tests.integration.test_rebuild_schemas import NEWER, WIDER
from tests.sample_inbox import CONVERSATIONS, MODEL, WORKSPACE, side_by_side

pytestmark = pytest.mark.real


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        await made.folded(side_by_side(range(1, 4)))
        yield made


async def looked(on: Ground, shapes: Shapes) -> str | None:
    """Why a process is not ready that has looked just now."""
    async with worker_connection(on.urls) as connection:
        await shapes.look(connection)
    return shapes.not_ready()


async def test_a_model_of_other_tables_is_not_read_before_it_was_rebuilt(on: Ground) -> None:
    shapes = Shapes([NEWER])
    reader = PostgresReader(on.pool, on.workers, {}, shapes)
    assert await looked(on, shapes) == "to be rebuilt: sample_inbox"
    for workspace_id in (WORKSPACE, None):
        with pytest.raises(OldShape) as old:
            await reader.find(workspace_id, WIDER, {})
        assert is_infrastructure(old.value)

    await renew_models(service_of(NEWER), on.kafka, on.urls, ClearKeyring())

    assert all(row["words"] > 0 for row in await reader.find(WORKSPACE, WIDER, {}))
    assert shapes.not_ready() is None


async def test_a_model_of_the_same_tables_is_read_although_it_is_to_be_rebuilt(on: Ground) -> None:
    shapes = Shapes([replace(MODEL, schema=2)])
    reader = PostgresReader(on.pool, on.workers, {}, shapes)

    assert await reader.find(WORKSPACE, CONVERSATIONS, {})
    assert await looked(on, shapes) is None


async def test_a_process_of_older_code_says_so_when_newer_code_takes_a_column_away(on: Ground) -> None:
    shapes = Shapes([MODEL])
    reader = PostgresReader(on.pool, on.workers, {}, shapes)
    assert await reader.find(WORKSPACE, CONVERSATIONS, {})
    await on.ask("ALTER TABLE sample_inbox.conversations DROP COLUMN last_text")

    with pytest.raises(OldShape):
        await reader.find(WORKSPACE, CONVERSATIONS, {})

    assert await looked(on, shapes) == "to be rebuilt: sample_inbox"


@pytest.mark.parametrize("name", SERVICES)
async def test_every_model_has_the_tables_of_its_code_once_it_is_made(
    infrastructure: Servers, unique: str, name: str
) -> None:
    service = SERVICES[name]
    async with ground(infrastructure, unique, service.models[0]) as on:
        await ensure_models(service, on.urls)

        assert await looked(on, Shapes(service.models)) is None
