"""Free ports that stay the same from one start to the next."""

import json
import random
import socket
from pathlib import Path

_LOWEST = 15_000


def kept_ports(folder: Path, names: tuple[str, ...]) -> dict[str, int]:
    """A free port for each name: the previous start's where it is still free."""
    record = folder / "ports.json"
    try:
        previous: dict[str, int] = json.loads(record.read_text())
    except (OSError, ValueError):
        previous = {}
    ports: dict[str, int] = {}
    for name in names:
        port = previous.get(name)
        ports[name] = port if port is not None and _is_free(port) else free_port(set(ports.values()))
    fresh = record.with_suffix(".new")
    fresh.write_text(json.dumps(ports))
    fresh.replace(record)
    return ports


def free_port(taken: set[int] | None = None) -> int:
    """A free port below the range that outgoing connections use.

    A client that retries a dead server on a port inside that range can end up connected to itself,
    and then the server cannot have its port back.
    """
    highest = max(_first_outgoing_port(), _LOWEST + 1_000)
    for _ in range(1_000):
        port = random.randrange(_LOWEST, highest)  # nosec B311 # Nothing is guarded by it.
        if port not in (taken or ()) and _is_free(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {highest}")


def _first_outgoing_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of the previous start still in TIME_WAIT do not hinder a server either.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
