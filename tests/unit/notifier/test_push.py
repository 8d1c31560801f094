"""Messages that only their device can open, signatures that push services can check, and what their answers mean."""

import base64
import os
from datetime import UTC, datetime, timedelta

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from services.chassis.memory import MovedClock
from services.notifier.outbound import BadEndpoint, Message, Result, Subscription, WebPush, new_vapid_key
from services.notifier.outbound.push import encrypted, result_of
from services.notifier.settings import NotifierSettings

NOW = datetime(2027, 5, 4, 9, 0, tzinfo=UTC)


def text_of(data: bytes) -> str:
    """base64url as browsers write it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def browser() -> tuple[ec.EllipticCurvePrivateKey, bytes, Subscription]:
    """A device's keys, and its subscription."""
    key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key, auth, Subscription("https://push.example.com/x", text_of(point), text_of(auth))


def web_push(**settings: object) -> WebPush:
    """Web push with a key of its own."""
    given = {"vapid_key": SecretStr(new_vapid_key()), "push_hosts": ("push.example.com",), **settings}
    return WebPush(lambda: NotifierSettings.model_validate(given), MovedClock(NOW))


def test_the_device_reads_what_was_sent_and_nobody_else() -> None:
    key, auth, subscription = browser()
    sealed = encrypted(b"hello", subscription)

    assert http_ece.decrypt(sealed, private_key=key, auth_secret=auth, version="aes128gcm") == b"hello"
    other, _, _ = browser()
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(sealed, private_key=other, auth_secret=auth, version="aes128gcm")
    assert encrypted(b"hello", subscription)[:16] != sealed[:16]


def test_the_signature_is_for_one_origin_and_checks_with_the_public_key() -> None:
    push = web_push()
    origins = ["https://push.example.com", "https://other.example.com"]
    told = [push._signature(origin, push._vapid()) for origin in origins]

    assert push.public_key is not None
    point = base64.urlsafe_b64decode(push.public_key + "=")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    for origin, header in zip(origins, told, strict=True):
        token = header.removeprefix("vapid t=").partition(",")[0]
        claims = jwt.decode(token, key, algorithms=["ES256"], audience=origin, options={"verify_exp": False})
        assert claims["exp"] == int((NOW + timedelta(hours=12)).timestamp())
        assert header.endswith(f"k={push.public_key}")


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", ""), ("!", "!"), (text_of(b"\4" + b"1" * 64), text_of(b"1" * 16)), (text_of(b"1" * 16), "AA")],
)
async def test_keys_that_cannot_be_used_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BadEndpoint):
        await web_push().admit(Subscription("https://push.example.com/x", p256dh, auth))


async def test_an_address_that_is_allowed_no_more_is_not_sent_to() -> None:
    _, _, subscription = browser()

    result = await web_push(push_hosts=("another.example.com",)).send(subscription, Message(b"x", "t", 60))

    assert result == Result("refused", "bad_endpoint")


async def test_without_a_key_nothing_is_sent() -> None:
    _, _, subscription = browser()
    push = web_push(vapid_key=None)

    assert push.public_key is None
    assert await push.send(subscription, Message(b"x", "t", 60)) == Result("refused", "no_web_push")


@pytest.mark.parametrize(
    ("status", "retry_after", "wanted"),
    [
        (201, "", Result("taken")),
        (404, "", Result("gone", "404")),
        (410, "", Result("gone", "410")),
        (400, "", Result("refused", "400")),
        (413, "", Result("refused", "413")),
        (302, "", Result("refused", "302")),
        (401, "", Result("again", "401")),
        (403, "", Result("again", "403")),
        (429, "17", Result("again", "429", 17.0)),
        (503, "Tue, 04 May 2027 09:01:00 GMT", Result("again", "503", 60.0)),
        (500, "soon", Result("again", "500")),
    ],
)
def test_what_an_answer_means(status: int, retry_after: str, wanted: Result) -> None:
    assert result_of(status, retry_after, NOW) == wanted
