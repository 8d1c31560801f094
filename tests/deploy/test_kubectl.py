"""A tunnel into the cluster, by a command that stands for kubectl: it breaks, and is there again where it was."""

import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from deploy.real.kubectl import Failed, Kubectl
from tests.waiting import eventually_sync

TUNNEL = """
import socket, sys
from pathlib import Path
local, _, port = sys.argv[sys.argv.index("port-forward") + 2].partition(":")
with socket.create_server(("127.0.0.1", int(local or 0))) as server:
    with Path({told!r}).open("a") as told:
        told.write(f"{{local}}:{{port}}\\n")
    print(f"Forwarding from 127.0.0.1:{{server.getsockname()[1]}} -> {{port}}", flush=True)
    server.accept()[0].close()  # And it breaks.
"""


def _laid(told: Path, times: int) -> bool:
    return told.exists() and len(told.read_text().split()) == times


def test_a_tunnel_that_broke_is_there_again_at_the_same_address(tmp_path: Path) -> None:
    told = tmp_path / "told"
    kubectl = Kubectl([sys.executable, "-c", TUNNEL.format(told=str(told))], "tried")

    with kubectl.forwarded("deployment/proxy", 8080, "ingress") as url:
        port = int(url.rpartition(":")[2])
        for times in (1, 2, 3):
            eventually_sync(partial(_laid, told, times), what="a tunnel")
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        eventually_sync(partial(_laid, told, 4), what="the last tunnel")

    assert told.read_text().split() == [":8080", *[f"{port}:8080"] * 3]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_what_cannot_be_forwarded_is_told() -> None:
    kubectl = Kubectl([sys.executable, "-c", "print('error: no such pod')"], "tried")

    with pytest.raises(Failed, match="no port :8080"), kubectl.forwarded("pod/none", 8080, "ingress"):
        pass
