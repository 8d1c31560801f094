"""Playbook documents from files: what is refused, with all that is wrong, before anything is reached."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.playbook_document import DOCUMENT_BYTES_MAX
from services.cli.application import app


def told(folder: Path, content: bytes | None) -> str:
    """What `livechat playbook import` says to a file with this content."""
    file = folder / "playbook.json"
    if content is not None:
        file.write_bytes(content)
    done = CliRunner().invoke(app, ["playbook", "import", str(file), "--workspace", "w"])
    assert done.exit_code == 1
    return done.output


END = b'{"format": "livechat.playbook.v1", "name": "%s", "flow": {"start": "a", "cards": {"a": %s}}}'


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "cannot be read"),
        (b"{", "is not JSON"),
        (b"[" * 50_000, "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "the document: Input should be"),
        (b" " * (DOCUMENT_BYTES_MAX + 1), f"more than {DOCUMENT_BYTES_MAX} bytes"),
        (END % (b"a\\u0000b", b'{"kind": "end", "text": "Bye."}'), "the character NUL"),
        (END % (b"a", b'{"kind": "end", "text": "Bye.", "next": "b"}'), "next: Extra inputs"),
    ],
)
def test_what_is_no_playbook_document_is_refused_in_words(tmp_path: Path, content: Any, wrong: str) -> None:
    assert wrong in told(tmp_path, content)


def test_all_that_is_wrong_with_a_document_is_told_at_once(tmp_path: Path) -> None:
    output = told(
        tmp_path, b'{"format": "x", "look": {"colour": "red", "icon": "cat"}, "flow": {}, "more": 1}'
    )

    for place in ("format", "name", "look.colour", "look.icon", "flow.start", "flow.cards", "more"):
        assert f"  {place}: " in output
