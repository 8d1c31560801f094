"""Writes the document anew."""

from tests.api_reference.document import DOCUMENT, written

DOCUMENT.write_text(written())
