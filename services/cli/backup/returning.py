"""Puts a backup back: all of it is verified before anything is changed, and what the log has ended stays ended."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from services.chassis.ports import Ports
from services.chassis.settings import variables
from services.chassis.wiring import store_ports
from services.cli.backup.archive import Counted, File, Page, Read, Secret
from services.cli.backup.ended import why_gone
from services.cli.backup.folder import written
from services.cli.backup.rows import NotEmpty, Putting, refuse
from services.cli.backup.sealing import BackupRefused
from services.cli.backup.telling import Seldom, Tell
from services.cli.backup.truth import KEPT
from services.cli.catalogue import SERVICES
from services.gateway.outbound import FileStore

SECRETS, FILES, ROWS = "secrets", "files", "rows"
PARTS = (SECRETS, FILES, ROWS)
EMAIL_KEY = "LIVECHAT_GATEWAY_EMAIL_SECRET"
VAPID_KEY = "LIVECHAT_NOTIFIER_VAPID_KEY"

Open = Callable[[], Read]
"""Begins to read the same backup again."""


@dataclass
class Found:
    """What a backup holds, known before anything of it is used. `columns`: by service and table."""

    made_at: str
    version: str
    counted: Counted
    secrets: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, str], set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """Which PARTS are put back, the folder that secrets are written to, and whether what is there makes room."""

    parts: frozenset[str]
    secrets_folder: Path | None
    replace: bool


@dataclass
class Returned:
    """What was put back; `left` says what was not, and why.

    `begun`: something was changed. `in_the_way`: so that only --replace makes room for what is put again.
    """

    counted: Counted = field(default_factory=Counted)
    left: list[str] = field(default_factory=list)
    begun: bool = False
    in_the_way: bool = False


def inspect(open_: Open, tell: Tell) -> Found:
    """Reads the whole of a backup. Raises BackupRefused where it is not what was written, or cannot be put back."""
    read = open_()
    found = Found(read.made_at, read.version, read.counted)
    seldom = Seldom(tell)
    for member in read.members():
        seldom(lambda: f"  read so far: {read.counted.told()}")
        match member:
            case Secret(name, value):
                found.secrets[name] = value
            case Page(service, table, rows):
                if service not in SERVICES or table not in KEPT:
                    raise BackupRefused(
                        f"The backup holds {service}.{table}, for version {found.version} made it."
                    )
                found.columns.setdefault((service, table), set()).update(*rows)
            case File():
                pass
    return found


async def put_back(open_: Open, found: Found, wanted: Wanted, returned: Returned, tell: Tell) -> None:
    """Puts back what is wanted of a backup that was inspected; `returned` is told as it goes.

    Files only come in addition: what lies at a place is what the log tells of. Rows come all together. Raises
    BackupRefused while nothing was changed, psycopg.Error or OSError at any time; it may be repeated.
    """
    _refuse_other_secret(found, wanted)
    _refuse_full_folder(found, wanted)
    if ROWS in wanted.parts:
        await refuse(found.columns, replace=wanted.replace)
    if SECRETS in wanted.parts and wanted.secrets_folder is not None:
        wanted.secrets_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        returned.begun = returned.in_the_way = True
        _write_secrets(wanted.secrets_folder, found.secrets)
        returned.counted.secrets = len(found.secrets)
    if FILES in wanted.parts:
        await _put_files(open_(), returned, Seldom(tell))
    if ROWS in wanted.parts:
        await _put_rows(open_(), returned, replace=wanted.replace)


def _refuse_other_secret(found: Found, wanted: Wanted) -> None:
    kept, here = found.secrets.get(EMAIL_KEY), variables().get(EMAIL_KEY)
    if ROWS in wanted.parts and kept is not None and kept != here:
        raise BackupRefused(
            f"{EMAIL_KEY} is another one than the backup was made with: nobody could sign in. Take the secrets out"
            " first, by --only secrets --secrets FOLDER, and give them to the services and to this command."
        )


def _refuse_full_folder(found: Found, wanted: Wanted) -> None:
    folder = wanted.secrets_folder
    if folder is None or SECRETS not in wanted.parts or wanted.replace:
        return
    if there := [name for name in sorted(found.secrets) if (folder / name).exists()]:
        raise NotEmpty(f"{folder} holds {', '.join(there)} already. With --replace they make room.")


def _write_secrets(folder: Path, secrets: dict[str, str]) -> None:
    for name, value in secrets.items():
        with written(folder / name) as file:
            file.write(value.encode())


async def _put_files(read: Read, returned: Returned, seldom: Seldom) -> None:
    async with store_ports(SERVICES["gateway"]) as ports:
        for member in read.members():
            if isinstance(member, File):
                await _put_file(ports, member, returned)
                seldom(lambda: f"  restored so far: {returned.counted.told()}")


async def _put_file(ports: Ports, member: File, returned: Returned) -> None:
    store: FileStore = ports.own["files"]
    why = await why_gone(ports, member.place, hashlib.sha256(member.content).hexdigest())
    if why is not None:
        returned.left.append(why)
        return
    returned.begun = True
    await store.keep(member.place, io.BytesIO(member.content))
    returned.counted.files += 1


async def _put_rows(read: Read, returned: Returned, *, replace: bool) -> None:
    pages = (member for member in read.members() if isinstance(member, Page))
    first = next(pages, None)  # Files come first: while they are passed, no row is locked.
    async with Putting(replace=replace) as putting:
        for page in chain([first] if first else [], pages):
            left = await putting.put(page)
            returned.left += left
            returned.counted.add_rows(page.service, page.table, len(page.rows) - len(left))
        returned.begun = returned.in_the_way = True
        await putting.commit()
