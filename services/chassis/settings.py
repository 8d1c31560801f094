"""What a process is told: variables that begin with LIVECHAT_, or files of these names, read again as they change."""

import json
import os
import ssl
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeVar

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.sources.utils import parse_env_vars

from services.chassis.tokens import read_public_key

FOLDER = "LIVECHAT_SECRETS"
READ_TRIES_MAX = 5
LOOK_AGAIN_S = 2.0
MECHANISM = "SCRAM-SHA-512"

log = structlog.get_logger()
Value = TypeVar("Value")


class BadSettings(ValueError):
    """A setting is missing or malformed. What is told is its name and place, never its value."""


def secret_files() -> dict[str, str]:
    """The texts of the files in the folder that LIVECHAT_SECRETS names, by name; none where it names none.

    A folder that is swapped as a whole, as Kubernetes does with a link called ..data, is read from before the swap or
    from after it, never from both. Raises BadSettings.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return {}
    for _ in range(READ_TRIES_MAX):
        found = _as_it_is(folder)
        try:
            texts = _texts(found)
        except FileNotFoundError:  # Swapped meanwhile: what was there is removed at once.
            continue
        except OSError as unreadable:
            place = f"{unreadable.filename} cannot be read"
            raise BadSettings(f"{FOLDER}: {place}: {unreadable.strerror}") from None
        if _as_it_is(folder) == found:
            return texts
    raise BadSettings(f"{FOLDER}: {folder} is not there, or never at rest")


def variables() -> dict[str, str]:
    """All that a process was told, by name. Raises BadSettings."""
    return {**os.environ, **secret_files()}


def _as_it_is(folder: str) -> Path:
    swapped = Path(folder, "..data")
    return (swapped if swapped.exists() else Path(folder)).resolve()


def _texts(folder: Path) -> dict[str, str]:
    texts = {}
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith("."):
            try:
                texts[path.name] = path.read_text("utf-8").strip()
            except UnicodeDecodeError:
                raise BadSettings(f"{FOLDER}: {path.name} is not UTF-8") from None
    return texts


class _Files(EnvSettingsSource):
    """The folder's files, as if they were variables."""

    def _load_env_vars(self) -> dict[str, str | None]:
        return dict(parse_env_vars(secret_files(), self.case_sensitive, self.env_ignore_empty))


class Settings(BaseSettings):
    """Settings by name: a file wins over the variable, which is never read again. Raises BadSettings."""

    model_config = SettingsConfigDict(
        env_prefix="LIVECHAT_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as wrong:
            prefix = given.get("_env_prefix") or self.model_config["env_prefix"]
            raise BadSettings(_told(wrong, prefix)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(env_settings, EnvSettingsSource)
        return init_settings, _Files(settings_cls, env_prefix=env_settings.env_prefix), env_settings


def _told(wrong: ValidationError, prefix: str) -> str:
    files = secret_files()
    problems = []
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        name = f"{prefix}{error['loc'][0]}".upper() if error["loc"] else ""
        if error["type"] == "missing":
            folder = os.environ.get(FOLDER)
            looked = f", nor a file in {folder}" if folder else ""
            problems.append(f"{name} is missing: there is no such variable{looked}")
        elif name:
            problems.append(f"{'the file' if name in files else 'the variable'} {name}: {error['msg']}")
        else:
            problems.append(error["msg"])
    return "; ".join(problems)


class Fresh(Generic[Value]):
    """What `load` makes of the settings, made anew when a file of theirs has changed; looked at as it is asked for.

    Where the new files cannot be used, what was there stays, and the log says why.
    """

    def __init__(self, load: Callable[[], Value]) -> None:
        self._load, self._looked_at_s, self._refused = load, time.monotonic(), ""
        self._files = secret_files()
        self._value = load()

    def __call__(self) -> Value:
        now_s = time.monotonic()
        if now_s - self._looked_at_s >= LOOK_AGAIN_S:
            self._looked_at_s = now_s
            self._look()
        return self._value

    def _look(self) -> None:
        try:
            if (files := secret_files()) != self._files:
                self._value = self._load()
                self._files, self._refused = files, ""
                log.info("secrets_read_again")
        except (ValueError, OSError) as wrong:
            if str(wrong) != self._refused:
                log.error("secrets_not_read_again", error=str(wrong))
            self._refused = str(wrong)


class ProcessSettings(Settings):
    """How a process serves and logs, and whose tokens it believes."""

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


class KafkaSecurity(Settings):
    """How a connection to Kafka is protected, and as whom it is made; texts of certificates and keys are PEM."""

    model_config = SettingsConfigDict(env_prefix="LIVECHAT_KAFKA_")

    security: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = "PLAINTEXT"
    """SASL is SCRAM-SHA-512; with SSL it is the certificate, where there is one, that says who we are."""
    user: str | None = None
    password: SecretStr | None = None
    ca: str | None = None
    """Whom the brokers' certificates are to be signed by; the system's authorities where it is not said."""
    certificate: str | None = None
    key: SecretStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        sasl = self.security == "SASL_SSL"
        if sasl != bool(self.user and self.password):
            wanted = "wants both" if sasl else "knows neither"
            names = "LIVECHAT_KAFKA_USER, LIVECHAT_KAFKA_PASSWORD"
            raise ValueError(f"{names}: LIVECHAT_KAFKA_SECURITY={self.security} {wanted}")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("LIVECHAT_KAFKA_CERTIFICATE, LIVECHAT_KAFKA_KEY: one of both is missing")
        try:
            self.context  # noqa: B018 Made here, so that what cannot be used is refused at once.
        except ssl.SSLError as wrong:
            names = "LIVECHAT_KAFKA_CA, LIVECHAT_KAFKA_CERTIFICATE, LIVECHAT_KAFKA_KEY"
            raise ValueError(f"{names}: {wrong.reason or wrong}") from None
        return self

    @cached_property
    def context(self) -> ssl.SSLContext | None:
        """Verifies brokers, and that they are called as they were addressed. Raises ssl.SSLError."""
        if self.security == "PLAINTEXT":
            return None
        context = ssl.create_default_context(cadata=self.ca)
        if self.certificate and self.key:
            # ssl reads files alone; this one is in memory.
            with os.fdopen(os.memfd_create("certificate"), "w") as file:
                file.write(f"{self.certificate}\n{self.key.get_secret_value()}\n")
                file.flush()
                place = f"/proc/self/fd/{file.fileno()}"
                context.load_cert_chain(place, password="")  # nosec B106 # Asks nobody for one.
        return context

    def options(self) -> dict[str, Any]:
        """What aiokafka's clients are made with."""
        return {
            "security_protocol": self.security,
            "ssl_context": self.context,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password and self.password.get_secret_value(),
        }
