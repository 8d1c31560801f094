"""Every environment variable that the gateway alone reads."""

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from services.chassis.settings import Settings
from services.chassis.tokens import Signer, read_private_key

SECRET_CHARS_MIN = 32


class GatewaySettings(Settings):
    """Keys that protect tokens and addresses, our own origins, how long sessions last, and what guards ways in."""

    token_signing_key: SecretStr
    """PEM of the Ed25519 private key that tokens are signed with."""
    token_kid: str = Field(min_length=1)
    """The key's name, by which services find its public half."""
    gateway_email_secret: SecretStr = Field(min_length=SECRET_CHARS_MIN)
    """Keys the hashes of e-mail addresses, of visitors' names at their company, and of requests with passwords; seals
    the secrets of identity keys. One for all workspaces, and never changed."""
    origins: Annotated[tuple[str, ...], NoDecode]
    """Our own origins, separated by commas: pages from elsewhere open no socket and use no cookie."""
    gateway_files: str = ""
    """Where files are kept: file:///a/folder or s3://bucket/prefix."""
    gateway_files_endpoint: str | None = None
    """The URL of an S3-compatible store that is not Amazon's."""
    gateway_files_region: str = "us-east-1"
    gateway_files_key_id: str | None = None
    gateway_files_secret: SecretStr = SecretStr("")
    gateway_join_link_s: int = Field(default=7 * 86_400, ge=60)
    gateway_agent_session_s: int = Field(default=12 * 3_600, ge=60)
    gateway_visitor_session_s: int = Field(default=30 * 86_400, ge=60)
    gateway_identified_session_s: int = Field(default=86_400, ge=60)
    """How long a visitor stays whom a signature says they are, before it is asked for again."""
    gateway_reset_link_s: int = Field(default=4 * 3_600, ge=3_600, le=86_400)
    gateway_password_passes: int = Field(default=2, ge=1, le=20)
    gateway_password_memory_kib: int = Field(default=19_456, ge=8, le=1_048_576)
    gateway_password_hashes_at_once: int = Field(default=2, ge=1, le=32)
    """Each takes the memory above for as long as it runs."""
    gateway_sign_in_window_s: int = Field(default=900, ge=1, le=86_400)
    gateway_sign_in_tries_max: int = Field(default=10, ge=1)
    """Wrong tries for one account from one address, in a window."""
    gateway_sign_in_account_tries_max: int = Field(default=50, ge=1)
    """Wrong tries for one account from all addresses from which nobody signed in to it lately."""
    gateway_sign_in_address_tries_max: int = Field(default=200, ge=1)
    """Wrong tries from one address, for whatever accounts."""
    gateway_visits_window_s: int = Field(default=60, ge=1, le=86_400)
    gateway_visits_address_max: int = Field(default=60, ge=1)
    """Visits that begin from one address, in a window; many people may share one."""
    gateway_visits_site_max: int = Field(default=3_000, ge=1)
    """Visits to one playbook that begin on one site, in a window."""
    gateway_sockets_address_max: int = Field(default=2_000, ge=1)
    """Sockets of one address that are open at once in a process, authorised or not; many people may share one."""
    gateway_sockets_caller_max: int = Field(default=50, ge=1)
    """Sockets of one agent or visitor that are open at once in a process: tabs and devices."""

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach us by https alone, so that cookies can be bound to it."""
        return all(origin.startswith("https://") for origin in self.origins)

    @field_validator("token_signing_key")
    @classmethod
    def _readable(cls, pem: SecretStr) -> SecretStr:
        read_private_key(pem.get_secret_value())
        return pem

    def signer(self) -> Signer:
        """Who signs with the key of that name."""
        return Signer(self.token_kid, read_private_key(self.token_signing_key.get_secret_value()))

    @field_validator("origins", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )
