"""Measures throughput, latency and memory, each beside its limit or a peer."""

from tests.bench import append

__all__ = ["append"]
