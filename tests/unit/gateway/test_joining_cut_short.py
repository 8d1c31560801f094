"""Whoever joins while a database is away now and then comes in by the same link, and finds their account at once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from psycopg_pool import PoolTimeout

from services.chassis.ports import Ports
from services.gateway.accounts.sessions import live_session
from services.gateway.accounts.standing import from_here
from services.gateway.invitations import (
    COMMAND_LINE,
    create_workspace,
    redeem,
    redeem_reset,
    reset_link,
)
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.web import Web


class Failing:
    """A port that passes everything on, but for one call, for which no connection was to be had."""

    def __init__(self, port: Any, fails: Callable[[], bool]) -> None:
        self._port, self._fails = port, fails

    @asynccontextmanager
    async def held(self) -> AsyncIterator["Failing"]:
        yield self

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            if self._fails():
                raise PoolTimeout
            return await getattr(self._port, name)(*arguments)

        return call


def with_failure(ports: Ports, place: int) -> Ports:
    """The ports, where the call at this place fails."""
    calls = count(1)

    def failing(port: Any) -> Any:
        return Failing(port, lambda: next(calls) == place)

    return replace(ports, store=failing(ports.store), credentials=failing(ports.credentials))


async def test_a_link_still_works_wherever_no_connection_was_to_be_had() -> None:
    for place in count(1):
        replica = Replica()
        made = await create_workspace(replica.ports, "Acme", "ada@example.org")
        asked = made.link, "Ada", PASSWORD, "c", "Firefox"
        try:
            await redeem(with_failure(replica.ports, place), *asked)
        except PoolTimeout:
            new = await redeem(replica.ports, *asked)
        else:
            break
        live = await live_session(replica.ports, new.secret)
        assert live is not None, place
        assert live.account.name == "Ada"
        told = [event.type for event in replica.store.streams[f"workspace-{made.workspace_id}"]]
        assert told == ["gateway.workspace_created.v1", "gateway.owner_appointed.v1"], place
    assert place > 5


async def test_a_link_to_another_password_still_works_wherever_no_connection_was_to_be_had() -> None:
    for place in count(1):
        replica = Replica()
        made = await create_workspace(replica.ports, "Acme", "ada@example.org")
        before = await redeem(replica.ports, made.link, "Ada", PASSWORD, "c", "Firefox")
        of = made.workspace_id, made.agent_id
        link = (await reset_link(replica.ports, *of, COMMAND_LINE, from_here(replica.ports, of[0]))).link
        asked = link, "another one, longer", "c", "Firefox"
        try:
            await redeem_reset(with_failure(replica.ports, place), *asked)
        except PoolTimeout:
            new = await redeem_reset(replica.ports, *asked)
        else:
            break
        assert await live_session(replica.ports, new.secret) is not None, place
        assert await live_session(replica.ports, before.secret) is None, place
    assert place > 5


@pytest.mark.parametrize("path", ["/account", "/account/sessions", "/agents", "/folders", "/account/views"])
async def test_whoever_joined_reads_their_account_before_any_read_model_has_them(
    web: Web, replica: Replica, path: str
) -> None:
    replica.models.held = True
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")
    told = (await web.post("/links/redeem", {"link": made.link, "name": "Ada", "password": PASSWORD})).json()

    answer = await web.get(path, told["token"])

    assert answer.status_code == 200
    if path == "/account":
        assert (answer.json()["agent_id"], answer.json()["name"]) == (made.agent_id, "Ada")
