"""The load generator, a process of its own: one connection for each request, which is sent again and again.

Reads its task as JSON on standard input and writes what it measured as JSON on standard output.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial


@dataclass(frozen=True)
class Load:
    """The task: raw requests, one for each connection, and how often each is sent in all."""

    port: int
    requests: list[str]
    count: int


@dataclass(frozen=True)
class Measured:
    """Requests a second over the whole run, latencies in seconds, and the generator's own CPU time."""

    rate: float
    p50_s: float
    p99_s: float
    cpu_share: float


class Sender(asyncio.Protocol):
    """Sends one request after the other. Parsing does no more than find where an answer ends."""

    def __init__(self, request: bytes, count: int, latencies_s: list[float]) -> None:
        self._request, self._left, self._latencies_s = request, count, latencies_s
        self._received, self._sent_at_s = b"", 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent_at_s = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 2"):
            self._end(RuntimeError(self._received.decode(errors="replace")))
            return
        self._latencies_s.append(time.perf_counter() - self._sent_at_s)
        self._received, self._left = b"", self._left - 1
        if self._left:
            self._send()
        else:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionResetError())

    def _end(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None) if error is None else self.done.set_exception(error)
        self._transport.close()


def _length(head: bytes) -> int:
    place = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[place:].split(b"\r\n", 1)[0])


async def run(load: Load) -> Measured:
    """Sends until every connection is through."""
    loop, latencies_s = asyncio.get_running_loop(), list[float]()
    each = max(1, load.count // len(load.requests))
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    senders = []
    for request in load.requests:
        raw = request.encode()
        make = partial(Sender, raw, each, latencies_s)
        _, sender = await loop.create_connection(make, "127.0.0.1", load.port)
        senders.append(sender)
    await asyncio.gather(*(sender.done for sender in senders))
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    ordered = sorted(latencies_s)
    p50_s, p99_s = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return Measured(len(ordered) / took_s, p50_s, p99_s, cpu_s / took_s)


async def measured(load: Load) -> Measured:
    """Runs the load in another process, so that it does not share the interpreter with anything."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    answer, _ = await process.communicate(json.dumps(asdict(load)).encode())
    if process.returncode:
        raise RuntimeError("the load generator failed")
    return Measured(**json.loads(answer))


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(run(Load(**json.load(sys.stdin))))), sys.stdout)
