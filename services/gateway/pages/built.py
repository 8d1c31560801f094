"""The web client as `make web` built it: few files, kept in memory, compressed once, and named by their content."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.chassis.decider import Refused

DIST = Path(__file__).parents[1] / "web" / "dist"
COMPRESSED_FROM_BYTES = 1_024
_TYPES = {".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8"}
_TEXT = {".js", ".css", ".html", ".svg", ".json", ".webmanifest"}


class NotBuilt(Refused):
    """The web client was not built."""

    status = 503

    def __init__(self) -> None:
        super().__init__("not_built", "The pages are not built here: run `make web`.")


@dataclass(frozen=True, slots=True)
class File:
    """One file: its bytes, the same compressed (None where that is not worth it), its type, and its ETag."""

    content: bytes
    compressed: bytes | None
    content_type: str
    etag: str


def file_of(content: bytes, suffix: str) -> File:
    """A file with this content; `suffix` tells its type."""
    worth = suffix in _TEXT and len(content) >= COMPRESSED_FROM_BYTES
    kind = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return File(content, gzip.compress(content, 9, mtime=0) if worth else None, kind, etag)


@dataclass(frozen=True, slots=True)
class Built:
    """All files by their path below the folder of the build."""

    files: Mapping[str, File]

    def file(self, path: str) -> File:
        """Raises NotBuilt where it is not there."""
        if path not in self.files:
            raise NotBuilt
        return self.files[path]


@cache
def built(folder: Path = DIST) -> Built:
    """What is in the folder; nothing where it is not there."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return Built({str(path.relative_to(folder)): file_of(path.read_bytes(), path.suffix) for path in found})
