"""Where the servers are, and why there."""

from dataclasses import dataclass, field
from typing import Literal

Source = Literal["external", "docker", "local"]


@dataclass(frozen=True)
class Servers:
    """A running Kafka and a running PostgreSQL."""

    kafka: str
    """Bootstrap servers, e.g. 127.0.0.1:21234."""
    postgres: str = field(repr=False)
    """Administrator's URL; kept out of reprs because of its password."""
    chosen: Source
    reason: str
    """One sentence: why these, with versions."""
