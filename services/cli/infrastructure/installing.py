"""Installs missing programs with apt-get where we may, and otherwise says the command that does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.cli.infrastructure.errors import InfrastructureError, MissingTool


@dataclass(frozen=True)
class Package:
    """What is needed and the Debian package that brings it."""

    needed: str
    debian: str


JAVA = Package("Java 17 or newer", "default-jre-headless")
MAVEN = Package("Maven", "maven")
POSTGRES = Package("PostgreSQL 15 or newer", "postgresql")

# Debian's package makes and starts a cluster of its own unless this says otherwise. A file in the
# include folder is nobody's configuration file, so dpkg has no reason to ask about it.
_NO_CLUSTER = (
    "mkdir -p /etc/postgresql-common/createcluster.d && "
    "echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/livechat.conf"
)


def install(
    which: Callable[[str], str | None],
    run: Callable[[Sequence[str]], str | None],
    is_root: bool,
    missing: Sequence[Package],
    say: Callable[[str], None],
) -> None:
    """Install the packages, or raise MissingTool naming the command to type."""
    packages = [package.debian for package in missing]
    needed = " and ".join(package.needed for package in missing)
    apt_get = which("apt-get") is not None
    may_sudo = not is_root and which("sudo") is not None and run(["sudo", "-n", "true"]) is not None
    if not apt_get or not (is_root or may_sudo):
        sudo = "" if is_root else "sudo "
        command = f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
        how = "Install with" if apt_get else "Install with this system's package tool; on Debian"
        raise MissingTool(f"{needed} not found. {how}: {command}")
    prefix = [] if is_root else ["sudo", "-n"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    say(f"installing {' '.join(packages)} with apt-get, because {needed} is not on this machine")
    steps = [
        [*prefix, *environment, "apt-get", "update"],
        [*prefix, *environment, "apt-get", "install", "-y", "--no-install-recommends", *packages],
    ]
    if POSTGRES in missing:
        steps.insert(1, [*prefix, "sh", "-c", _NO_CLUSTER])
    for step in steps:
        if run(step) is None:
            raise InfrastructureError(f"The installation failed at: {' '.join(step)}")
