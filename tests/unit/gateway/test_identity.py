"""Who a visitor is by signature: what counts, and the many things that do not."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Metadata
from contracts.ids import derived_id
from services.chassis.execution import execute
from services.gateway.accounts.identity import (
    IDENTITY_CHARS_MAX,
    LEEWAY_S,
    LIFETIME_S,
    BadIdentity,
    Identity,
    identity_of,
)
from services.gateway.accounts.identity_keys import make_key
from services.gateway.decider import workspace
from tests.unit.gateway.examples import ADA, ELSEWHERE, WORKSPACE, create
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.signing import NOW_S, SHOP, CompanyServer

KID = derived_id("key")


def told(name: str) -> Metadata:
    return Metadata(WORKSPACE, derived_id(name), "c", "c", f"agent:{ADA}")


async def founded() -> tuple[Replica, CompanyServer]:
    """A workspace with one identity key, and the company's server that has it."""
    replica = Replica()
    await execute(replica.ports, workspace.DECIDER, f"workspace-{WORKSPACE}", create, told("create"))
    made = await make_key(replica.ports, WORKSPACE, KID, ADA, told("make"), "")
    return replica, CompanyServer(made.kid, made.secret)


REPLICA, SERVER = asyncio.run(founded())


def identified(token: str, site: str | None = SHOP, workspace_id: str = WORKSPACE) -> Identity:
    return asyncio.run(identity_of(REPLICA.ports, workspace_id, site, token))


def reason(token: str, **about: Any) -> str:
    """Why it does not count."""
    with pytest.raises(BadIdentity) as refused:
        identified(token, **about)
    assert (refused.value.status, refused.value.code) == (401, "bad_identity")
    assert SERVER.secret not in refused.value.detail
    return refused.value.detail


def test_a_signature_says_who_a_visitor_is_and_what_is_known_of_them() -> None:
    found = identified(
        SERVER.sign(name=" Zoë  Müller ", email="zoe@example.com", phone="+49 30 1234567", company="Acme")
    )

    details = {
        "name": "Zoë Müller",
        "email": "zoe@example.com",
        "phone": "+49 30 1234567",
        "company": "Acme",
    }
    assert (found.kid, found.known) == (KID, details)


def test_the_same_subject_is_the_same_visitor_and_another_is_another() -> None:
    once, again = identified(SERVER.sign()), identified(SERVER.sign(exp=NOW_S + 600, name="Vi"))
    other = identified(SERVER.sign(sub="user-8"))

    assert once.visitor_id == again.visitor_id != other.visitor_id
    assert once.known == {}


def test_a_claim_without_a_text_is_not_there() -> None:
    assert identified(SERVER.sign(name="", phone="", company=None)).known == {}


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": None}, "no end"),
        ({"exp": NOW_S - LEEWAY_S}, "is over"),
        ({"exp": NOW_S + LIFETIME_S + LEEWAY_S + 1}, "more than an hour"),
        ({"exp": "tomorrow"}, "exp is not a number"),
        ({"exp": True}, "exp is not a number"),
        ({"exp": float("inf")}, "exp is not a number"),
        ({"exp": float("nan")}, "exp is not a number"),
        ({"iat": NOW_S + LEEWAY_S + 1}, "does not count yet (iat)"),
        ({"nbf": NOW_S + LEEWAY_S + 1}, "does not count yet (nbf)"),
        ({"nbf": "now"}, "nbf is not a number"),
        ({"aud": None}, "not the site"),
        ({"aud": "https://evil.example"}, "not the site"),
        ({"aud": [SHOP]}, "not the site"),
        ({"aud": f"{SHOP}/"}, "not the site"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": " "}, "subject"),
        ({"sub": 7}, "subject"),
        ({"sub": "x" * 201}, "subject"),
        ({"sub": "a\nb"}, "subject"),
        ({"name": "x" * 201}, "name is not valid"),
        ({"name": 7}, "name is not valid"),
        ({"name": "a\0b"}, "name is not valid"),
        ({"email": "zoe"}, "email is not valid"),
        ({"phone": "call me"}, "phone is not valid"),
        ({"company": "---"}, "company is not valid"),
        ({"name": "ø" * 200, "company": "ø" * 200}, "together"),
    ],
)
def test_claims_that_do_not_count_are_told(claims: dict[str, Any], why: str) -> None:
    assert why in reason(SERVER.sign(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW_S - LEEWAY_S + 1},
        {"exp": NOW_S + LIFETIME_S + LEEWAY_S},
        {"iat": NOW_S + LEEWAY_S, "nbf": NOW_S + LEEWAY_S},
        {"exp": NOW_S + 0.5},
        {"sub": "x" * 200, "name": "x" * 200},
        {"iss": "anybody", "jti": 7, "more": {"of": "this"}},
    ],
)
def test_claims_at_their_limits_count(claims: dict[str, Any]) -> None:
    assert identified(SERVER.sign(**claims)).visitor_id


@pytest.mark.parametrize("alg", ["none", "None", "HS384", "HS512", "RS256", "EdDSA", "", None, 7])
def test_no_other_algorithm_counts(alg: Any) -> None:
    header, payload, signature = SERVER.sign({"alg": alg}).split(".")

    for last in (signature, "", SERVER.sign().rpartition(".")[2]):
        reason(f"{header}.{payload}.{last}")


@pytest.mark.parametrize("kid", [None, "", derived_id("another"), 7, [KID], {"kid": KID}, KID.upper()])
def test_no_other_key_is_named(kid: Any) -> None:
    assert reason(SERVER.sign({"kid": kid}))


def test_a_key_is_of_one_workspace_and_signs_what_it_signed() -> None:
    assert "names no key" in reason(SERVER.sign(), workspace_id=ELSEWHERE)
    assert "signature" in reason(CompanyServer(KID, SERVER.secret[:-1]).sign())
    assert "on none" in reason(SERVER.sign(), site=None)


@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp"])
def test_what_a_header_says_is_critical_and_unknown_here_does_not_count(crit: Any) -> None:
    reason(SERVER.sign({"crit": crit}))
    reason(SERVER.sign({"crit": crit, "b64": False}))


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"7", b"null", b"{", b"\xff", b'{"sub":"\\ud800"}', b"[" * 900]
)
def test_a_payload_that_is_no_object_of_claims_does_not_count(payload: bytes) -> None:
    reason(SERVER.sign_bytes(payload))


def test_half_a_surrogate_pair_is_no_name() -> None:
    payload = f'{{"sub":"a\\ud800","aud":"{SHOP}","exp":{NOW_S + 60}}}'

    assert "subject" in reason(SERVER.sign_bytes(payload.encode()))


def test_one_that_is_too_long_is_not_read() -> None:
    assert "no JWT" in reason(SERVER.sign(more="x" * IDENTITY_CHARS_MAX))


TOKEN = SERVER.sign(name="Zoë", iat=NOW_S)


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_a_changed_character_anywhere_is_refused(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]

    if changed != TOKEN:
        reason(changed)


@given(st.integers(0, len(TOKEN)), st.characters(codec="utf-8"))
def test_a_character_more_or_less_is_refused(place: int, character: str) -> None:
    reason(TOKEN[:place] + character + TOKEN[place:])
    if place < len(TOKEN):
        reason(TOKEN[:place] + TOKEN[place + 1 :])


@given(st.text(max_size=300))
def test_no_text_is_a_failure(text: str) -> None:
    reason(text)


@given(st.binary(max_size=300))
def test_no_signed_payload_is_a_failure(payload: bytes) -> None:
    reason(SERVER.sign_bytes(payload))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["sub", "aud", "exp", "iat", "nbf", "name", "email", "phone", "company"]), values
    )
)
def test_no_signed_claims_are_a_failure(claims: dict[str, Any]) -> None:
    with suppress(BadIdentity):
        assert all(identified(SERVER.sign(**claims)).known.values())
