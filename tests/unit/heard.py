"""Signals that a test says, and who listens to them."""

from collections.abc import Callable
from typing import Any


class Heard:
    """ports.Signals whose signals are said by the test."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Any], None]] = []

    async def send(self, key: str, signal: Any) -> None:
        for listener in self.listeners:
            listener(signal)

    def listen(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)
