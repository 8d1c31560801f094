"""A file's name: as its sender gave it in the header Content-Disposition, made harmless, and told again to readers."""

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

from services.gateway.files.kinds import SUFFIXES

NAME_CHARS_MAX = 200
HEADER_CHARS_MAX = 2_048
UNNAMED = "file"

_EXTENDED = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.I)
_QUOTED = re.compile(r';\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.I)
_TOKEN = re.compile(r";\s*filename\s*=\s*([^;\s\"]+)", re.I)
_ESCAPE = re.compile(r"\\(.)")
_BETWEEN = re.compile(r"[/\\:*?\"<>|]+")


class BadName(ValueError):
    """The header cannot be read."""


def name_in(header: str) -> str:
    """The file name in a Content-Disposition (RFC 6266, RFC 8187); "" where it names none. Raises BadName."""
    if len(header) > HEADER_CHARS_MAX:
        raise BadName(f"at most {HEADER_CHARS_MAX} characters")
    if found := _EXTENDED.search(header):
        try:
            return unquote_to_bytes(found[1]).decode()
        except UnicodeDecodeError:
            raise BadName("filename* is not UTF-8") from None
    if found := _QUOTED.search(header):
        return _ESCAPE.sub(r"\1", found[1])
    return found[1] if (found := _TOKEN.search(header)) else ""


def harmless(name: str, content_type: str) -> str:
    """The name without paths, control characters and tricks of direction, ending as its content's type does."""
    shown = "".join(char for char in unicodedata.normalize("NFC", name) if _is_shown(char))
    plain = " ".join(_BETWEEN.sub("_", shown).split()).strip(". ")
    suffixes = SUFFIXES[content_type]
    stem, _, suffix = plain.rpartition(".")
    if not (stem and suffix.lower() in suffixes):
        stem, suffix = plain, suffixes[0]
    return f"{stem[: NAME_CHARS_MAX - 1 - len(suffix)].strip('. ') or UNNAMED}.{suffix}"


def _is_shown(char: str) -> bool:
    return unicodedata.category(char)[0] != "C"


def disposition(name: str) -> str:
    """The header by which browsers save the file under its name and never show it as a page."""
    ascii_name = name.encode("ascii", errors="replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
