"""Staying signed in: for the password a session gets all of its time anew, and one that was ended alone stays so."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from contracts.gateway import SessionEnded
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import Ana, Told
from tests.unit.gateway.replica import ORIGIN
from tests.unit.gateway.web import Web

ALMOST = timedelta(hours=11, minutes=55)


async def later(web: Web, ana: Ana) -> Told:
    """Ana's token shortly before her session is over."""
    web.replica.clock.move(ALMOST)
    told: Told = (await web.post("/tokens", {"session": ana.session})).json()
    return told


async def session_id(web: Web, token: str) -> str:
    (session,) = (await web.get("/account/sessions", token)).json()["items"]
    return str(session["session_id"])


async def test_for_the_password_a_session_goes_on_under_another_secret(web: Web, ana: Ana) -> None:
    before = await later(web, ana)
    known = await session_id(web, before["token"])

    told = (await web.post("/account/sessions/renew", {"password": PASSWORD}, before["token"])).json()

    assert told["session_expires_at"] > before["session_expires_at"]
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401
    web.replica.clock.move(timedelta(hours=1))
    after = (await web.post("/tokens", {"session": told["session"]})).json()
    assert after["session_expires_at"] == told["session_expires_at"]
    assert await session_id(web, after["token"]) == known


async def test_a_browser_keeps_it_in_its_cookie(web: Web, ana: Ana) -> None:
    await web.post("/sign-in", ana.says(cookie=True), origin=ORIGIN)
    web.replica.clock.move(ALMOST)
    before = (await web.post("/tokens", {}, origin=ORIGIN)).json()

    body = {"password": PASSWORD, "cookie": True}
    told = await web.post("/account/sessions/renew", body, before["token"], origin=ORIGIN)
    foreign = await web.post("/account/sessions/renew", body, before["token"], origin="https://evil.example")

    assert told.json()["session"] is None
    assert foreign.json()["code"] == "foreign_origin"
    web.replica.clock.move(timedelta(hours=1))
    assert (await web.post("/tokens", {}, origin=ORIGIN)).status_code == 200


async def test_a_wrong_password_leaves_it_as_it_was_and_guesses_are_bounded(web: Web, ana: Ana) -> None:
    before = await later(web, ana)
    body = {"password": "not the right one"}

    codes = [
        (await web.post("/account/sessions/renew", body, before["token"])).json()["code"] for _ in range(11)
    ]

    assert codes == ["wrong_password"] * 10 + ["too_many_tries"]
    told = (await web.post("/tokens", {"session": ana.session})).json()
    assert told["session_expires_at"] == before["session_expires_at"]


async def test_a_session_that_is_over_is_not_brought_back(web: Web, ana: Ana) -> None:
    before = await later(web, ana)
    web.replica.clock.move(timedelta(minutes=5))

    late = await web.post("/account/sessions/renew", {"password": PASSWORD}, before["token"])

    assert late.status_code in (401, 404)
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401


async def test_who_dies_while_a_session_is_ended_leaves_none_that_counts(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is deleted once the end is in the stream; long after that its secret is worth as little."""
    stream, credentials = web.replica.store.streams[f"account-{ana.agent_id}"], web.replica.ports.credentials
    real = credentials.of

    async def dies(*arguments: Any) -> Any:
        if any(event.type == SessionEnded.TYPE for event in stream):
            raise ConnectionError
        return await real(*arguments)

    with monkeypatch.context() as broken, suppress(ConnectionError):
        broken.setattr(credentials, "of", dies)
        await web.post("/sign-out", {"session": ana.session})

    for wait in (timedelta(), timedelta(hours=1)):
        web.replica.clock.move(wait)
        assert (await web.post("/tokens", {"session": ana.session})).status_code == 401
