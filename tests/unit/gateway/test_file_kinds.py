"""What is taken is told by its content; names become harmless, whatever they are."""

import re
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.files.kinds import SUFFIXES, TEXT, NotTaken, type_of
from services.gateway.files.names import NAME_CHARS_MAX, BadName, disposition, harmless, name_in
from tests.sample_files import NOT_TAKEN, TAKEN

PAGE = re.compile(rb"<\s*(script|html|svg)\b", re.I)


def kind_of(content: bytes) -> str | None:
    """The type, or None where it is not taken."""
    try:
        return type_of(BytesIO(content))
    except NotTaken:
        return None


@pytest.mark.parametrize("name", TAKEN)
def test_pictures_papers_texts_and_documents_are_taken(name: str) -> None:
    content, content_type = TAKEN[name]

    assert kind_of(content) == content_type
    assert harmless(name, content_type) == name


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_could_be_run_or_shown_as_a_page_is_not_taken(what: str) -> None:
    assert kind_of(NOT_TAKEN[what]) is None


@given(before=st.binary(max_size=40), tag=st.sampled_from([b"<script", b"<SVG ", b"< html>"]))
def test_no_text_with_a_page_in_it_is_taken(before: bytes, tag: bytes) -> None:
    assert kind_of(before + tag + b" ") != TEXT


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type_that_is_taken_or_none(content: bytes) -> None:
    assert kind_of(content) in {None, *SUFFIXES}


@given(name=st.text(max_size=300), content_type=st.sampled_from(list(SUFFIXES)))
def test_a_name_is_made_harmless_and_stays_so(name: str, content_type: str) -> None:
    told = harmless(name, content_type)

    assert 0 < len(told) <= NAME_CHARS_MAX
    assert not set('/\\:*?"<>|\0\r\n\u202e') & set(told)
    assert told[0] != "."
    assert told.rpartition(".")[2].lower() in SUFFIXES[content_type]
    assert harmless(told, content_type) == told
    assert disposition(told).isascii()
    assert name_in(disposition(told)) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("run.bat", "run.bat.txt"),
        ("page.html", "page.html.txt"),
        ("../../etc/passwd", "_.._etc_passwd.txt"),
        ("table.CSV", "table.CSV"),
        ("", "file.txt"),
        ("...", "file.txt"),
        ("\u202etxt.exe", "txt.exe.txt"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie_ x.txt"),
    ],
)
def test_a_name_ends_as_its_content_is(name: str, told: str) -> None:
    assert harmless(name, TEXT) == told


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("attachment", ""),
        ("attachment; filename=a.txt", "a.txt"),
        ('attachment; filename="a \\"b\\".txt"', 'a "b".txt'),
        ("attachment; filename=\"x\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ("attachment; filename*=utf-8'de'%e2%82%ac.txt", "€.txt"),
    ],
)
def test_the_name_is_read_from_the_header(header: str, name: str) -> None:
    assert name_in(header) == name


@pytest.mark.parametrize("header", ["a" * 3_000, "attachment; filename*=UTF-8''%ff"])
def test_a_header_that_cannot_be_read_is_told(header: str) -> None:
    with pytest.raises(BadName):
        name_in(header)
