"""Measures throughput, latency and memory, each beside its limit or a peer."""

from tests.bench import (
    append,
    command,
    day,
    days,
    dry_run,
    folder,
    frames,
    growth,
    memory,
    projection,
    push,
    relay,
    replay,
    sockets,
    start,
    timers,
)

__all__ = [
    "append",
    "command",
    "day",
    "days",
    "dry_run",
    "folder",
    "frames",
    "growth",
    "memory",
    "projection",
    "push",
    "relay",
    "replay",
    "sockets",
    "start",
    "timers",
]
