"""What is kept of a secret that somebody else holds, and what services may do with it; an interface of ports."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Protocol

CREDENTIALS_OF_MAX = 100


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that somebody else holds, kept by its hash alone: a one-time link, a session. Never in an event."""

    kind: str
    hash: str
    workspace_id: str
    subject: str
    claims: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    """How often something was tried in the window that ends at `over_at`."""

    count: int
    over_at: datetime

    def over_in_s(self, now: datetime) -> int:
        """Whole seconds until the window ends, at least one: for Retry-After."""
        return max(1, ceil((self.over_at - now).total_seconds()))


class Credentials(Protocol):
    """The credentials of one service: truth of its own, restored from backup and not from the log."""

    async def keep(self, credential: Credential) -> None:
        """Keeps it; one of the same kind and hash gets this subject, these claims and end."""

    async def find(self, kind: str, hash_: str, now: datetime) -> Credential | None:
        """The credential if it is there, is not over and was not used up."""

    async def find_all(self, kind: str, hashes: Collection[str], now: datetime) -> list[Credential]:
        """Those of the credentials that are there, are not over and were not used up, in no order."""
        ...

    async def of(self, kind: str, workspace_id: str, subject: str, now: datetime) -> list[Credential]:
        """The subject's ones of this kind that are not over, the longest-lived first: CREDENTIALS_OF_MAX at most."""
        ...

    async def exchange(self, kind: str, hash_: str, now: datetime, new: Credential) -> bool:
        """Uses up a one-time credential, with all others of its kind and subject, and keeps the new one, in one
        transaction; False where it was used or over."""

    async def note(self, kind: str, hash_: str, claims: dict[str, Any]) -> bool:
        """Writes other claims into a credential; False where it is not there any more, and then it stays away."""

    async def prolong(self, kind: str, hash_: str, expires_at: datetime) -> bool:
        """Lets a credential last until then at least; False where it is not there any more, and then it stays away."""

    async def end(self, kind: str, workspace_id: str, subject: str) -> int:
        """Ends all of a subject's credentials of this kind; answers how many."""

    async def end_one(self, kind: str, hash_: str) -> bool:
        """Ends this one; False where it was not there."""

    async def tried(self, key: str, now: datetime, window_s: int) -> Tries:
        """Counts a try under this key, in a window that begins with its first one. Tries in other windows count not."""

    async def forgive(self, key: str) -> None:
        """Takes back one try under this key."""
