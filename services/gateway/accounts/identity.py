"""Who a visitor is, as the company's own server has signed: a short-lived JWT, checked before anything in it counts."""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from contracts.details import is_email, is_name, is_phone, plain
from contracts.ids import derived_id
from services.chassis.decider import Refused
from services.chassis.ports import Ports
from services.gateway.accounts.identity_keys import key_of, note_use, secret_in
from services.gateway.accounts.standing import settings_of

IDENTITY_CHARS_MAX = 2_048
ALGORITHM = "HS256"
LIFETIME_S, LEEWAY_S = 3_600, 60
SUBJECT_CHARS_MAX = 200
NAME_CHARS_MAX = 200
KNOWN_BYTES_MAX = 2_048
"""What is known of a visitor travels in each of their tokens, which has a limit."""

_UNCHECKED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_sub": False,
    "verify_iss": False,
    "verify_jti": False,
}
"""The library checks the signature; the claims are checked here, by our clock and with reasons that help."""
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class BadIdentity(Refused):
    """What should say who the visitor is does not count; the reason is for who writes the program that signs."""

    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__("bad_identity", f"The identity does not count: {reason}.")


@dataclass(frozen=True, slots=True)
class Identity:
    """A visitor by signature: always the same one for the same `sub` of a workspace, and what was told of them."""

    visitor_id: str
    kid: str
    known: Mapping[str, str]


async def identity_of(ports: Ports, workspace_id: str, site: str | None, token: str) -> Identity:
    """Who the token says that the visitor on this site is. Raises BadIdentity."""
    kid = _key_named_by(token)
    kept = await key_of(ports, workspace_id, kid)
    secret = secret_in(ports, kept) if kept else None
    if kept is None or secret is None:
        raise BadIdentity("its header names no key (kid) of this workspace that counts")
    claims = claims_of(token, secret, site, ports.clock.now())
    known = known_by(claims)
    await note_use(ports, kept)
    return Identity(_visitor_of(ports, workspace_id, claims["sub"]), kid, known)


def _key_named_by(token: str) -> str:
    if len(token) > IDENTITY_CHARS_MAX or not _COMPACT.fullmatch(token):
        raise BadIdentity("it is no JWT, which is three parts in base64url with points between them")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise BadIdentity("its header cannot be read") from None
    if header.get("alg") != ALGORITHM:
        raise BadIdentity(f"its algorithm (alg) is not {ALGORITHM}")
    kid = header.get("kid")
    return kid if isinstance(kid, str) else ""


def claims_of(token: str, secret: str, site: str | None, now: datetime) -> dict[str, Any]:
    """The claims of a token that is signed, of this time, and for this site. Raises BadIdentity."""
    try:
        claims: dict[str, Any] = jwt.decode(token, secret, algorithms=[ALGORITHM], options=_UNCHECKED)
    except jwt.InvalidSignatureError:
        raise BadIdentity("its signature is not that of the key") from None
    except jwt.InvalidTokenError:
        raise BadIdentity("it cannot be read") from None
    _require_time(claims, now.timestamp())
    if site is None or claims.get("aud") != site:
        where = f"that is {site}" if site else "and this visit is on none"
        raise BadIdentity(f"its audience (aud) is not the site of the visit, {where}")
    sub = claims.get("sub")
    if not isinstance(sub, str) or not (sub.strip() and sub.isprintable() and len(sub) <= SUBJECT_CHARS_MAX):
        raise BadIdentity(f"its subject (sub) is not a text of 1 to {SUBJECT_CHARS_MAX} characters")
    return claims


def _require_time(claims: Mapping[str, Any], now_s: float) -> None:
    expires_s = _seconds(claims, "exp")
    if expires_s is None:
        raise BadIdentity("it has no end (exp)")
    if expires_s + LEEWAY_S <= now_s:
        raise BadIdentity("it is over (exp): sign a new one for each page")
    if expires_s > now_s + LIFETIME_S + LEEWAY_S:
        raise BadIdentity("it ends (exp) more than an hour from now")
    for name in ("iat", "nbf"):
        begins_s = _seconds(claims, name)
        if begins_s is not None and begins_s > now_s + LEEWAY_S:
            raise BadIdentity(f"it does not count yet ({name}): look at the clock of the server that signs")


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    told = claims.get(name)
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise BadIdentity(f"{name} is not a number of seconds since 1970")
    return told


def known_by(claims: Mapping[str, Any]) -> dict[str, str]:
    """The details that the claims tell; one without a text is not there. Raises BadIdentity."""
    known = {}
    for name, holds in _DETAILS.items():
        told = claims.get(name)
        if told is None or told == "":
            continue
        value = plain(told) if isinstance(told, str) else None
        if not value or not holds(value):
            raise BadIdentity(f"{name} is not valid, or too long")
        known[name] = value
    if len(json.dumps(known)) > KNOWN_BYTES_MAX:
        raise BadIdentity(f"name, email, phone and company are more than {KNOWN_BYTES_MAX} bytes together")
    return known


def _is_name(told: str) -> bool:
    return is_name(told, NAME_CHARS_MAX)


_DETAILS: Mapping[str, Callable[[str], bool]] = {
    "name": _is_name,
    "email": is_email,
    "phone": is_phone,
    "company": _is_name,
}


def _visitor_of(ports: Ports, workspace_id: str, sub: str) -> str:
    """The visitor's id. Of the name that the company has for them only a keyed hash is in it, so that nobody who
    guesses that name finds them in the log."""
    secret = settings_of(ports).gateway_email_secret.get_secret_value()
    key = hmac.new(secret.encode(), f"visitor {workspace_id} {sub}".encode(), hashlib.sha256).hexdigest()
    return derived_id("visitor", workspace_id, key)
