"""A gateway without servers, and its application, which must have let go of every socket at the end."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI

from services.chassis.app import application
from services.gateway.invitations import create_workspace
from services.gateway.service import SERVICE
from services.gateway.sockets.route import hub_of, places_of
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import Ana
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.teams import Team
from tests.unit.gateway.web import Web, browsing


@pytest.fixture
def replica() -> Replica:
    return Replica()


@pytest.fixture
def app(replica: Replica) -> Iterator[FastAPI]:
    app = application(SERVICE, replica.ports, replica.verifier)
    yield app
    assert not hub_of(app)._streams
    assert not hub_of(app)._folders
    assert not hub_of(app)._agents
    assert not hub_of(app).queues._queues
    assert not places_of(app)


@pytest.fixture
async def web(app: FastAPI, replica: Replica) -> AsyncIterator[Web]:
    async with browsing(replica, app) as found:
        yield found


@pytest.fixture
async def ana(web: Web) -> Ana:
    made = await create_workspace(web.replica.ports, "Acme", "Ana@example.org")
    body = {"link": made.link, "name": "Ana", "password": PASSWORD}
    return Ana(made.workspace_id, (await web.post("/links/redeem", body)).json())


@pytest.fixture
async def team(web: Web) -> Team:
    made = await create_workspace(web.replica.ports, "Acme", "ana@example.org")
    team = Team(web, made.workspace_id)
    await team.join("Ana", made.link)
    return team
