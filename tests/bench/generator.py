"""A load generator is a process of its own that is asked and answers, a line of JSON each; here are both of its ends.

So it shares the interpreter with nothing that is measured, and tells how much of a core it took itself.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

LINE_BYTES_MAX = 2**26
FILES = 16_384
END_WITHIN_S = 20.0


class Generator:
    """The other process, as the benchmark sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._cpu_s = self._now_s = 0.0

    async def ask(self, **question: Any) -> Any:
        """What it answers. Raises RuntimeError where it has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator has ended")
        return json.loads(line)

    async def share(self) -> float:
        """How much of a core it took since this was asked last."""
        told = await self.ask(cpu=True)
        took = (told["cpu_s"] - self._cpu_s) / max(told["now_s"] - self._now_s, 1e-9)
        self._cpu_s, self._now_s = told["cpu_s"], told["now_s"]
        return float(took)


@asynccontextmanager
async def generating(module: str, **task: Any) -> AsyncIterator[Generator]:
    """The module, running with this task until the context ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES_MAX,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(json.dumps(task).encode() + b"\n")
    generator = Generator(process)
    try:
        await generator.share()
        yield generator
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), END_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def allow_many_files() -> None:
    """This process, and what it starts, may have thousands of sockets."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


async def asked() -> AsyncIterator[dict[str, Any]]:
    """In the generator: its task, then each question until there are no more. Answer each with `answer`."""
    allow_many_files()
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=LINE_BYTES_MAX)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        question = json.loads(line)
        if "cpu" in question:
            answer({"cpu_s": time.process_time(), "now_s": time.monotonic()})
        else:
            yield question


def answer(told: Any) -> None:
    """In the generator: the answer to the last question."""
    print(json.dumps(told), flush=True)
