"""Throughput and latency, each measured beside its limit or a peer in the same run: `python -m tests.bench [NAME…]`."""
