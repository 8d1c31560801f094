"""Passwords: hashed by Argon2id in threads of their own, a few at once; kept as credentials, counted by the account."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.chassis.credentials import new_secret
from services.chassis.decider import Refused
from services.chassis.ports import Credential, Ports
from services.gateway.accounts.standing import key_of, settings_of
from services.gateway.decider import account
from services.gateway.settings import GatewaySettings

PASSWORD = "password"  # nosec B105 # The kind of a credential, and none.
WAITING_MAX = 64
FOR_EVER = timedelta(days=36_500)
UNUSED_KEPT_FOR = timedelta(hours=1)
"""How long a password may be kept before the account's stream names it: far longer than any request takes."""
BUSY_S = 2
COMMON = """
    1234567890 12345678910 123456789a 0123456789 0987654321 1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwertyuiop123
    qwerty1234 qwerty12345 password12 password123 password1234 password12345 passw0rd123 administrator iloveyou123
    letmein123 letmein1234 welcome123 welcome1234 changeme123 abcdefghij abcdefghijk livechat123
"""
"""Passwords of ten letters and more that everybody tries first, without spaces and in small letters."""

T = TypeVar("T")


class WeakPassword(Refused):
    """A password that somebody would guess."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "weak_password", "This password is among the first that anybody would try: take another."
        )


class Busy(Refused):
    """More passwords wait to be checked than can be in good time."""

    status = 503

    def __init__(self) -> None:
        super().__init__("busy", "Too many people sign in at this moment; try again.", retry_after_s=BUSY_S)


class Hashing:
    """Argon2id with one set of parameters. At most `at_once` hashes are made at a time, and WAITING_MAX wait."""

    def __init__(self, passes: int, memory_kib: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """What is kept of the password. Raises Busy."""
        return await self._in_thread(partial(self._hasher.hash, _normal(password)))

    async def verifies(self, kept: str | None, password: str) -> bool:
        """Whether this is the password. Where nothing is kept, it takes as long, and is not. Raises Busy."""
        if kept is None and self._nobodys is None:
            self._nobodys = await self.hash(new_secret())
        right = await self._in_thread(partial(self._verify, kept or self._nobodys or "", _normal(password)))
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    def refuse_more(self) -> None:
        """Raises Busy where no more may wait."""
        if self._waiting >= WAITING_MAX:
            raise Busy

    async def _in_thread(self, work: "partial[T]") -> T:
        self.refuse_more()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _normal(password: str) -> str:
    """The same text however a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hashing(passes: int, memory_kib: int, at_once: int) -> Hashing:
    return Hashing(passes, memory_kib, at_once)


def hashing_of(ports: Ports) -> Hashing:
    """The hashing that the settings ask for; one in a process, for its threads are shared."""
    return _hashing_of(settings_of(ports))


def _hashing_of(settings: GatewaySettings) -> Hashing:
    return _hashing(
        settings.gateway_password_passes,
        settings.gateway_password_memory_kib,
        settings.gateway_password_hashes_at_once,
    )


def refuse_weak(ports: Ports, password: str, email_key: str) -> None:
    """Raises WeakPassword for the account's own address, one letter again and again, and what everybody tries."""
    plain = "".join(password.casefold().split())
    if plain in COMMON.split() or len(set(plain)) < 3 or key_of(ports, password) == email_key:
        raise WeakPassword


async def keep_password(ports: Ports, workspace_id: str, agent_id: str, password: str, now: datetime) -> str:
    """Keeps a password, and answers its id; it counts once the account's stream names that id."""
    password_id, claims = ports.ids.new(), {"argon2": await hashing_of(ports).hash(password)}
    await ports.credentials.keep(
        Credential(PASSWORD, password_id, workspace_id, agent_id, claims, now + FOR_EVER)
    )
    return password_id


async def drop_unused(ports: Ports, workspace_id: str, agent_id: str, password_id: str) -> None:
    """Deletes what is kept beside the password that counts, but for what may be about to count."""
    now = ports.clock.now()
    for kept in await ports.credentials.of(PASSWORD, workspace_id, agent_id, now):
        if kept.hash != password_id and kept.expires_at - FOR_EVER <= now - UNUSED_KEPT_FOR:
            await ports.credentials.end_one(PASSWORD, kept.hash)


async def is_password_of(ports: Ports, workspace_id: str, state: account.State, password: str) -> bool:
    """Whether this is the password that counts; for no account it takes as long. Hashed anew where it is outdated."""
    hashing, password_id = hashing_of(ports), state.password_id if isinstance(state, account.Joined) else ""
    kept = await ports.credentials.find(PASSWORD, password_id, ports.clock.now())
    known = str(kept.claims["argon2"]) if kept and kept.workspace_id == workspace_id else None
    if not await hashing.verifies(known, password):
        return False
    if known and hashing.is_outdated(known):
        await ports.credentials.note(PASSWORD, password_id, {"argon2": await hashing.hash(password)})
    return True
