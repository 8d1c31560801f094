"""What every service process reads from its environment; all names begin with LIVECHAT_."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.tokens import read_public_key


class ProcessSettings(BaseSettings):
    """How a process serves and logs, and whose tokens it believes."""

    model_config = SettingsConfigDict(
        env_prefix="LIVECHAT_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    log_level: str = "INFO"
    log_readable: bool = False
    drain_s: int = Field(default=15, ge=1, le=300)
    trusted_proxies: str = ""
    """Addresses and networks, separated by commas, whose X-Forwarded-For names the caller's address."""
    token_public_keys: str = Field(repr=False)
    """A JSON object: kid → PEM of an Ed25519 public key. Two while one replaces the other."""

    @field_validator("token_public_keys")
    @classmethod
    def _readable(cls, text: str) -> str:
        _public_keys(text)
        return text

    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """The keys by which tokens are verified."""
        return _public_keys(self.token_public_keys)


def _public_keys(text: str) -> dict[str, Ed25519PublicKey]:
    keys = json.loads(text)
    if not isinstance(keys, dict) or not 1 <= len(keys) <= 2:
        raise ValueError("one or two keys are wanted, as a JSON object of kid and PEM")
    return {kid: read_public_key(pem) for kid, pem in keys.items()}


class DatabaseSettings(BaseSettings):
    """How one service reaches its database, by the role walled by workspace and by the workers' role."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    database: str = Field(repr=False)
    worker_database: str = Field(repr=False)


def database_settings(service: str) -> DatabaseSettings:
    """From LIVECHAT_<SERVICE>_DATABASE and LIVECHAT_<SERVICE>_WORKER_DATABASE."""
    return DatabaseSettings(_env_prefix=f"LIVECHAT_{service.upper()}_")
