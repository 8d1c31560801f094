"""The token of a file is believed about the file, and lets nobody in; a caller's token names no file."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.tokens import (
    FILE_LIFETIME_S,
    FILE_TOKEN_CHARS_MAX,
    BadToken,
    Caller,
    FileTicket,
    Signer,
    Verifier,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
SIGNER, VERIFIER = Signer("k1", KEY), Verifier(lambda: {"k1": KEY.public_key()})
CALLER = Caller(kind="visitor", id="v-1", workspace_id="w-1", visit_id="visit-1")
TICKET = FileTicket(
    file_id="f-1",
    workspace_id="w-1",
    conversation_id="c-1",
    uploader="visitor:v-1",
    name="a.txt",
    content_type="text/plain",
    size_bytes=3,
    sha256="ab" * 32,
)


def test_a_file_token_tells_what_was_signed_and_until_when() -> None:
    token, over = SIGNER.sign_file(TICKET, NOW)

    assert VERIFIER.verify_file(token) == (TICKET, over)
    assert over == NOW + timedelta(seconds=FILE_LIFETIME_S)


def test_the_longest_name_fits() -> None:
    token, _ = SIGNER.sign_file(TICKET.model_copy(update={"name": "\U0001f600" * 200}), NOW)

    assert len(token) <= FILE_TOKEN_CHARS_MAX
    assert VERIFIER.verify_file(token)[0].name == "\U0001f600" * 200


def test_no_token_stands_for_another_kind() -> None:
    with pytest.raises(BadToken):
        VERIFIER.verify(SIGNER.sign_file(TICKET, NOW)[0], NOW)
    with pytest.raises(BadToken):
        VERIFIER.verify_file(SIGNER.sign(CALLER, NOW)[0])


@pytest.mark.parametrize("typ", ["JWT", "file+jwt"])
@pytest.mark.parametrize("audience", ["livechat", "livechat-file"])
def test_audience_and_type_must_both_be_right(typ: str, audience: str) -> None:
    claims = {
        "aud": audience,
        "iat": NOW,
        "exp": NOW + timedelta(minutes=5),
        "file": TICKET.model_dump(),
        "who": CALLER.model_dump(exclude_none=True),
    }
    token = jwt.encode(claims, KEY, algorithm="EdDSA", headers={"kid": "k1", "typ": typ})

    believed = []
    for name, verify in (
        ("caller", lambda: VERIFIER.verify(token, NOW)),
        ("file", lambda: VERIFIER.verify_file(token)),
    ):
        try:
            verify()
            believed.append(name)
        except BadToken:
            pass
    wanted = {("JWT", "livechat"): ["caller"], ("file+jwt", "livechat-file"): ["file"]}
    assert believed == wanted.get((typ, audience), [])


def test_another_key_and_a_changed_token_are_not_believed() -> None:
    token, _ = Signer("k1", Ed25519PrivateKey.generate()).sign_file(TICKET, NOW)
    good, _ = SIGNER.sign_file(TICKET, NOW)

    for bad in (token, good[:-4] + "AAAA", good + "x" * FILE_TOKEN_CHARS_MAX, "", "a.b.c"):
        with pytest.raises(BadToken):
            VERIFIER.verify_file(bad)
