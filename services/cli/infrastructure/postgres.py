"""One PostgreSQL cluster in the data folder: its files, its password, its command."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.cli.infrastructure.errors import InfrastructureError, MissingTool
from services.cli.infrastructure.keeping import ServerProcess, tied_to_parent
from services.cli.infrastructure.tools import Machine, PostgresBinaries

NAME = "postgres"
STOP_WITHIN_S = 9.0
INITDB_WITHIN_S = 60.0
NOBODY = 65534

SIZES = ("max_connections=300", "shared_buffers=128MB")
# Not synchronous_commit: with that off, a mere crash of the process loses what it has acknowledged, and
# with fsync off it costs nothing.
NOT_DURABLE = ("fsync=off", "full_page_writes=off")


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as: it refuses root."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None
    """Who has to own its files, where that is somebody else than we are."""


def unprivileged(machine: Machine) -> Account:
    """Ourselves if not root; else a user namespace of our own; else another user."""
    if not machine.is_root:
        return Account()
    # In a namespace the files stay root's, and nothing outside root's own folders has to be opened.
    namespace = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
    if machine.which("unshare") and machine.run([*namespace, "true"]) is not None:
        return Account(prefix=namespace)
    if machine.which("setpriv"):
        try:
            entry = pwd.getpwnam("postgres")
            user, group = entry.pw_uid, entry.pw_gid
        except KeyError:
            user, group = NOBODY, NOBODY
        prefix = ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups")
        return Account(prefix=prefix, owner=(user, group))
    raise MissingTool(
        "PostgreSQL does not run as root, and neither unshare nor setpriv is here to become somebody "
        "else. Install with: apt-get install -y --no-install-recommends util-linux"
    )


def data_major(folder: Path) -> int | None:
    """Major version of PostgreSQL that wrote the folder's data, None when there is none yet."""
    try:
        return int((folder / "data" / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None


def prepare_cluster(folder: Path, durable: bool, binaries: PostgresBinaries, account: Account) -> str:
    """Create the cluster where it does not exist yet; returns the administrator's password."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password_file = folder / "password"
    cluster = folder / "data"
    if not cluster.exists():
        password = secrets.token_hex(24)
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        # Renamed when whole, so that an interrupted start leaves nothing that looks like a cluster.
        fresh = folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _own(folder, account)
        _initdb(fresh, password_file, durable, binaries, account)
        fresh.replace(cluster)
        return password
    _own(folder, account)
    try:
        return password_file.read_text().strip()
    except OSError:
        raise InfrastructureError(
            f"{cluster} exists, but its password file {password_file} cannot be read. Restore it, or set "
            "LIVECHAT_DATA to a new folder."
        ) from None


def cluster_process(
    folder: Path, port: int, durable: bool, binaries: PostgresBinaries, account: Account, log: Path
) -> ServerProcess:
    """The cluster as a process to start; it listens on TCP at 127.0.0.1 and nowhere else."""
    # No Unix socket: its path may not exceed 107 bytes, and folders of tests do.
    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", *SIZES]
    if not durable:
        settings += NOT_DURABLE
    argv = [str(binaries.folder / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
    for setting in settings:
        argv += ["-c", setting]
    # Behind the prefix: becoming somebody else cuts the tie.
    argv = [*account.prefix, *tied_to_parent(argv, signal.SIGINT)]
    return ServerProcess(NAME, argv, log, signal.SIGINT, STOP_WITHIN_S)


def _initdb(
    cluster: Path, password_file: Path, durable: bool, binaries: PostgresBinaries, account: Account
) -> None:
    command = [*account.prefix, str(binaries.folder / "initdb"), "-D", str(cluster), "-U", "postgres"]
    command += ["-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--locale=C.UTF-8"]
    if not durable:
        command.append("--no-sync")
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=INITDB_WITHIN_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InfrastructureError(f"initdb did not finish within {INITDB_WITHIN_S:g} s") from None
    if done.returncode != 0:
        raise InfrastructureError(f"initdb failed:\n{done.stdout[-4000:].strip()}")


def _own(folder: Path, account: Account) -> None:
    owner = account.owner or (os.geteuid(), os.getegid())
    if os.geteuid() != 0 or (folder.stat().st_uid == owner[0] and account.owner is None):
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *owner, follow_symlinks=False)
