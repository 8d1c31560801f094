"""Short-lived signed tokens: the gateway signs, every service verifies, by any of the public keys it was given."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol, Self

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from pydantic import BaseModel, ConfigDict

LIFETIME_S = 300
LEEWAY_S = 5
AUDIENCE = "livechat"
TOKEN_CHARS_MAX = 2_048


class BadToken(Exception):
    """The token is none of ours, was changed, or is over."""


class Caller(BaseModel):
    """Who calls, as the token says: an agent of a workspace, or a visitor in one visit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["agent", "visitor"]
    id: str
    workspace_id: str
    name: str = ""
    role: Literal["owner", "editor", "agent"] | None = None
    visit_id: str | None = None
    playbook_id: str | None = None

    @property
    def actor(self) -> str:
        """How the log names this caller."""
        return f"{self.kind}:{self.id}"


class Ends(Protocol):
    """What a verifier asks about tokens whose time is not over."""

    def refuses(self, agent_id: str, account_version: int) -> bool: ...


class Signer:
    """Makes tokens with one private key, named by `kid`."""

    def __init__(self, kid: str, private_key: Ed25519PrivateKey) -> None:
        self._kid, self._key = kid, private_key

    def sign(self, caller: Caller, now: datetime, account_version: int = 0) -> tuple[str, datetime]:
        """The token and when it is over. `account_version`: what is known of an agent's account, by its stream."""
        expires = now + timedelta(seconds=LIFETIME_S)
        claims = {
            "aud": AUDIENCE,
            "iat": now,
            "exp": expires,
            "who": caller.model_dump(exclude_none=True),
            "account_version": account_version,
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid}), expires


class Verifier:
    """Checks tokens against the public keys by `kid`. Verified ones are remembered until they are over.

    `ends` knows of agents' tokens that count no more although their time is not over.
    """

    def __init__(self, public_keys: Mapping[str, Ed25519PublicKey], ends: Ends | None = None) -> None:
        self._keys, self._ends = dict(public_keys), ends
        self._verified = lru_cache(maxsize=4_096)(self._verify)

    def heeding(self, ends: Ends) -> Self:
        """A verifier with the same keys that asks `ends`."""
        return type(self)(self._keys, ends)

    def verify(self, token: str, now: datetime) -> Caller:
        """Who the token speaks for. Raises BadToken."""
        if len(token) > TOKEN_CHARS_MAX:
            raise BadToken("too long")
        caller, expires, account_version = self._verified(token)
        if now >= expires + timedelta(seconds=LEEWAY_S):
            raise BadToken("over")
        if self._ends and caller.kind == "agent" and self._ends.refuses(caller.id, account_version):
            raise BadToken("ended")
        return caller

    def _verify(self, token: str) -> tuple[Caller, datetime, int]:
        try:
            key = self._keys[str(jwt.get_unverified_header(token).get("kid"))]
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                options={"require": ["exp", "iat", "aud"], "verify_exp": False, "verify_iat": False},
            )
            expires = datetime.fromtimestamp(claims["exp"], UTC)
            return Caller.model_validate(claims["who"]), expires, int(claims.get("account_version", 0))
        except (jwt.InvalidTokenError, LookupError, TypeError, ValueError, OverflowError, OSError) as wrong:
            raise BadToken(str(wrong)) from None


def new_private_key() -> str:
    """A new signing key, as PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key_of(private_pem: str) -> str:
    """The PEM of the public half."""
    key = read_private_key(private_pem).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_private_key(pem: str) -> Ed25519PrivateKey:
    """Raises ValueError for anything but an Ed25519 private key."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 private key")
    return key


def read_public_key(pem: str) -> Ed25519PublicKey:
    """Raises ValueError for anything but an Ed25519 public key."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key
