"""The commands `livechat backup` and `livechat restore-backup`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import psycopg
import typer

from services import __version__
from services.chassis.settings import BadSettings, variables
from services.cli.backup.archive import Read, Written
from services.cli.backup.folder import SUFFIX, name_at, sweep, tidy, written
from services.cli.backup.gathering import gather
from services.cli.backup.keys import BackupSettings
from services.cli.backup.returning import (
    PARTS,
    ROWS,
    SECRETS,
    VAPID_KEY,
    Found,
    Returned,
    Wanted,
    inspect,
    put_back,
)
from services.cli.backup.signals import Interrupted, until_a_signal
from services.cli.reach import reach, say
from services.gateway.outbound import StoreAway, file_store
from services.gateway.settings import GatewaySettings

LEFT_TOLD_MAX = 50


def backup(
    to: Annotated[
        Path,
        typer.Argument(
            envvar="LIVECHAT_BACKUPS", help="A folder, in which it is named by its time, or a file."
        ),
    ],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Of the folder's backups, keep only so many, the newest.")
    ] = None,
    no_files: Annotated[
        bool, typer.Option("--no-files", help="Without files, whose store keeps copies by itself.")
    ] = False,
) -> None:
    """Write what the log does not hold into one sealed file: 0 it is written, 1 it is not, and nothing was changed."""
    now = datetime.now(UTC)
    target = to / name_at(now) if to.is_dir() else to
    with _failing_in_words("No backup was made"):
        if target.suffix != SUFFIX:
            raise LookupError(f"{to} is no folder, and a file for a backup is called so: {to}{SUFFIX}")
        if keep is not None and not to.is_dir():
            raise LookupError(f"--keep needs a folder, and {to} is none.")
        reach()
        key = BackupSettings().keys()[0]
        for name in sweep(to, now) if to.is_dir() else ():
            say(f"  removed {name}, which an attempt has left")
        with written(target) as file:
            until_a_signal(_made(file, key, now, with_files=not no_files))
    typer.echo(target)
    with _failing_in_words("The backup was made, and older ones were not removed"):
        for name in tidy(to, keep) if keep is not None else ():
            say(f"  removed {name}")


async def _made(file: IO[bytes], key: str, now: datetime, *, with_files: bool) -> None:
    files = file_store(GatewaySettings) if with_files else None
    await gather(Written(file, key, now.isoformat(), __version__), files, say)
    inspect(lambda: Read(file, [key]), say)  # What cannot be read again is no backup.


def restore_backup(
    file: Annotated[Path, typer.Argument(help="What `livechat backup` wrote.")],
    check: Annotated[bool, typer.Option("--check", help="Read all of it, and change nothing.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(PARTS)}; all if none.")] = None,
    secrets: Annotated[
        Path | None, typer.Option(help="The folder that secrets are written to; without it they are not.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="What is there makes room.")] = False,
) -> None:
    """Put a backup back, once the log is there: 0 done, 1 nothing was changed, 2 it was begun and is to be repeated."""
    returned = Returned()
    with _failing_in_words("Nothing was changed", returned):
        wanted = Wanted(_parts(only), secrets, replace)
        if only is not None and SECRETS in only and secrets is None:
            raise LookupError("Name the folder that secrets are written to: --secrets FOLDER.")
        keys = BackupSettings().keys()
        with file.open("rb") as source:
            found = inspect(lambda: Read(source, keys), say)
            say(f"made {found.made_at} by livechat {found.version}: {found.counted.told()}")
            if not check:
                if wanted.parts != {SECRETS}:
                    reach()
                _warn(found, wanted)
                until_a_signal(put_back(lambda: Read(source, keys), found, wanted, returned, say))
    _tell(returned, check=check)


def _parts(only: list[str] | None) -> frozenset[str]:
    if unknown := set(only or ()) - set(PARTS):
        raise LookupError(f"A backup has no part {', '.join(sorted(unknown))}; it has {', '.join(PARTS)}.")
    return frozenset(only or PARTS)


def _warn(found: Found, wanted: Wanted) -> None:
    if SECRETS in wanted.parts and wanted.secrets_folder is None and found.secrets:
        say("  secrets stay in the backup: no folder was named by --secrets")
    kept = found.secrets.get(VAPID_KEY)
    if ROWS in wanted.parts and kept is not None and kept != variables().get(VAPID_KEY):
        say(
            f"  {VAPID_KEY} is another one than the backup was made with: devices will have to subscribe anew"
        )


def _tell(returned: Returned, *, check: bool) -> None:
    if check:
        typer.echo("The backup is whole; nothing was changed.")
        return
    for why in returned.left[:LEFT_TOLD_MAX]:
        say(f"  not put back: {why}")
    if more := len(returned.left[LEFT_TOLD_MAX:]):
        say(f"  not put back: {more} more")
    typer.echo(f"restored {returned.counted.told()}")


@contextmanager
def _failing_in_words(outcome: str, returned: Returned | None = None) -> Iterator[None]:
    try:
        yield
    except (BadSettings, LookupError, OSError, psycopg.Error, Interrupted) as error:
        if returned is None or not returned.begun:
            say(f"livechat: {_words(error)}\n{outcome}.")
            raise typer.Exit(1) from None
        with_replace = ", with --replace" if returned.in_the_way else ""
        say(f"livechat: {_words(error)}\nIt was begun and not finished: repeat it{with_replace}.")
        raise typer.Exit(2) from None


def _words(error: Exception) -> str:
    if isinstance(error, StoreAway):
        return f"The store of files cannot be used: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The file'}: {error.strerror}."
    return str(error.args[0] if error.args else error).strip() or type(error).__name__
