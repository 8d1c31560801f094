"""Measures throughput, latency and memory, each beside its limit or a peer."""

from tests.bench import append, growth, projection, relay, timers

__all__ = ["append", "growth", "projection", "relay", "timers"]
