"""A password that is changed again with the same key locks nobody out, and what never counted is not kept."""

import hashlib
from datetime import timedelta

import pytest

from contracts.gateway import SessionsEnded
from contracts.ids import derived_id
from services.chassis.decider import Refused
from services.gateway.accounts import sign_in
from services.gateway.accounts.passwords import UNUSED_KEPT_FOR
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import OTHER_PASSWORD, Ana
from tests.unit.gateway.web import Web

THIRD_PASSWORD = "two white storks"


async def kept(web: Web, ana: Ana) -> int:
    """How many passwords are kept for the account."""
    now = web.replica.clock.now()
    return len(await web.replica.ports.credentials.of("password", ana.workspace_id, ana.agent_id, now))


def endings(web: Web, ana: Ana) -> int:
    """How often all sessions of the account were ended."""
    stream = web.replica.store.streams[f"account-{ana.agent_id}"]
    return sum(event.type == SessionsEnded.TYPE for event in stream)


@pytest.mark.parametrize("new", [PASSWORD, OTHER_PASSWORD])
async def test_a_change_that_is_repeated_with_its_key_changes_nothing_more(
    web: Web, ana: Ana, new: str
) -> None:
    body, key = {"old": PASSWORD, "new": new}, {"idempotency-key": "k"}
    first = (await web.post("/account/password", body, ana.token, **key)).json()

    again = await web.post("/account/password", body, first["token"], **key)

    assert again.status_code == 200, again.text
    assert endings(web, ana) == 1
    assert (await web.post("/sign-in", ana.says(new))).status_code == 200
    for session in (first["session"], again.json()["session"]):
        assert (await web.post("/tokens", {"session": session})).status_code == 200
    assert await kept(web, ana) == 1


async def test_a_key_is_of_one_change_alone(web: Web, ana: Ana) -> None:
    key = {"idempotency-key": "k"}
    first = await web.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}, ana.token, **key)

    other = {"old": OTHER_PASSWORD, "new": THIRD_PASSWORD}
    second = await web.post("/account/password", other, first.json()["token"], **key)

    assert (second.status_code, second.json()["code"]) == (422, "idempotency_key_reused")
    answers = [
        (await web.post("/sign-in", ana.says(password))).status_code
        for password in (PASSWORD, OTHER_PASSWORD, THIRD_PASSWORD)
    ]
    assert answers == [401, 200, 401]
    assert await kept(web, ana) == 1


async def test_a_late_repeat_opens_nothing_once_the_password_is_another_again(web: Web, ana: Ana) -> None:
    body, key = {"old": PASSWORD, "new": OTHER_PASSWORD}, {"idempotency-key": "k"}
    first = (await web.post("/account/password", body, ana.token, **key)).json()
    then = {"old": OTHER_PASSWORD, "new": THIRD_PASSWORD}
    second = (await web.post("/account/password", then, first["token"])).json()

    late = await web.post("/account/password", body, second["token"], **key)

    assert (late.status_code, late.json()["code"]) == (403, "wrong_password")
    assert (await web.post("/sign-in", ana.says(THIRD_PASSWORD))).status_code == 200
    assert await kept(web, ana) == 1


async def test_nothing_that_is_kept_of_a_change_lets_passwords_be_tried(web: Web, ana: Ana) -> None:
    """Who reads the table of commands and guesses the passwords sees no difference without the secret."""
    body = {"old": PASSWORD, "new": OTHER_PASSWORD}
    answer = await web.post("/account/password", body, ana.token, **{"idempotency-key": "k"})

    command_id = derived_id("command", ana.workspace_id, f"agent:{ana.agent_id}", "k")
    answered = await web.replica.store.answered(ana.workspace_id, command_id)
    guessed = b"POST /account/password?\n" + answer.request.content
    assert answered is not None
    assert len(answered.fingerprint) == 32
    assert answered.fingerprint != hashlib.sha256(guessed).hexdigest()[:32]


async def test_a_refused_change_keeps_no_password(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*told: object) -> None:
        raise Refused("contended", "Others were faster.")

    monkeypatch.setattr(sign_in, "tell", refuses)
    answer = await web.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}, ana.token)

    assert answer.status_code == 409
    assert await kept(web, ana) == 1


async def test_what_a_change_that_was_cut_short_left_goes_with_a_later_sign_in(
    web: Web, ana: Ana, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*told: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(sign_in, "tell", dies)
        await web.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}, ana.token)
    assert await kept(web, ana) == 2

    assert (await web.post("/sign-in", ana.says())).status_code == 200
    assert await kept(web, ana) == 2  # A change that is still under way is left alone.
    web.replica.clock.move(UNUSED_KEPT_FOR + timedelta(seconds=1))
    assert (await web.post("/sign-in", ana.says())).status_code == 200
    assert await kept(web, ana) == 1
    assert (await web.post("/sign-in", ana.says())).status_code == 200
