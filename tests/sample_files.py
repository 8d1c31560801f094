"""Small files of every kind, made here: those that are taken, and those that must not be."""

import io
import zipfile
import zlib
from collections.abc import Mapping

ODF, OOXML = "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument."


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture without anything on it; of one point, where no size is asked for."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0]))
    rows = zlib.compress(bytes(1 + width) * height)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(parts: Mapping[str, str]) -> bytes:
    """A zip file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return target.getvalue()


def office(part: str, **more: str) -> bytes:
    """An Office document whose main part this is."""
    return archive({"[Content_Types].xml": "<Types/>", part: "<w/>", **more})


PNG = png()
TAKEN: Mapping[str, tuple[bytes, str]] = {
    "picture.png": (PNG, "image/png"),
    "photo.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9", "image/jpeg"),
    "moving.gif": (b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;", "image/gif"),
    "new.webp": (
        b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
        "image/webp",
    ),
    "paper.pdf": (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "application/pdf",
    ),
    "notes.txt": ("Grüße\n\tfrom 3 < 5 & 7 > 6\n".encode(), "text/plain"),
    "car.txt": (b"BMW or MZ, who knows", "text/plain"),
    "letter.docx": (office("word/document.xml"), f"{OOXML}wordprocessingml.document"),
    "sums.xlsx": (office("xl/workbook.xml"), f"{OOXML}spreadsheetml.sheet"),
    "slides.pptx": (office("ppt/presentation.xml"), f"{OOXML}presentationml.presentation"),
    "letter.odt": (archive({"mimetype": f"{ODF}text", "content.xml": "<o/>"}), f"{ODF}text"),
    "sums.ods": (archive({"mimetype": f"{ODF}spreadsheet"}), f"{ODF}spreadsheet"),
}
"""Name → content and its type."""
NOT_TAKEN: Mapping[str, bytes] = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg behind a declaration": b'<?xml version="1.0"?>\n<svg/>',
    "html": b"<!DOCTYPE html><title>x</title>",
    "html behind spaces and a mark": b"\xef\xbb\xbf \r\n\t<HTML>",
    "html in the middle of a text": b"Dear all,\n" + b"x" * 1_048_570 + b"< script >alert(1)",
    "xml": b"<note/>",
    "a comment": b"<!-- hello -->",
    "a link that runs": b"see javascript:alert(1)",
    "php": b"hello <?php system($_GET[0]);",
    "text in utf-16": "hello".encode("utf-16"),
    "text in latin-1": "Grüße".encode("latin-1"),
    "text with NUL": b"hello\0",
    "a program": b"\x7fELF\x02\x01\x01" + b"\0" * 64,
    "a program for windows": b"MZ\x90\0\x03\0\0\0",
    "a bitmap": b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0",
    "an archive": archive({"a.txt": "hello"}),
    "an archive of java": archive({"META-INF/MANIFEST.MF": "Main-Class: x"}),
    "a damaged archive": archive({"a.txt": "hello"})[:-8],
    "an empty archive": b"PK\x05\x06" + b"\0" * 18,
    "a document with macros": office("word/document.xml", **{"word/vbaProject.bin": "x"}),
    "a picture that is a page": b"GIF89a/*<script>alert(1)</script>*/",
    "a picture that is an archive": PNG + archive({"a.txt": "hello"}),
    "a paper that is a page": b"%PDF-1.4 <html><script>1</script>",
    "an open document of another kind": archive({"mimetype": f"{ODF}chart"}),
    "an electronic book": archive({"mimetype": "application/epub+zip"}),
}
