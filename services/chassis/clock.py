"""The wall clock and random ids: the only place where either is asked for."""

from datetime import UTC, datetime
from uuid import uuid4


class SystemClock:
    """ports.Clock of a running system."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    """ports.Ids of a running system: 122 random bits."""

    def new(self) -> str:
        return str(uuid4())
