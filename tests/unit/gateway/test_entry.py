"""Sign-in, its throttle, sessions in cookies, and what ends them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from contracts.ids import derived_id
from services.gateway.accounts.passwords import Hashing, hashing_of
from services.gateway.accounts.throttle import network_of
from services.gateway.settings import GatewaySettings
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import Ana
from tests.unit.gateway.replica import ORIGIN, Replica
from tests.unit.gateway.web import Web, browsing, with_settings

ADDRESS, ELSEWHERE = "192.0.2.1", "192.0.2.99"


@pytest.fixture
async def elsewhere(app: FastAPI, replica: Replica) -> AsyncIterator[Web]:
    async with browsing(replica, app, ELSEWHERE) as found:
        yield found


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


async def test_what_could_not_be_tried_counts_as_no_try(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.accounts.passwords.WAITING_MAX", 0)
    answers = [await web.post("/sign-in", ana.says()) for _ in range(15)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "busy")}
    monkeypatch.undo()

    assert (await web.post("/sign-in", ana.says())).status_code == 200


async def test_right_ones_count_as_no_tries(web: Web, ana: Ana) -> None:
    assert {(await web.post("/sign-in", ana.says())).status_code for _ in range(30)} == {200}


def test_an_address_of_the_newer_kind_counts_by_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert (network_of("192.0.2.1"), network_of("nonsense")) == ("192.0.2.1", "nonsense")


def test_an_older_address_in_the_form_of_a_newer_one_is_the_older_one() -> None:
    assert network_of("::ffff:192.0.2.1") == network_of("::ffff:c000:201") == "192.0.2.1"
    assert network_of("::ffff:192.0.2.2") == "192.0.2.2"


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
    other = (await web.post("/sign-in", ana.says(), **{"user-agent": "Firefox on a ship"})).json()["token"]
    web.replica.clock.move(timedelta(minutes=2))
    token = (await web.post("/tokens", {"session": ana.session})).json()["token"]

    newer, older = (await web.get("/account/sessions", token)).json()["items"]
    assert newer["browser"] == "Firefox on a ship"
    assert newer["began_at"] == newer["used_at"]
    assert older["began_at"] < newer["began_at"] < older["used_at"] < older["expires_at"]
    assert ana.session not in str(older)

    path = f"/account/sessions/{older['session_id']}/end"
    assert (await web.post(path, {}, token)).json() == {"session_id": older["session_id"]}
    assert (await web.post(path, {}, token)).status_code == 401
    assert (await web.post(path, {}, other)).status_code == 404
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401


async def test_an_account_has_so_many_sessions_and_no_more(web: Web, ana: Ana) -> None:
    newest = ""
    for _ in range(51):
        web.replica.clock.move(timedelta(seconds=1))
        newest = (await web.post("/sign-in", ana.says())).json()["token"]

    assert len((await web.get("/account/sessions", newest)).json()["items"]) == 50
    assert (await web.get("/account/sessions", ana.token)).status_code == 401
    assert (await web.post("/tokens", {"session": ana.session})).status_code == 401


async def test_another_name_is_in_the_next_token(web: Web, ana: Ana) -> None:
    assert (await web.post("/account/name", {"name": " Anna "}, ana.token)).json()["version"] == 3

    told = (await web.post("/tokens", {"session": ana.session})).json()
    assert web.replica.verifier.verify(told["token"], web.replica.clock.now()).name == "Anna"
    assert (await web.get("/account", told["token"])).json() == {
        "agent_id": ana.agent_id,
        "workspace_id": ana.workspace_id,
        "name": "Anna",
        "role": "owner",
        "language": None,
    }


async def test_the_language_is_the_accounts(web: Web, ana: Ana) -> None:
    assert (await web.post("/account/language", {"language": "pt-BR"}, ana.token)).json()["version"] == 3
    refused = await web.post("/account/language", {"language": "tlh"}, ana.token)
    assert refused.status_code == 422

    again = (await web.post("/sign-in", ana.says())).json()["token"]
    assert (await web.get("/account", again)).json()["language"] == "pt-BR"


async def test_too_many_at_once_are_told_to_come_again(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.accounts.passwords.WAITING_MAX", 0)

    answer = await web.post("/sign-in", ana.says())

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "2"
