"""Identity keys: an owner makes and ends what the company's own server signs its visitors' identities with."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from services.chassis.http import Accepted, Id
from services.gateway.accounts import identity_keys
from services.gateway.api.edge import OwnerAsk

router = APIRouter(prefix="/identity-keys")


class NewIdentityKey(BaseModel):
    """A key; the secret is shown once. Sign with the text as it is."""

    kid: str
    secret: str
    algorithm: Literal["HS256"] = "HS256"


class IdentityKey(BaseModel):
    """A key that counts. `used_at`: when a visit last came with its signature, to the minute."""

    kid: str
    made_at: datetime
    by: str
    used_at: datetime | None


class IdentityKeys(BaseModel):
    """The keys that count, the oldest first; there are two at most."""

    items: list[IdentityKey]


@router.post("", status_code=201)
async def post_identity_key(ask: OwnerAsk) -> NewIdentityKey:
    """Makes a key with which the company's own server signs who its visitors are."""
    kid = ask.new_id("identity key")
    made = await identity_keys.make_key(
        ask.ports, ask.workspace_id, kid, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return NewIdentityKey(kid=made.kid, secret=made.secret)


@router.get("")
async def get_identity_keys(ask: OwnerAsk) -> IdentityKeys:
    """The keys that count, without their secrets."""
    found = await identity_keys.keys_of(ask.ports, ask.workspace_id)
    return IdentityKeys(
        items=[IdentityKey(kid=key.kid, made_at=key.made_at, by=key.by, used_at=key.used_at) for key in found]
    )


@router.post("/{kid}/end")
async def end_identity_key(ask: OwnerAsk, kid: Id) -> Accepted:
    """Ends a key: what it signs counts no more, and visitors whom it identified get no more tokens."""
    done = await identity_keys.end_key(
        ask.ports, ask.workspace_id, kid, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return Accepted(stream=done.stream, version=done.version, repeated=done.repeated)
