"""A process that is told to end while it still starts does so, also where the kernel spares it: as process 1."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.catalogue import SERVICES
from tests.waiting import eventually_sync

PROGRAMS = [f"services.{name}" for name in SERVICES] + ["services.cli"]
PATIENT_S = 60.0


def _is_ready_to_end(pid: int) -> bool:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1)


def _has_read_its_libraries(pid: int) -> bool:
    return "pydantic_core" in Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_process_that_still_reads_its_libraries_ends_when_told_to(program: str) -> None:
    # Whoever is started with the signal ignored is, like process 1, not ended by the kernel.
    started = subprocess.Popen(
        [sys.executable, "-m", program],
        preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with started:
        try:
            eventually_sync(lambda: _is_ready_to_end(started.pid), within_s=PATIENT_S, every_s=0.005)
            os.kill(started.pid, signal.SIGSTOP)
            early = not _has_read_its_libraries(started.pid)
            os.kill(started.pid, signal.SIGTERM)
            os.kill(started.pid, signal.SIGCONT)

            assert started.wait(PATIENT_S) == 128 + signal.SIGTERM
        finally:
            started.kill()
    assert early, "it could be told to end only after its libraries were read"
