"""What can go wrong with the servers, said so that the reader knows what to do next."""

from pathlib import Path


class InfrastructureError(RuntimeError):
    """Kafka or PostgreSQL cannot be reached, started or used."""


class MissingTool(InfrastructureError):
    """A program is missing and could not be installed; the message holds the command that installs it."""


class FolderInUse(InfrastructureError):
    """Another process works in the folder; the message names its pid."""


def log_tail(log: Path, lines_max: int = 15) -> str:
    """The last lines of a server's log, ready to end an error message."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            lines = file.read().decode(errors="replace").splitlines()[-lines_max:]
    except OSError:
        return f"There is no log at {log}."
    if not lines:
        return f"The log {log} is empty."
    return "\n  ".join([f"The end of {log}:", *lines])
