"""Every environment variable that the notifier alone reads."""

from typing import Annotated

from py_vapid import Vapid02
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from services.chassis.settings import Settings

PUSH_SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)


class NotifierSettings(Settings):
    """The key that push services know us by, and which push services there may be."""

    model_config = SettingsConfigDict(env_prefix="LIVECHAT_NOTIFIER_")

    vapid_key: SecretStr | None = None
    """PEM of a P-256 private key. Devices subscribe to its public half; without it there is no web push."""
    vapid_contact: str = Field(default="mailto:operator@localhost", pattern=r"^(mailto:|https://)\S{3,200}$")
    """Whom a push service may turn to."""
    push_hosts: Annotated[tuple[str, ...], NoDecode] = PUSH_SERVICES
    """Push services' hosts, separated by commas; ".example.com" is every host below it, "*" any public host."""
    push_local: Annotated[tuple[str, ...], NoDecode] = ()
    """host:port of push services of our own, which need neither TLS nor a public address: for tests alone."""

    @field_validator("vapid_key")
    @classmethod
    def _readable(cls, pem: SecretStr | None) -> SecretStr | None:
        _vapid(pem)
        return pem

    def vapid(self) -> Vapid02 | None:
        """Who signs with the key; None where there is none."""
        return _vapid(self.vapid_key)

    @field_validator("push_hosts", "push_local", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _vapid(pem: SecretStr | None) -> Vapid02 | None:
    try:
        return Vapid02.from_pem(pem.get_secret_value().encode()) if pem else None
    except Exception:  # Whatever the library meets in what is no key.
        raise ValueError("it is no PEM of a P-256 private key") from None
