"""The README's first chat works as it is written."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.system import System

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.real
def test_the_first_chat_with_curl(system: System) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=README.parent,
        env={**os.environ, **system.variables, "LIVECHAT_URL": system.bases["gateway"]},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "We do, in three days." in done.stdout
    assert '"type": "conversation.closed.v1"' in done.stdout
