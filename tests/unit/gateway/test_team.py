"""Roles and removal: who may, what follows, and that a workspace always keeps an owner."""

import asyncio
from datetime import datetime

import pytest
from fastapi import FastAPI

from contracts.gateway import ResetLinkMade
from contracts.ids import stream
from services.chassis.ports import Append
from services.gateway.accounts.standing import from_here
from services.gateway.invitations import COMMAND_LINE, create_workspace, reset_link
from tests.unit.gateway.client import Closed, socket
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.teams import Team


async def test_an_agent_who_is_removed_is_out_at_once_and_their_address_is_free(
    team: Team, app: FastAPI
) -> None:
    bob = await team.invite("Bob")
    async with socket(app) as screen:
        await screen.send(type="authorise", token=bob.token)
        await screen.until("ready")
        assert (await team.ask("Ana", "Bob", "remove")).status_code == 200
        with pytest.raises(Closed) as closed:
            await screen.until("never")
    assert (closed.value.code, closed.value.reason) == (4401, "removed")

    assert (await team.web.get("/agents", bob.token)).status_code == 401
    assert (await team.web.post("/tokens", {"session": bob.session})).status_code == 401
    assert (await team.web.post("/sign-in", bob.says(email="bob@example.org"))).status_code == 401
    assert (await team.listed())["Bob"] == ("agent", "removed")
    again = await team.invite("Bob", "editor")
    assert again.agent_id != bob.agent_id
    assert (await team.web.post("/sign-in", again.says(email="bob@example.org"))).status_code == 200


async def test_an_address_that_was_removed_too_often_is_not_invited_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.accounts.standing.ACCOUNTS_OF_ADDRESS_MAX", 3)
    for _ in range(3):
        await team.invite("Bob")
        await team.ask("Ana", "Bob", "remove")

    body = {"email": "bob@example.org", "role": "agent"}
    told = await team.web.post("/agents/invite", body, team.members["Ana"].token)

    assert (told.status_code, told.json()["code"]) == (409, "too_many_accounts")


async def test_an_invitation_can_be_taken_back(team: Team) -> None:
    body = {"email": "bob@example.org", "role": "agent"}
    told = (await team.web.post("/agents/invite", body, team.members["Ana"].token)).json()

    await team.web.post(f"/agents/{told['agent_id']}/remove", {}, team.members["Ana"].token)

    redeemed = {"link": told["link"], "name": "Bob", "password": PASSWORD}
    assert (await team.web.post("/links/redeem", redeemed)).json()["code"] == "bad_link"


async def test_the_last_owner_neither_goes_nor_becomes_anything_else(team: Team) -> None:
    await team.invite("Bob", "editor")
    for what, body in (("remove", {}), ("role", {"role": "agent"})):
        refused = await team.ask("Ana", "Ana", what, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")

    assert (await team.ask("Ana", "Bob", "role", {"role": "owner"})).status_code == 200
    assert await team.counted() == {"Ana", "Bob"}
    assert (await team.ask("Ana", "Ana", "role", {"role": "agent"})).status_code == 200
    assert await team.owners() == await team.counted() == {"Bob"}


async def test_a_role_counts_from_the_next_token_on_and_the_old_one_no_more(team: Team, app: FastAPI) -> None:
    bob = await team.invite("Bob", "owner")
    async with socket(app) as screen:
        await screen.send(type="authorise", token=bob.token)
        await screen.until("ready")
        assert (await team.ask("Ana", "Bob", "role", {"role": "editor"})).json()["version"] == 3
        with pytest.raises(Closed) as closed:
            await screen.until("never")
    assert closed.value.reason == "role_changed"

    assert (await team.ask("Bob", "Ana", "remove")).status_code == 401
    team.members["Bob"].token = (await team.web.post("/tokens", {"session": bob.session})).json()["token"]
    assert (await team.ask("Bob", "Ana", "remove")).status_code == 403
    assert (await team.listed())["Bob"] == ("editor", "joined")


@pytest.mark.parametrize("what", ["remove", "role"])
async def test_of_two_owners_who_go_for_each_other_at_once_exactly_one_stays(team: Team, what: str) -> None:
    await team.invite("Bob", "owner")
    body = {"role": "agent"} if what == "role" else {}

    answers = await asyncio.gather(team.ask("Ana", "Bob", what, body), team.ask("Bob", "Ana", what, body))

    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 409])
    assert len(await team.owners()) == 1


class Interrupted(Exception):
    """The process is gone."""


@pytest.mark.parametrize("steps", range(4))
@pytest.mark.parametrize("what", ["remove", "role"])
async def test_whoever_dies_on_the_way_leaves_an_owner_and_can_be_repeated(
    team: Team, what: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many appends get through; at every one the workspace counts on nobody who is no owner."""
    await team.invite("Bob", "owner")
    store, appended = team.web.replica.store, list[str]()
    real = store.append

    async def dies(append: Append) -> int:
        if len(appended) == steps:
            raise Interrupted
        appended.append(append.stream)
        return await real(append)

    body = {"role": "agent"} if what == "role" else {}
    key = {"idempotency-key": "the-same"}
    with monkeypatch.context() as broken:
        broken.setattr(store, "append", dies)
        await team.ask("Ana", "Bob", what, body, **key)
    assert await team.counted() <= await team.owners()
    assert await team.counted()

    assert (await team.ask("Ana", "Bob", what, body, **key)).status_code == 200
    assert await team.owners() == await team.counted() == {"Ana"}
    assert (await team.ask("Ana", "Ana", "remove")).json()["code"] == "last_owner"


async def test_an_owner_whose_appointment_was_cut_short_is_counted_when_it_matters(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = team.web.replica.store
    real = store.append

    async def dies(append: Append) -> int:
        if append.stream.startswith("workspace-"):
            raise Interrupted
        return await real(append)

    await team.invite("Bob", "agent")
    with monkeypatch.context() as broken:
        broken.setattr(store, "append", dies)
        await team.ask("Ana", "Bob", "role", {"role": "owner"})
    assert (await team.owners(), await team.counted()) == ({"Ana", "Bob"}, {"Ana"})

    assert (await team.ask("Ana", "Ana", "remove")).status_code == 200
    assert await team.owners() == await team.counted() == {"Bob"}


async def test_who_forgot_the_password_gets_a_link_from_an_owner(team: Team) -> None:
    bob = await team.invite("Bob")
    assert (await team.ask("Bob", "Bob", "reset-link")).status_code == 403
    link = (await team.ask("Ana", "Bob", "reset-link")).json()["link"]

    told = await team.web.post("/links/reset", {"link": link, "password": "five grey herons"})

    assert told.json()["agent_id"] == bob.agent_id
    assert (await team.web.post("/tokens", {"session": bob.session})).status_code == 401


async def test_who_made_a_reset_link_is_told_to_owners_until_it_was_used(team: Team) -> None:
    bob, ana = await team.invite("Bob"), team.members["Ana"]
    assert await team.link_of("Bob") == (None, None)

    key = {"idempotency-key": "once"}
    links = [(await team.ask("Ana", "Bob", "reset-link", **key)).json()["link"] for _ in range(2)]

    by, at = await team.link_of("Bob")
    assert (by, datetime.fromisoformat(at)) == (ana.agent_id, team.web.replica.clock.now())
    assert await team.link_of("Bob", by="Bob") == (None, None)
    stored = team.web.replica.store.streams[stream("account", bob.agent_id)]
    assert [event.type for event in stored].count(ResetLinkMade.TYPE) == 1
    assert not any(link.encode() in event.data for event in stored for link in links)
    for link in links:
        await team.web.post("/links/reset", {"link": link, "password": "five grey herons"})
    assert await team.link_of("Bob") == (None, None)
    # A late repeat would be a way in of which nothing tells.
    assert (await team.ask("Ana", "Bob", "reset-link", **key)).status_code == 404


async def test_a_reset_link_from_the_command_line_says_so(team: Team) -> None:
    ports, ana = team.web.replica.ports, team.members["Ana"]
    told = from_here(ports, team.workspace_id)

    await reset_link(ports, team.workspace_id, ana.agent_id, COMMAND_LINE, told)

    assert (await team.link_of("Ana"))[0] == "command_line"


async def test_where_nothing_can_be_recorded_no_link_is_made_and_the_one_before_still_counts(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = await team.invite("Bob")
    link = (await team.ask("Ana", "Bob", "reset-link")).json()["link"]

    async def dies(append: Append) -> int:
        raise Interrupted

    with monkeypatch.context() as broken:
        broken.setattr(team.web.replica.store, "append", dies)
        assert (await team.ask("Ana", "Bob", "reset-link")).status_code == 500

    told = await team.web.post("/links/reset", {"link": link, "password": "five grey herons"})
    assert told.json()["agent_id"] == bob.agent_id


@pytest.mark.parametrize("what", ["remove", "role", "reset-link"])
async def test_somebody_of_another_workspace_is_not_there(team: Team, what: str) -> None:
    made = await create_workspace(team.web.replica.ports, "Other", "eve@example.com")
    theirs = Team(team.web, made.workspace_id)
    await theirs.join("Eve", made.link)
    team.members["Eve"] = theirs.members["Eve"]

    assert (
        await team.ask("Ana", "Eve", what, {"role": "agent"} if what == "role" else {})
    ).status_code == 404
