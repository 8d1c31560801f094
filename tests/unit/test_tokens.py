"""Tokens: what the gateway signed is believed until it is over, and nothing else ever is."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.tokens import (
    LEEWAY_S,
    LIFETIME_S,
    TOKEN_CHARS_MAX,
    BadToken,
    Caller,
    Signer,
    Verifier,
    new_private_key,
    public_key_of,
    read_private_key,
    read_public_key,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Caller(kind="agent", id="a-1", workspace_id="w-1", name="Ana", role="owner")
VISITOR = Caller(kind="visitor", id="v-1", workspace_id="w-1", visit_id="visit-1", playbook_id="p-1")
KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
VERIFIER = Verifier(lambda: {"k1": KEY.public_key()})
CLAIMS: dict[str, Any] = {
    "aud": "livechat",
    "iat": NOW,
    "exp": NOW + timedelta(seconds=300),
    "who": AGENT.model_dump(exclude_none=True),
}


def signed(claims: dict[str, Any], key: Any = KEY, kid: str | None = "k1", algorithm: str = "EdDSA") -> str:
    """A token with these claims."""
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid} if kid else {})


def part(value: object) -> str:
    """One of a token's three parts."""
    told = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(told).decode().rstrip("=")


@pytest.mark.parametrize("caller", [AGENT, VISITOR])
def test_a_token_speaks_for_whom_it_was_signed_for(caller: Caller) -> None:
    token, over = Signer("k1", KEY).sign(caller, NOW)

    assert VERIFIER.verify(token, NOW) == caller
    assert over == NOW + timedelta(seconds=LIFETIME_S)
    assert LIFETIME_S <= 300


def test_a_token_counts_until_it_is_over_also_when_it_was_verified_before() -> None:
    token, over = Signer("k1", KEY).sign(AGENT, NOW)
    last = over + timedelta(seconds=LEEWAY_S - 1)

    assert VERIFIER.verify(token, last) == AGENT
    with pytest.raises(BadToken):
        VERIFIER.verify(token, over + timedelta(seconds=LEEWAY_S))
    assert VERIFIER.verify(token, last) == AGENT


def test_while_a_key_replaces_another_the_tokens_of_both_count() -> None:
    verifier = Verifier(lambda: {"k1": KEY.public_key(), "k2": OTHER.public_key()})

    assert verifier.verify(Signer("k1", KEY).sign(AGENT, NOW)[0], NOW) == AGENT
    assert verifier.verify(Signer("k2", OTHER).sign(VISITOR, NOW)[0], NOW) == VISITOR
    with pytest.raises(BadToken):
        verifier.verify(Signer("k1", OTHER).sign(AGENT, NOW)[0], NOW)


def test_the_log_names_a_caller_by_kind_and_id() -> None:
    assert (AGENT.actor, VISITOR.actor) == ("agent:a-1", "visitor:v-1")


HMAC_WITH_THE_PUBLIC_KEY = ".".join([part({"alg": "HS256", "kid": "k1"}), part({"who": {}}), part(b"x" * 32)])
FORGED: dict[str, str] = {
    "nothing": "",
    "no token": "garbage",
    "empty parts": "..",
    "signed by a foreign key": signed(CLAIMS, OTHER),
    "an unknown key": signed(CLAIMS, kid="k9"),
    "no key named": signed(CLAIMS, kid=None),
    "not signed": f"{part({'alg': 'none', 'kid': 'k1'})}.{signed(CLAIMS).split('.')[1]}.",
    "another algorithm": signed(CLAIMS, generate_private_key(SECP256R1()), algorithm="ES256"),
    "the public key as a secret": HMAC_WITH_THE_PUBLIC_KEY,
    "for another audience": signed({**CLAIMS, "aud": "elsewhere"}),
    "for no audience": signed({name: value for name, value in CLAIMS.items() if name != "aud"}),
    "without an end": signed({name: value for name, value in CLAIMS.items() if name != "exp"}),
    "without a beginning": signed({name: value for name, value in CLAIMS.items() if name != "iat"}),
    "for nobody": signed({name: value for name, value in CLAIMS.items() if name != "who"}),
    "for a text": signed({**CLAIMS, "who": "agent"}),
    "for an unknown kind": signed({**CLAIMS, "who": {**CLAIMS["who"], "kind": "operator"}}),
    "for an unknown role": signed({**CLAIMS, "who": {**CLAIMS["who"], "role": "root"}}),
    "with more than a caller has": signed({**CLAIMS, "who": {**CLAIMS["who"], "admin": True}}),
    "an end that is no time": signed({**CLAIMS, "exp": "tomorrow"}),
    "an end beyond all times": signed({**CLAIMS, "exp": 10**18}),
    "a head of another shape": ".".join([part([]), part({}), part(b"x")]),
    "a key's name of another type": ".".join([part({"alg": "EdDSA", "kid": {}}), part({}), part(b"x")]),
    "a deep head": ".".join([part(b"[" * 1_500), part({}), part(b"x")]),
    "other letters": "é.é.é",
    "too long": "a" * (TOKEN_CHARS_MAX + 1),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_token_that_is_none_of_ours_is_not_believed(token: str) -> None:
    with pytest.raises(BadToken):
        VERIFIER.verify(token, NOW)


def test_a_token_that_was_changed_is_not_believed() -> None:
    head, body, signature = Signer("k1", KEY).sign(AGENT, NOW)[0].split(".")
    other = part({**CLAIMS, "iat": 0, "exp": 2**31, "who": {**CLAIMS["who"], "workspace_id": "w-2"}})

    for changed in (f"{head}.{other}.{signature}", f"{head}.{body}.", f"{head}.{body}.{part(b'x' * 64)}"):
        with pytest.raises(BadToken):
            VERIFIER.verify(changed, NOW)


@given(st.text(max_size=200) | st.lists(st.binary(max_size=60).map(part), max_size=4).map(".".join))
def test_no_text_is_anything_but_a_bad_token(token: str) -> None:
    with pytest.raises(BadToken):
        VERIFIER.verify(token, NOW)


def test_keys_are_read_as_they_were_written() -> None:
    pem = new_private_key()
    token, _ = Signer("k1", read_private_key(pem)).sign(AGENT, NOW)

    assert Verifier(lambda: {"k1": read_public_key(public_key_of(pem))}).verify(token, NOW) == AGENT


def test_a_key_of_another_kind_is_refused() -> None:
    other = generate_private_key(SECP256R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    with pytest.raises(ValueError, match="not an Ed25519 private key"):
        read_private_key(private)
    with pytest.raises(ValueError, match="not an Ed25519 public key"):
        read_public_key(public)
