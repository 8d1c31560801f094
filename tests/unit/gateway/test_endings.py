"""What ends sessions ends tokens and sockets with them, whatever fails on the way and whoever comes in between."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.gateway import SessionsEnded
from services.chassis.ports import Credential
from services.chassis.tokens import BadToken
from services.gateway.accounts.standing import from_here
from services.gateway.invitations import COMMAND_LINE, Invitation, reset_link
from tests.unit.gateway.client import Closed, socket
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import OTHER_PASSWORD, Ana, Told
from tests.unit.gateway.web import Web


async def link_to(web: Web, ana: Ana) -> Invitation:
    """A reset link by the operator."""
    ports = web.replica.ports
    told = from_here(ports, ana.workspace_id)
    return await reset_link(ports, ana.workspace_id, ana.agent_id, COMMAND_LINE, told)


async def ends(web: Web, ana: Ana, how: str) -> Told:
    """All sessions end in one of the ways that there are; the answer."""
    match how:
        case "password":
            answer = await web.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}, ana.token)
        case "everywhere":
            answer = await web.post("/account/sign-out-everywhere", {}, ana.token)
        case _:
            made = await link_to(web, ana)
            answer = await web.post("/links/reset", {"link": made.link, "password": OTHER_PASSWORD})
            again = await web.post("/links/reset", {"link": made.link, "password": OTHER_PASSWORD})
            assert again.json()["code"] == "bad_link"
    assert answer.status_code == 200, answer.text
    told: Told = answer.json()
    return told


@pytest.mark.parametrize(
    ("how", "reason"),
    [("password", "password_changed"), ("everywhere", "signed_out_everywhere"), ("reset", "reset")],
)
async def test_sessions_tokens_and_sockets_end_together(
    web: Web, app: FastAPI, ana: Ana, how: str, reason: str
) -> None:
    async with socket(app) as screen:
        await screen.send(type="authorise", token=ana.token)
        await screen.until("ready")

        told = await ends(web, ana, how)

        with pytest.raises(Closed) as closed:
            await screen.until("never")
        assert (closed.value.code, closed.value.reason) == (4401, reason)
    assert (await web.get("/account/sessions", ana.token)).status_code == 401
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401
    left = await web.replica.ports.credentials.of(
        "agent_session", ana.workspace_id, ana.agent_id, web.replica.clock.now()
    )
    assert len(left) == (0 if how == "everywhere" else 1)
    if how == "everywhere":
        assert (await web.post("/sign-in", ana.says())).status_code == 200
    else:
        assert (await web.post("/sign-in", ana.says())).status_code == 401
        assert (await web.post("/sign-in", ana.says(OTHER_PASSWORD))).status_code == 200
        assert (await web.get("/account/sessions", told["token"])).status_code == 200


async def test_late_news_of_an_end_closes_no_screen_that_was_opened_since(
    web: Web, app: FastAPI, ana: Ana
) -> None:
    told = await ends(web, ana, "password")
    (stored,) = [
        e for e in web.replica.store.streams[f"account-{ana.agent_id}"] if e.type == SessionsEnded.TYPE
    ]
    async with socket(app) as screen:
        await screen.send(type="authorise", token=told["token"])
        await screen.until("ready")

        web.replica.publish(stored)

        await screen.send(type="ping")
        assert await screen.next() == {"type": "pong"}


@pytest.mark.parametrize("dying", ["keep", "find", "note", "end", "end_one", "of"])
@pytest.mark.parametrize("how", ["password", "everywhere"])
async def test_who_dies_on_the_way_leaves_nothing_open_once_the_end_is_recorded(
    web: Web, ana: Ana, how: str, dying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each port call fails once the end is in the stream: what is not deleted counts no more all the same."""
    stream, credentials = web.replica.store.streams[f"account-{ana.agent_id}"], web.replica.ports.credentials
    real = getattr(credentials, dying)

    async def dies(*arguments: Any) -> Any:
        if any(event.type == SessionsEnded.TYPE for event in stream):
            raise ConnectionError
        return await real(*arguments)

    with monkeypatch.context() as broken:
        broken.setattr(credentials, dying, dies)
        with suppress(ConnectionError, AssertionError):
            await ends(web, ana, how)

    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401
    with pytest.raises(BadToken):
        web.replica.verifier.verify(ana.token, web.replica.clock.now())
    right, wrong = (OTHER_PASSWORD, PASSWORD) if how == "password" else (PASSWORD, OTHER_PASSWORD)
    assert (await web.post("/sign-in", ana.says(right))).status_code == 200
    assert (await web.post("/sign-in", ana.says(wrong))).status_code == 401


async def test_a_sign_in_that_began_with_the_old_password_opens_nothing(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password is changed between the check of the old one and the session that comes of it."""
    credentials, real = web.replica.ports.credentials, web.replica.ports.credentials.keep
    changed = list[Told]()

    async def late(credential: Credential) -> None:
        if credential.kind == "agent_session" and not changed:
            changed.append({})
            changed[0] = await ends(web, ana, "password")
        await real(credential)

    monkeypatch.setattr(credentials, "keep", late)
    old = (await web.post("/sign-in", ana.says())).json()

    assert (await web.post("/tokens", {"session": old["session"]})).status_code == 401
    assert (await web.get("/account/sessions", old["token"])).status_code == 401
    assert (await web.post("/tokens", {"session": changed[0]["session"]})).status_code == 200


async def test_the_old_password_is_asked_for_and_guesses_are_bounded(web: Web, ana: Ana) -> None:
    guessed = {"old": "not the right one", "new": OTHER_PASSWORD}
    answers = [await web.post("/account/password", guessed, ana.token) for _ in range(11)]

    assert [answer.json()["code"] for answer in answers] == ["wrong_password"] * 10 + ["too_many_tries"]
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 200


async def test_a_reset_link_is_over_in_time_and_a_newer_one_ends_it(web: Web, ana: Ana) -> None:
    first, second = await link_to(web, ana), await link_to(web, ana)
    used = await web.post("/links/reset", {"link": first.link, "password": OTHER_PASSWORD})
    web.replica.clock.move(timedelta(hours=4))
    late = await web.post("/links/reset", {"link": second.link, "password": OTHER_PASSWORD})

    assert [answer.json()["code"] for answer in (used, late)] == ["bad_link", "bad_link"]
    assert (await web.post("/sign-in", ana.says())).status_code == 200
