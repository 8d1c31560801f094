"""What is inside a backup: a tar of JSON and of files' bytes, member by member, and how it is told apart."""

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from services.cli.backup.sealing import CHUNK_BYTES, BackupRefused, Damaged, Opened, Sealing

FORMAT = 1
MANIFEST, CONTENTS = "manifest.json", "contents.json"
SECRETS, FILES, TABLES = "secrets", "files", "tables"
MEMBER_BYTES_MAX = 64 * 1024 * 1024
"""No member is larger: a file of ten megabytes, a page of rows. One at a time is in memory."""


@dataclass
class Counted:
    """How much there is of what: secrets and files, and rows by service and table."""

    secrets: int = 0
    files: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def add_rows(self, service: str, table: str, number: int) -> None:
        """So many more rows."""
        name = f"{service}.{table}"
        self.rows[name] = self.rows.get(name, 0) + number

    def told(self) -> str:
        """In words."""
        rows = ", ".join(f"{number:,} rows of {name}" for name, number in sorted(self.rows.items()) if number)
        return f"{self.secrets:,} secrets, {self.files:,} files, {rows or 'no rows'}"


@dataclass(frozen=True, slots=True)
class Secret:
    """A setting that is kept by its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes, by its place in the store."""

    place: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a service's table, each as a JSON object of its columns."""

    service: str
    table: str
    rows: Sequence[dict[str, Any]]


Member = Secret | File | Page


class Written:
    """A backup that is being written: first its manifest, last a count of what went before.

    Raises BackupRefused for what could not be read again.
    """

    def __init__(self, target: IO[bytes], passphrase: str, made_at: str, version: str) -> None:
        self._sealing = Sealing(target, passphrase)
        self._tar = tarfile.TarFile.open(mode="w|", fileobj=self._sealing, format=tarfile.PAX_FORMAT)
        self.counted, self._pages = Counted(), 0
        self._put_json(MANIFEST, {"format": FORMAT, "made_at": made_at, "version": version})

    def add_secret(self, secret: Secret) -> None:
        """One more setting."""
        self._put(f"{SECRETS}/{secret.name}", secret.value.encode())
        self.counted.secrets += 1

    def add_file(self, file: File) -> None:
        """One more file."""
        self._put(f"{FILES}/{file.place}", file.content)
        self.counted.files += 1

    def add_page(self, service: str, table: str, rows: Sequence[str]) -> None:
        """Some more rows, each the text of a JSON object."""
        self._pages += 1
        self._put(f"{TABLES}/{service}/{table}/{self._pages:08}.json", f"[{','.join(rows)}]".encode())
        self.counted.add_rows(service, table, len(rows))

    def finish(self) -> None:
        """Writes the end, without which it is no backup."""
        self._put_json(CONTENTS, vars(self.counted))
        self._tar.close()
        self._sealing.finish()

    def _put_json(self, name: str, value: Any) -> None:
        self._put(name, json.dumps(value).encode())

    def _put(self, name: str, content: bytes) -> None:
        if len(content) > MEMBER_BYTES_MAX:
            raise BackupRefused(f"{name} has {len(content):,} bytes; {MEMBER_BYTES_MAX:,} are taken at most.")
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


class Read:
    """A backup that is read, from the source's beginning. Whoever comes to the end of `members` has seen all of it.

    Raises NoBackup, WrongKey or Damaged, here and from `members`.
    """

    def __init__(self, source: IO[bytes], passphrases: Sequence[str]) -> None:
        source.seek(0)
        self._opened = Opened(source, passphrases)
        self._entries = self._read()
        self.counted = Counted()
        manifest = self._json(MANIFEST)
        if manifest["format"] != FORMAT:
            raise Damaged(f"The backup has format {manifest['format']}, which this version does not read.")
        self.made_at, self.version = str(manifest["made_at"]), str(manifest["version"])

    def members(self) -> Iterator[Member]:
        """All that is kept, in the order in which it was written."""
        for name, content in self._entries:
            if name == CONTENTS:
                if json.loads(content) != vars(self.counted):
                    raise Damaged("The backup holds other than it says.")
                while self._opened.read(CHUNK_BYTES):
                    pass  # What fills up the last block has to be there as well.
                return
            yield self._member(name, content)
        raise Damaged("The backup has no end.")

    def _member(self, name: str, content: bytes) -> Member:
        what, _, rest = name.partition("/")
        match what:
            case "secrets":
                self.counted.secrets += 1
                return Secret(rest, content.decode())
            case "files":
                self.counted.files += 1
                return File(rest, content)
            case "tables":
                service, table, _ = rest.split("/")
                rows = json.loads(content)
                self.counted.add_rows(service, table, len(rows))
                return Page(service, table, rows)
        raise Damaged(f"The backup holds {name}, which this version does not know.")

    def _json(self, name: str) -> Any:
        found, content = next(self._entries, ("", b""))
        if found != name:
            raise Damaged(f"The backup has no {name}.")
        return json.loads(content)

    def _read(self) -> Iterator[tuple[str, bytes]]:
        try:
            with tarfile.open(mode="r|", fileobj=self._opened) as tar:
                for entry in tar:
                    file = tar.extractfile(entry)
                    if file is None or entry.size > MEMBER_BYTES_MAX:
                        raise Damaged(f"The backup holds {entry.name}, which this version does not know.")
                    yield entry.name, file.read()
        except tarfile.TarError as error:
            raise Damaged(f"The backup cannot be read: {error}.") from None
