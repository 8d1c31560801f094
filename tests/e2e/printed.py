"""Programs as the documentation prints them, at work."""

import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def programs_of(page: str) -> list[str]:
    """The Python programs of a page of docs/, in order."""
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)


@asynccontextmanager
async def printed(
    program: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """The program at work in the project's folder; it is ended with the context."""
    process = await create_subprocess_exec(
        *(sys.executable, "-c", program, *arguments), cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()
