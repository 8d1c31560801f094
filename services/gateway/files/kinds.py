"""What a file is, told by its content alone; what a browser might run or render as a page is none that we take."""

import codecs
import re
import zipfile
from collections.abc import Mapping
from typing import IO

import filetype

HEAD_BYTES = 1_024
CHUNK_BYTES = 1_048_576
ENTRIES_MAX = 5_000
ENTRY_NAME_BYTES_MAX = 256

TEXT, PDF = "text/plain", "application/pdf"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE: Mapping[str, str] = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}
"""The part that makes an Office document one → its type."""
OPEN_DOCUMENTS = (f"{_ODF}text", f"{_ODF}spreadsheet", f"{_ODF}presentation")
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    PDF: ("pdf",),
    TEXT: ("txt", "csv", "log", "md"),
    **dict(zip(OFFICE.values(), (("docx",), ("xlsx",), ("pptx",)), strict=True)),
    **dict(zip(OPEN_DOCUMENTS, (("odt",), ("ods",), ("odp",)), strict=True)),
}
"""Every type that is taken, with the endings that its names may have; the first is added where none of them stands."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAGE = re.compile(
    rb"<\s*(script|html|svg|!doctype|iframe|body|head|meta|object|embed|style|link|img|form)\b", re.I
)
_MARKUP = re.compile(rf"{_PAGE.pattern.decode()}|<\?(xml|php)|javascript:", re.I)
_MACROS = re.compile(r"(^|/)(vbaproject\.bin|basic/|scripts/)", re.I)
_OVERLAP_CHARS = 64


class NotTaken(Exception):
    """The content is of no type that is taken; the text says why, for its sender."""


def type_of(content: IO[bytes]) -> str:
    """The content's type, one of SUFFIXES. Reads the file, from its beginning, in bounded memory. Raises NotTaken."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    told = filetype.guess_mime(head)
    if told in (*PICTURES, PDF):
        _refuse_polyglots(content, head)
        return str(told)
    if head.startswith(b"PK"):
        return _document(content)
    # A text may begin like something else, "BMW" like a bitmap: it is what all of it is.
    _check_text(content)
    return TEXT


def _refuse_polyglots(content: IO[bytes], head: bytes) -> None:
    """A picture that is a page or an archive as well was made to be taken for something else."""
    if _PAGE.search(head) or zipfile.is_zipfile(content):
        raise NotTaken("The file is of two types at once.")


def _document(content: IO[bytes]) -> str:
    """Office documents are archives of parts; other archives are not taken, for nobody sees what is in them."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = {entry.filename for entry in archive.infolist()}
            if len(names) > ENTRIES_MAX or any(_MACROS.search(name) for name in names):
                raise NotTaken("Documents with macros are not taken.")
            if "[Content_Types].xml" in names:
                found = next((type_ for part, type_ in OFFICE.items() if part in names), None)
            else:
                found = _open_document(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise NotTaken("The document is damaged.") from None
    if found is None:
        raise NotTaken("Archives are not taken.")
    return found


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    if "mimetype" not in names:
        return None
    with archive.open("mimetype") as part:
        told = part.read(ENTRY_NAME_BYTES_MAX).decode("ascii", errors="replace").strip()
    return told if told in OPEN_DOCUMENTS else None


def _check_text(content: IO[bytes]) -> None:
    """UTF-8 without control characters and without what begins a page or a script in a browser."""
    decoder, before, first = codecs.getincrementaldecoder("utf-8-sig")(), "", True
    content.seek(0)
    while True:
        chunk = content.read(CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise NotTaken(
                "The file is of no type that is taken here, or a text that is not UTF-8."
            ) from None
        seen = before + text
        if _CONTROL.search(text):
            raise NotTaken("The file is of no type that is taken here.")
        if _MARKUP.search(seen) or (first and seen.lstrip().startswith("<")):
            raise NotTaken("Texts that look like a web page are not taken.")
        if not chunk:
            return
        before, first = seen[-_OVERLAP_CHARS:], first and not seen.strip()
