"""Short-lived signed tokens: the gateway signs, every service verifies, by any of the public keys it was given."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol, Self, TypeVar

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
TOKEN_CHARS_MAX = 4_096
FILE_LIFETIME_S = 900
FILE_AUDIENCE, FILE_TYPE = "livechat-file", "file+jwt"
FILE_TOKEN_CHARS_MAX = 4_096


PublicKeys = Callable[[], Mapping[str, Ed25519PublicKey]]

Claim = TypeVar("Claim", bound=BaseModel)


class BadToken(Exception):
    """The token is none of ours, was changed, or is over."""


class Caller(BaseModel):
    """Who calls, as the token says: an agent of a workspace, or a visitor in one visit.

    `known` is what somebody whom the workspace trusts has signed for of a visitor; None where nobody did. `session_id`
    is that of an agent's session; None where the token was made of none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["agent", "visitor"]
    id: str
    workspace_id: str
    name: str = ""
    role: Literal["owner", "editor", "agent"] | None = None
    visit_id: str | None = None
    playbook_id: str | None = None
    known: dict[str, str] | None = None
    session_id: str | None = None

    @property
    def actor(self) -> str:
        """How the log names this caller."""
        return f"{self.kind}:{self.id}"


class FileTicket(BaseModel):
    """A file that the gateway keeps for its uploader (Caller.actor), to be named by a message of one conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file_id: str
    workspace_id: str
    conversation_id: str
    uploader: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str


class Ends(Protocol):
    """What a verifier asks about tokens whose time is not over."""

    def refuses(self, agent_id: str, account_version: int, session_id: str | None) -> bool: ...


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
            # The session stands beside it: older code knows no such field, and passes over such a claim.
            "who": caller.model_dump(exclude_none=True, exclude={"session_id"}),
            "account_version": account_version,
        }
        if caller.session_id is not None:
            claims["session"] = caller.session_id
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._kid}), expires

    def sign_file(self, ticket: FileTicket, now: datetime) -> tuple[str, datetime]:
        """The token of a file that is kept, and when it is over. It lets nobody in anywhere."""
        expires = now + timedelta(seconds=FILE_LIFETIME_S)
        claims = {"aud": FILE_AUDIENCE, "iat": now, "exp": expires, "file": ticket.model_dump()}
        headers = {"kid": self._kid, "typ": FILE_TYPE}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers=headers), expires


class Verifier:
    """Checks tokens against the public keys that `keys` answers, by `kid`, at every token: they may be others by then.

    Verified ones are remembered until they are over, or the keys are others. `ends` knows of agents' tokens that count
    no more although their time is not over.
    """

    def __init__(self, keys: PublicKeys, ends: Ends | None = None) -> None:
        self._keys, self._ends, self._known = keys, ends, keys()
        self._verified = lru_cache(maxsize=4_096)(self._verify)

    def heeding(self, ends: Ends) -> Self:
        """A verifier with the same keys that asks `ends`."""
        return type(self)(self._keys, ends)

    def verify(self, token: str, now: datetime) -> Caller:
        """Who the token speaks for. Raises BadToken."""
        if len(token) > TOKEN_CHARS_MAX:
            raise BadToken("too long")
        if (keys := self._keys()) != self._known:
            self._known = keys
            self._verified.cache_clear()
        caller, expires, account_version = self._verified(token)
        if now >= expires + timedelta(seconds=LEEWAY_S):
            raise BadToken("over")
        ends = self._ends if caller.kind == "agent" else None
        if ends and ends.refuses(caller.id, account_version, caller.session_id):
            raise BadToken("ended")
        return caller

    def verify_file(self, token: str) -> tuple[FileTicket, datetime]:
        """What the gateway says of a file, and when the token is over, which the caller judges. Raises BadToken."""
        if len(token) > FILE_TOKEN_CHARS_MAX:
            raise BadToken("too long")
        ticket, expires, _, _ = self._claim(token, FILE_AUDIENCE, FILE_TYPE, "file", FileTicket)
        return ticket, expires

    def _verify(self, token: str) -> tuple[Caller, datetime, int]:
        caller, expires, account_version, session = self._claim(token, AUDIENCE, "JWT", "who", Caller)
        return caller.model_copy(update={"session_id": session}), expires, account_version

    def _claim(
        self, token: str, audience: str, typ: str, name: str, model: type[Claim]
    ) -> tuple[Claim, datetime, int, str | None]:
        """One claim of a token of this audience and type, when it is over, what it knows of an account, its session."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != typ:
                raise BadToken("a token for something else")
            claims = jwt.decode(
                token,
                self._keys()[str(header.get("kid"))],
                algorithms=["EdDSA"],
                audience=audience,
                options={"require": ["exp", "iat", "aud"], "verify_exp": False, "verify_iat": False},
            )
            expires = datetime.fromtimestamp(claims["exp"], UTC)
            session = str(claims["session"]) if "session" in claims else None
            return model.model_validate(claims[name]), expires, int(claims.get("account_version", 0)), session
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
