"""Every environment variable that the gateway alone reads."""

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRET_CHARS_MIN = 32


class GatewaySettings(BaseSettings):
    """The keys that tokens and addresses are protected with, whose pages may open sockets, how long sessions last."""

    model_config = SettingsConfigDict(
        env_prefix="LIVECHAT_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    token_signing_key: SecretStr
    """PEM of the Ed25519 private key that tokens are signed with."""
    token_kid: str = Field(min_length=1)
    """The key's name, by which services find its public half."""
    gateway_email_secret: SecretStr = Field(min_length=SECRET_CHARS_MIN)
    """Keys the hash of e-mail addresses. The same in every workspace, and never changed."""
    origins: Annotated[tuple[str, ...], NoDecode]
    """Our own origins, separated by commas: pages from elsewhere open no socket."""
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

    @field_validator("origins", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )
