"""A company's own server: it has an identity key and signs who its visitors are."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.unit.gateway.examples import T0

SHOP = "https://shop.example"
NOW_S = int(T0.timestamp())


class CompanyServer:
    """Signs by the words of the standard alone, so that the checks are not tested by the library that they use."""

    def __init__(self, kid: str, secret: str) -> None:
        self.kid, self.secret = kid, secret

    def sign(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A JWT of a visitor who is on the shop's page now; None leaves a claim out."""
        told = {"sub": "user-7", "aud": SHOP, "exp": NOW_S + 300, **claims}
        body = {name: value for name, value in told.items() if value is not None}
        return self.sign_bytes(json.dumps(body, ensure_ascii=False).encode(), header)

    def sign_bytes(self, payload: bytes, header: Mapping[str, Any] | None = None) -> str:
        """A JWT whose payload are these bytes."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self.kid, **(header or {})}
        named = {name: value for name, value in head.items() if value is not None}
        signed = f"{_part(json.dumps(named).encode())}.{_part(payload)}"
        digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(str(head["alg"]), hashlib.sha256)
        signature = hmac.new(self.secret.encode(), signed.encode(), digest).digest()
        return f"{signed}.{'' if head['alg'] == 'none' else _part(signature)}"


def _part(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")
