"""Every environment variable that decides where Kafka and PostgreSQL come from; all start with LIVECHAT_."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.chassis.settings import Settings

# The published image, then the one that `make images` builds where no image registry can be reached.
KAFKA_IMAGES = ("apache/kafka:4.4.0", "livechat/kafka:4.4.0")
POSTGRES_IMAGES = ("postgres:15", "livechat/postgres:15")

_PROJECT = Path(__file__).resolve().parents[3]


def _default_cache() -> Path:
    # An installed package has no project around it, and its own folder may be read-only.
    inside_project = (_PROJECT / "pyproject.toml").is_file()
    return _PROJECT / ".livechat" / "cache" if inside_project else Path.home() / ".cache" / "livechat"


class InfrastructureSettings(Settings):
    """Where the servers come from, and how local ones run."""

    model_config = SettingsConfigDict(validate_default=True)

    infra: Literal["external", "docker", "local"] | None = None
    """Forces the choice; unset means: decide."""
    kafka: str | None = None
    """Bootstrap servers of an existing Kafka."""
    postgres: str | None = Field(default=None, repr=False)
    """Administrator's URL of an existing PostgreSQL; kept out of reprs because of its password."""
    data: Path = Path(".livechat")
    """Folder for everything a local start writes: data, logs, password, ports."""
    cache: Path = Field(default_factory=_default_cache)
    """Folder for what several data folders share: jars, class archive, formatted log."""
    kafka_image: str | None = None
    """Image of the broker; unset: the first of KAFKA_IMAGES that is on this machine."""
    postgres_image: str | None = None
    """Image of PostgreSQL; unset: the first of POSTGRES_IMAGES that is on this machine."""
    durable: bool = True
    """False lets tests trade PostgreSQL's safety in a power cut, not in a crash, for speed."""
    kafka_heap_mb: int = Field(default=512, ge=96)
    kafka_full_jit: bool = False
    """True compiles with C2 as well: slower to start, faster under load, so for benchmarks."""

    @field_validator("data", "cache")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        # Servers outlive a change of the working directory.
        return folder.expanduser().absolute()
