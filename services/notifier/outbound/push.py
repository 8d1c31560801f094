"""Web push: a message encrypted for one device (RFC 8291), signed by us (RFC 8292), handed to its push service."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, Protocol
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from py_vapid import Vapid02
from pywebpush import WebPusher
from yarl import URL

from services.chassis.ports import Clock
from services.chassis.settings import Fresh
from services.notifier.outbound.addresses import HTTPS, Addresses, BadEndpoint, CheckedResolver
from services.notifier.settings import NotifierSettings

PLAIN_BYTES_MAX = 3_993
"""What fits the one record that push services take."""
CONNECT_S, ANSWER_S, TRY_S = 4.0, 8.0, 9.0
BODY_S, BODY_BYTES_MAX, CONNECTIONS_MAX, KEPT_S = 0.5, 4_096, 512, 30.0
SIGNED_FOR, SIGNED_AGAIN_AFTER = timedelta(hours=12), timedelta(hours=6)
SIGNATURES_MAX = 64
POINT_BYTES, AUTH_BYTES = 65, 16


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a device is reached, and the keys that only it can open messages with."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. `ttl_s` is how long the push service keeps it; a newer one of the same topic replaces it."""

    data: bytes
    topic: str
    ttl_s: int


@dataclass(frozen=True, slots=True)
class Result:
    """What the push service said.

    taken; gone: the device is there no more; refused: this message is wrong for good; again: another try may help,
    after `wait_s` seconds where it says so.
    """

    outcome: Literal["taken", "gone", "refused", "again"]
    reason: str = ""
    wait_s: float = 0.0


class Push(Protocol):
    """Hands messages over. `send` never raises and always ends, TRY_S after its begin at the latest."""

    async def send(self, subscription: Subscription, message: Message) -> Result: ...

    async def admit(self, subscription: Subscription) -> None:
        """Returns if a device may subscribe so. Raises BadEndpoint."""

    @property
    def public_key(self) -> str | None:
        """What devices subscribe with: base64url of our public key; None where there is no web push."""


def point_of(text: str, size: int) -> bytes:
    """The bytes of a key in base64url. Raises BadEndpoint."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadEndpoint("Keys are base64url.") from None
    if len(found) != size:
        raise BadEndpoint(f"A key has {size} bytes here.")
    return found


class WebPush:
    """Push over HTTP: no redirect, no proxy, no cookie; an answer's body is not read.

    `settings` are read again where the key that pushes are signed with may be another.
    """

    def __init__(
        self, settings: Callable[[], NotifierSettings], clock: Clock, addresses: Addresses | None = None
    ) -> None:
        told = settings()
        self._addresses, self._clock, self._contact = addresses or Addresses(told), clock, told.vapid_contact
        self._vapid = Fresh(lambda: settings().vapid())
        self._signatures: dict[tuple[str, Vapid02], tuple[datetime, str]] = {}
        self._session: ClientSession | None = None

    @property
    def public_key(self) -> str | None:
        """Of the key that pushes are signed with."""
        if (vapid := self._vapid()) is None:
            return None
        numbers = vapid.public_key.public_numbers()
        point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        return base64.urlsafe_b64encode(point).decode().rstrip("=")

    async def admit(self, subscription: Subscription) -> None:
        """The address is one we send to, also where its name leads now, and the keys can be used."""
        self._check(subscription)
        parts = urlsplit(subscription.endpoint)
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._addresses.connectable(parts.hostname or "", parts.port or HTTPS)
        except OSError:
            raise BadEndpoint("The endpoint's host cannot be found.") from None

    def _check(self, subscription: Subscription) -> None:
        self._addresses.check(subscription.endpoint)
        point_of(subscription.auth, AUTH_BYTES)
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), point_of(subscription.p256dh, POINT_BYTES)
            )
        except ValueError:
            raise BadEndpoint("p256dh is no point of the curve P-256.") from None

    async def send(self, subscription: Subscription, message: Message) -> Result:
        """One try."""
        if (vapid := self._vapid()) is None:
            return Result("refused", "no_web_push")
        try:
            self._check(subscription)
            async with asyncio.timeout(TRY_S):
                return await self._posted(subscription, message, vapid)
        except BadEndpoint:
            return Result("refused", "bad_endpoint")
        except TimeoutError:
            return Result("again", "timeout")
        except (ClientError, OSError, RuntimeError) as lost:  # The last: the session was closed meanwhile.
            return Result("again", _snake(type(lost).__name__))

    async def close(self) -> None:
        """Ends all connections; another send opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _client(self) -> ClientSession:
        """Of this event loop: it is made when it is needed."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(
                    resolver=CheckedResolver(self._addresses),
                    use_dns_cache=False,
                    limit=CONNECTIONS_MAX,
                    keepalive_timeout=KEPT_S,
                ),
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(connect=CONNECT_S, sock_read=ANSWER_S),
                auto_decompress=False,
            )
        return self._session

    async def _posted(self, subscription: Subscription, message: Message, vapid: Vapid02) -> Result:
        headers = {
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": str(message.ttl_s),
            "topic": message.topic,
            "urgency": "high",
            "authorization": self._signature(self._addresses.check(subscription.endpoint), vapid),
        }
        content = encrypted(message.data, subscription)
        async with self._client().post(
            URL(subscription.endpoint, encoded=True), headers=headers, data=content, allow_redirects=False
        ) as answer:
            await _finished(answer)
            return result_of(answer.status, answer.headers.get("retry-after", ""), self._clock.now())

    def _signature(self, origin: str, vapid: Vapid02) -> str:
        """The header by which the push service knows us, made anew every few hours for each origin."""
        now = self._clock.now()
        made = self._signatures.get((origin, vapid))
        if made is None or now - made[0] > SIGNED_AGAIN_AFTER:
            if len(self._signatures) >= SIGNATURES_MAX:
                self._signatures.clear()
            claims = {"aud": origin, "exp": int((now + SIGNED_FOR).timestamp()), "sub": self._contact}
            made = self._signatures[origin, vapid] = now, str(vapid.sign(claims)["Authorization"])
        return made[1]


def new_vapid_key() -> str:
    """A new key that push services know us by, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def encrypted(data: bytes, subscription: Subscription) -> bytes:
    """The message for this device's eyes alone: a fresh key and salt each time."""
    assert len(data) <= PLAIN_BYTES_MAX
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    sealed = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(data, "aes128gcm")
    return bytes(sealed["body"])


async def _finished(answer: ClientResponse) -> None:
    """Lets a short answer come to its end, so that its connection can be used again; a long one costs it."""
    try:
        async with asyncio.timeout(BODY_S):
            size = 0
            while size <= BODY_BYTES_MAX and (part := await answer.content.readany()):
                size += len(part)
    except (TimeoutError, ClientError, OSError):
        size = BODY_BYTES_MAX + 1
    if size > BODY_BYTES_MAX:
        answer.close()


def result_of(status: int, retry_after: str, now: datetime) -> Result:
    """What a push service's answer means. A wrong key of ours (401, 403) is ours to mend and no device's end."""
    match status:
        case 200 | 201 | 202 | 204:
            return Result("taken")
        case 404 | 410:
            return Result("gone", str(status))
        case 401 | 403 | 408 | 425 | 429:
            return Result("again", str(status), _wait_s(retry_after, now))
        case _ if status >= 500:
            return Result("again", str(status), _wait_s(retry_after, now))
        case _:
            return Result("refused", str(status))


def _wait_s(text: str, now: datetime) -> float:
    """Retry-After in seconds, given as such or as a date; 0 where it is missing or unreadable."""
    if text.isascii() and text.isdigit():
        return float(text[:6])
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
