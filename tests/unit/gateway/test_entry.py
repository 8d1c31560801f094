"""Sign-in, its throttle, sessions in cookies, and what ends them."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.gateway import SessionsEnded
from contracts.ids import derived_id
from services.chassis.ports import Credential
from services.chassis.tokens import BadToken
from services.gateway.accounts.passwords import Hashing, hashing_of
from services.gateway.accounts.sign_in import network_of
from services.gateway.invitations import create_workspace, reset_link
from services.gateway.settings import GatewaySettings
from tests.unit.gateway.client import Closed, socket
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.replica import ORIGIN, Replica
from tests.unit.gateway.web import Web, browsing

ADDRESS, ELSEWHERE = "192.0.2.1", "192.0.2.99"
OTHER_PASSWORD = "four grey herons"
Told = dict[str, Any]


class Ana:
    """The owner of a workspace, who joined."""

    def __init__(self, workspace_id: str, told: Told) -> None:
        self.workspace_id, self.agent_id, self.token = workspace_id, told["agent_id"], told["token"]
        self.session = told["session"]

    def says(self, password: str = PASSWORD, **more: Any) -> Told:
        return {
            "workspace_id": self.workspace_id,
            "email": "ana@example.org",
            "password": password,
            **more,
        }


@pytest.fixture
async def ana(web: Web) -> Ana:
    made = await create_workspace(web.replica.ports, "Acme", "Ana@example.org")
    body = {"link": made.link, "name": "Ana", "password": PASSWORD}
    return Ana(made.workspace_id, (await web.post("/links/redeem", body)).json())


@pytest.fixture
async def elsewhere(app: FastAPI, replica: Replica) -> AsyncIterator[Web]:
    async with browsing(replica, app, ELSEWHERE) as found:
        yield found


def with_settings(replica: Replica, app: FastAPI, **changes: Any) -> None:
    settings = replica.ports.own["settings"].model_copy(update=changes)
    replica.ports = replace(replica.ports, own={**replica.ports.own, "settings": settings})
    app.state.ports = replica.ports


async def test_somebody_signs_in_by_address_and_password(web: Web, ana: Ana) -> None:
    told = (await web.post("/sign-in", ana.says(email=" ANA@example.org".strip()))).json()

    caller = web.replica.verifier.verify(told["token"], web.replica.clock.now())
    assert (caller.id, caller.name, caller.role) == (ana.agent_id, "Ana", "owner")
    assert (await web.post("/tokens", {"session": told["session"]})).status_code == 200
    assert told["session"] != ana.session


async def test_known_and_unknown_get_the_same_answer_for_the_same_work(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = list[str]()
    verify = Hashing._verify

    def counted(self: Hashing, kept: str, password: str) -> bool:
        worked.append(kept.partition("p=")[0])
        return verify(self, kept, password)

    monkeypatch.setattr(Hashing, "_verify", counted)
    wrong = [
        ana.says("not the right one"),
        ana.says(email="nobody@example.org"),
        ana.says(workspace_id=derived_id("nowhere")),
    ]
    answers = [await web.post("/sign-in", body) for body in wrong]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "bad_sign_in"
    assert len(worked) == 3
    assert len(set(worked)) == 1


async def test_wrong_tries_are_bounded_also_for_addresses_that_are_not_there(web: Web, ana: Ana) -> None:
    for body in (ana.says("not the right one"), ana.says(email="nobody@example.org")):
        codes = [(await web.post("/sign-in", body)).status_code for _ in range(12)]
        assert codes == [401] * 10 + [429] * 2

    refused = await web.post("/sign-in", ana.says())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert refused.headers["retry-after"] == "900"
    web.replica.clock.move(timedelta(seconds=900))
    assert (await web.post("/sign-in", ana.says())).status_code == 200


async def test_strangers_tries_do_not_hold_up_who_comes_from_a_known_address(
    web: Web, app: FastAPI, replica: Replica, ana: Ana, elsewhere: Web
) -> None:
    assert (await web.post("/sign-in", ana.says())).status_code == 200
    for number in range(6):
        async with browsing(replica, app, f"198.51.100.{number}") as stranger:
            codes = [
                (await stranger.post("/sign-in", ana.says("guessed by now"))).status_code for _ in range(10)
            ]
        assert codes == ([401] * 10 if number < 5 else [429] * 10)

    assert (await elsewhere.post("/sign-in", ana.says())).status_code == 429
    assert (await web.post("/sign-in", ana.says())).status_code == 200


async def test_one_address_tries_no_great_number_of_accounts(web: Web, app: FastAPI, ana: Ana) -> None:
    with_settings(web.replica, app, gateway_sign_in_address_tries_max=5)
    tries = [ana.says(email=f"{number}@example.org") for number in range(7)]

    assert [(await web.post("/sign-in", body)).status_code for body in tries] == [401] * 5 + [429] * 2


async def test_right_ones_count_as_no_tries(web: Web, ana: Ana) -> None:
    assert {(await web.post("/sign-in", ana.says())).status_code for _ in range(30)} == {200}


def test_an_address_of_the_newer_kind_counts_by_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert (network_of("192.0.2.1"), network_of("nonsense")) == ("192.0.2.1", "nonsense")


async def test_a_password_is_hashed_anew_at_sign_in_when_the_parameters_changed(
    web: Web, app: FastAPI, ana: Ana
) -> None:
    with_settings(web.replica, app, gateway_password_passes=2)

    assert (await web.post("/sign-in", ana.says())).status_code == 200

    (kept,) = await web.replica.ports.credentials.of(
        "password", ana.workspace_id, ana.agent_id, web.replica.clock.now()
    )
    assert "t=2" in kept.claims["argon2"]
    assert not hashing_of(web.replica.ports).is_outdated(kept.claims["argon2"])
    assert (await web.post("/sign-in", ana.says())).status_code == 200


async def test_the_same_text_is_the_same_password_however_it_is_composed(web: Web, ana: Ana) -> None:
    told = {"old": PASSWORD, "new": "sch\u00f6ne Reiher"}
    assert (await web.post("/account/password", told, ana.token)).status_code == 200

    assert (await web.post("/sign-in", ana.says("scho\u0308ne Reiher"))).status_code == 200


async def test_a_browsers_session_lives_in_a_cookie_that_its_pages_cannot_read(web: Web, ana: Ana) -> None:
    answer = await web.post("/sign-in", ana.says(cookie=True), origin=ORIGIN)

    assert answer.json()["session"] is None
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-livechat=")
    for limit in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert limit in cookie
    assert "Domain" not in cookie
    told = await web.post("/tokens", {}, origin=ORIGIN)
    assert web.replica.verifier.verify(told.json()["token"], web.replica.clock.now()).id == ana.agent_id


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
async def test_no_foreign_page_uses_or_sets_the_cookie(web: Web, ana: Ana, headers: dict[str, str]) -> None:
    set_by_it = await web.post("/sign-in", ana.says(cookie=True), **headers)
    assert (set_by_it.status_code, set_by_it.json()["code"]) == (403, "foreign_origin")
    assert "set-cookie" not in set_by_it.headers

    await web.post("/sign-in", ana.says(cookie=True), origin=ORIGIN)
    for path in ("/tokens", "/sign-out"):
        assert (await web.post(path, {}, **headers)).json()["code"] == "foreign_origin"
    assert (await web.post("/tokens", {}, origin=ORIGIN)).status_code == 200
    assert (await web.post("/tokens", {"session": ana.session}, **headers)).status_code == 200


def test_over_plain_http_the_cookie_has_no_bound_name() -> None:
    replica = Replica()
    settings: GatewaySettings = replica.ports.own["settings"]

    assert settings.secure_cookies
    assert not settings.model_copy(update={"origins": ("http://localhost:8080",)}).secure_cookies


async def test_signing_out_ends_this_session_alone(web: Web, ana: Ana) -> None:
    await web.post("/sign-in", ana.says(cookie=True), origin=ORIGIN)

    out = await web.post("/sign-out", {}, origin=ORIGIN)

    assert out.json() == {"ended": True}
    assert (await web.post("/tokens", {}, origin=ORIGIN)).status_code == 401
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 200
    assert (await web.post("/sign-out", {"session": "never was one"})).json() == {"ended": False}


async def test_ones_own_sessions_are_listed_and_ended_one_by_one(web: Web, ana: Ana) -> None:
    web.replica.clock.move(timedelta(minutes=2))
    await web.post("/sign-in", ana.says(), **{"user-agent": "Firefox on a ship"})
    web.replica.clock.move(timedelta(minutes=2))
    token = (await web.post("/tokens", {"session": ana.session})).json()["token"]

    newer, older = (await web.get("/account/sessions", token)).json()["items"]
    assert newer["browser"] == "Firefox on a ship"
    assert newer["began_at"] == newer["used_at"]
    assert older["began_at"] < newer["began_at"] < older["used_at"] < older["expires_at"]
    assert ana.session not in str(older)

    path = f"/account/sessions/{older['session_id']}/end"
    assert (await web.post(path, {}, token)).json() == {"session_id": older["session_id"]}
    assert (await web.post(path, {}, token)).status_code == 404
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401


async def test_an_account_has_so_many_sessions_and_no_more(web: Web, ana: Ana) -> None:
    for _ in range(51):
        web.replica.clock.move(timedelta(seconds=1))
        assert (await web.post("/sign-in", ana.says())).status_code == 200

    assert len((await web.get("/account/sessions", ana.token)).json()["items"]) == 50
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401


async def ends(web: Web, ana: Ana, how: str) -> Told:
    """All sessions end in one of the ways that there are; the answer."""
    match how:
        case "password":
            answer = await web.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}, ana.token)
        case "everywhere":
            answer = await web.post("/account/sign-out-everywhere", {}, ana.token)
        case _:
            made = await reset_link(web.replica.ports, ana.workspace_id, ana.agent_id)
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
    first = await reset_link(web.replica.ports, ana.workspace_id, ana.agent_id)
    second = await reset_link(web.replica.ports, ana.workspace_id, ana.agent_id)
    used = await web.post("/links/reset", {"link": first.link, "password": OTHER_PASSWORD})
    web.replica.clock.move(timedelta(hours=4))
    late = await web.post("/links/reset", {"link": second.link, "password": OTHER_PASSWORD})

    assert [answer.json()["code"] for answer in (used, late)] == ["bad_link", "bad_link"]
    assert (await web.post("/sign-in", ana.says())).status_code == 200


async def test_another_name_is_in_the_next_token(web: Web, ana: Ana) -> None:
    assert (await web.post("/account/name", {"name": " Anna "}, ana.token)).json()["version"] == 3

    told = (await web.post("/tokens", {"session": ana.session})).json()
    assert web.replica.verifier.verify(told["token"], web.replica.clock.now()).name == "Anna"


async def test_too_many_at_once_are_told_to_come_again(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.accounts.passwords.WAITING_MAX", 0)

    answer = await web.post("/sign-in", ana.says())

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "2"
