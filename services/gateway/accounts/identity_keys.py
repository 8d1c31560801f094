"""Identity keys: by them a company's own server signs who a visitor is. The workspace's stream says which count.

A secret is told once. It is read again for every signature, and so kept sealed, under an id that the stream names.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.envelope import Metadata
from contracts.ids import stream
from services.chassis.decider import NotFound, Refused
from services.chassis.execution import Done, execute, state_of
from services.chassis.ports import Credential, Ports
from services.gateway.accounts.standing import settings_of
from services.gateway.commands import EndIdentityKey, MakeIdentityKey
from services.gateway.decider import workspace

IDENTITY_KEY = "identity_key"
SECRET_BYTES, NONCE_BYTES = 32, 12
FOR_EVER = timedelta(days=36_500)
UNUSED_KEPT_FOR = timedelta(hours=1)
"""How long a secret may be kept before the stream names it: far longer than any request takes."""
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its secret, as a text of 256 random bits."""

    kid: str
    secret: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that counts: when and by whom it was made, and when something was last signed with it."""

    kid: str
    made_at: datetime
    by: str
    used_at: datetime | None


async def make_key(
    ports: Ports, workspace_id: str, kid: str, by: str, metadata: Metadata, fingerprint: str
) -> NewKey:
    """Makes a key. Repeated with its Idempotency-Key, it is the same one while it counts. Raises Refused."""
    now, secret_id, secret = ports.clock.now(), ports.ids.new(), secrets.token_urlsafe(SECRET_BYTES)
    claims = {"kid": kid, "sealed": _sealed(ports, secret_id, secret)}
    await ports.credentials.keep(
        Credential(IDENTITY_KEY, secret_id, workspace_id, workspace_id, claims, now + FOR_EVER)
    )
    try:
        command = MakeIdentityKey(kid, secret_id, by, now)
        await execute(ports, workspace.DECIDER, _stream(workspace_id), command, metadata, fingerprint)
    except Refused:
        await ports.credentials.end_one(IDENTITY_KEY, secret_id)
        raise
    await _drop_unused(ports, workspace_id, kid)
    kept = await key_of(ports, workspace_id, kid)
    told = secret_in(ports, kept) if kept else None
    if told is None:
        raise NotFound("identity key")  # It was made, and somebody has ended it since.
    return NewKey(kid, told)


async def end_key(
    ports: Ports, workspace_id: str, kid: str, by: str, metadata: Metadata, fingerprint: str
) -> Done:
    """From now on the key signs nothing, and nobody stays who they are by it. Raises NotFound."""
    command = EndIdentityKey(kid, by, ports.clock.now())
    done = await execute(ports, workspace.DECIDER, _stream(workspace_id), command, metadata, fingerprint)
    await _drop_unused(ports, workspace_id, kid)
    return done


async def keys_of(ports: Ports, workspace_id: str) -> list[KnownKey]:
    """The keys that count, the oldest first."""
    found = []
    for kid, key in (await _counting(ports, workspace_id)).items():
        kept = await ports.credentials.find(IDENTITY_KEY, key.secret_id, ports.clock.now())
        used_at = kept.claims.get("used_at") if kept else None
        found.append(KnownKey(kid, key.made_at, key.by, datetime.fromisoformat(used_at) if used_at else None))
    return sorted(found, key=lambda key: (key.made_at, key.kid))


async def counts(ports: Ports, workspace_id: str, kid: str) -> bool:
    """Whether the key counts."""
    return kid in await _counting(ports, workspace_id)


async def key_of(ports: Ports, workspace_id: str, kid: str) -> Credential | None:
    """What is kept of a key that counts; None where there is none."""
    key = (await _counting(ports, workspace_id)).get(kid)
    if key is None:
        return None
    return await ports.credentials.find(IDENTITY_KEY, key.secret_id, ports.clock.now())


async def note_use(ports: Ports, kept: Credential) -> None:
    """Notes that something was signed with the key, once a minute at most."""
    now, used_at = ports.clock.now(), kept.claims.get("used_at")
    if used_at is None or now - datetime.fromisoformat(used_at) >= NOTED_EVERY:
        await ports.credentials.note(IDENTITY_KEY, kept.hash, {**kept.claims, "used_at": now.isoformat()})


async def _counting(ports: Ports, workspace_id: str) -> Mapping[str, workspace.IdentityKey]:
    state = await state_of(ports, workspace.DECIDER, workspace_id, _stream(workspace_id))
    return state.identity_keys if isinstance(state, workspace.Workspace) else {}


async def _drop_unused(ports: Ports, workspace_id: str, kid: str) -> None:
    """Deletes what is kept beside the secrets that count: of this key all, of others what is old."""
    now, keys = ports.clock.now(), await _counting(ports, workspace_id)
    named = {key.secret_id for key in keys.values()}
    for kept in await ports.credentials.of(IDENTITY_KEY, workspace_id, workspace_id, now):
        is_old = kept.expires_at - FOR_EVER <= now - UNUSED_KEPT_FOR
        if kept.hash not in named and (is_old or kept.claims["kid"] == kid):
            await ports.credentials.end_one(IDENTITY_KEY, kept.hash)


def _stream(workspace_id: str) -> str:
    return stream("workspace", workspace_id)


def _cipher(ports: Ports) -> AESGCM:
    secret = settings_of(ports).gateway_email_secret.get_secret_value()
    return AESGCM(hmac.new(secret.encode(), b"seals identity keys", hashlib.sha256).digest())


def _sealed(ports: Ports, secret_id: str, secret: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(
        nonce + _cipher(ports).encrypt(nonce, secret.encode(), secret_id.encode())
    ).decode()


def secret_in(ports: Ports, kept: Credential) -> str | None:
    """The secret; None where it cannot be read any more."""
    told = urlsafe_b64decode(str(kept.claims["sealed"]))
    try:
        return _cipher(ports).decrypt(told[:NONCE_BYTES], told[NONCE_BYTES:], kept.hash.encode()).decode()
    except InvalidTag:
        return None  # It was sealed under another secret of the installation.
