"""Every environment variable that the playbook service alone reads."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from services.chassis.settings import Settings


class PlaybookSettings(Settings):
    """Where the widget is loaded from."""

    origins: Annotated[tuple[str, ...], NoDecode, Field(min_length=1)] = ("http://localhost:8080",)
    """Our own origins, separated by commas; snippets name the first."""

    @field_validator("origins", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return (
            tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )
