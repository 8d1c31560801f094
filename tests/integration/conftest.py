"""What several tests of the relays begin with."""

from collections.abc import AsyncIterator

import pytest

from services.cli.infrastructure import Servers
from tests.integration.sample_log import Log, log_of


@pytest.fixture
async def log(infrastructure: Servers, unique: str) -> AsyncIterator[Log]:
    """A log of this test alone."""
    async with log_of(infrastructure, unique) as found:
        yield found
