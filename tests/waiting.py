"""Waits for a condition, bounded: the only place where tests sleep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENT_S = 60.0
"""Two processes of tests, each with all services, Kafka and PostgreSQL, share two cores: what takes a second takes ten
now and then. Whoever gets what they wait for waits no longer."""


async def eventually(
    condition: Callable[[], Awaitable[T]],
    *,
    within_s: float = PATIENT_S,
    every_s: float = 0.02,
    what: str = "",
) -> T:
    """The condition's first true value. Raises AssertionError with the last value when there is none in time."""
    deadline = time.monotonic() + within_s
    while True:
        value = await condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what or condition} (last: {value!r})")
        await asyncio.sleep(every_s)


def eventually_sync(
    condition: Callable[[], T], *, within_s: float = PATIENT_S, every_s: float = 0.05, what: str = ""
) -> T:
    """The same for plain functions."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what or condition} (last: {value!r})")
        time.sleep(every_s)
