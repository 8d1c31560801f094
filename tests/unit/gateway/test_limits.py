"""What anybody may do only so often or so much: visits, sockets and their frames."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.ids import stream
from contracts.playbook import PlaybookActivated, SitesChanged
from services.chassis.tokens import Caller
from services.gateway.sockets.bounds import FRAMES_MAX, FRAMES_WINDOW_S, Pace
from services.gateway.sockets.frames import Ended
from tests.unit.gateway.client import Closed, authorise, socket
from tests.unit.gateway.examples import ADA, PLAYBOOK, T0, WORKSPACE, ada, published, recorded, visitor
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.web import Web, browsing, with_settings

SHOP, BLOG = "https://shop.example", "https://blog.example"
VISIT = {"workspace_id": WORKSPACE, "playbook_id": PLAYBOOK}


@pytest.fixture
def open_playbook(replica: Replica) -> None:
    """The playbook takes visits from two sites."""
    told: Any = {"playbook_id": PLAYBOOK, "by": ADA, "at": T0}
    events = (published(), PlaybookActivated(**told), SitesChanged(sites=(SHOP, BLOG), **told))
    for version, event in enumerate(events, 1):
        replica.topics.append(recorded(event, version, stream("playbook", PLAYBOOK)))


@pytest.mark.usefixtures("open_playbook")
async def test_so_many_visits_begin_from_one_address(web: Web, app: FastAPI, replica: Replica) -> None:
    with_settings(replica, app, gateway_visits_address_max=3)

    answers = [await web.post("/visits", VISIT) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
    assert answers[-1].json()["code"] == "too_many_visits"
    assert answers[-1].headers["retry-after"] == "60"
    async with browsing(replica, app, "192.0.2.99") as elsewhere:
        assert (await elsewhere.post("/visits", VISIT)).status_code == 201
    replica.clock.move(timedelta(seconds=60))
    assert (await web.post("/visits", VISIT)).status_code == 201


@pytest.mark.usefixtures("open_playbook")
async def test_so_many_visits_begin_on_one_site(web: Web, app: FastAPI, replica: Replica) -> None:
    with_settings(replica, app, gateway_visits_site_max=3)

    codes = []
    for number in range(5):
        async with browsing(replica, app, f"192.0.2.{number}") as visitor:
            codes.append((await visitor.post("/visits", VISIT, origin=SHOP)).status_code)

    assert codes == [201] * 3 + [429] * 2
    assert (await web.post("/visits", VISIT, origin=BLOG)).status_code == 201


@pytest.mark.usefixtures("open_playbook")
async def test_a_visit_that_is_refused_leaves_no_session(web: Web, app: FastAPI, replica: Replica) -> None:
    with_settings(replica, app, gateway_visits_address_max=1)
    first = (await web.post("/visits", VISIT)).json()

    refused = await web.post("/visits", {**VISIT, "visitor_session": first["session"]})

    kept = await replica.ports.credentials.of(
        "visitor_session", WORKSPACE, first["visitor_id"], replica.clock.now()
    )
    assert (refused.status_code, len(kept)) == (429, 1)


async def test_so_many_sockets_of_one_address_are_open_authorised_or_not(
    app: FastAPI, replica: Replica
) -> None:
    with_settings(replica, app, gateway_sockets_address_max=2)

    async with socket(app) as one, socket(app):
        await authorise(one, replica, ada)
        async with socket(app) as third:
            with pytest.raises(Closed, match="4429 too_many_sockets"):
                await third.until("never")
        async with socket(app, address="192.0.2.99") as elsewhere:
            await authorise(elsewhere, replica, ada)
    async with socket(app) as later:
        await authorise(later, replica, ada)


@pytest.mark.parametrize(("caller", "other"), [(ada, visitor), (visitor, ada)])
async def test_so_many_sockets_of_one_caller_are_open(
    app: FastAPI, replica: Replica, caller: Caller, other: Caller
) -> None:
    with_settings(replica, app, gateway_sockets_caller_max=1)

    async with socket(app) as one, socket(app) as two, socket(app) as another:
        await authorise(one, replica, caller)
        with pytest.raises(Closed, match="4429 too_many_sockets"):
            await authorise(two, replica, caller)
        await authorise(another, replica, other)
    async with socket(app) as later:
        await authorise(later, replica, caller)


async def test_a_client_that_sends_too_fast_is_told_and_cut_off(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as client:
        await authorise(client, replica, ada)
        for _ in range(FRAMES_MAX + 1):
            await client.send(type="ping")

        answered = await client.until("error")
        with pytest.raises(Closed, match="4429 too_fast"):
            await client.next()
    assert len(answered) <= FRAMES_MAX


def test_so_many_frames_may_come_in_each_window() -> None:
    pace = Pace()

    for second in (0, FRAMES_WINDOW_S, 2.5 * FRAMES_WINDOW_S):
        for _ in range(FRAMES_MAX):
            pace.step(second)
        with pytest.raises(Ended):
            pace.step(second)
