"""What the web client's types are made of is what the services' code says today."""

from tests.wire_schema import DOCUMENT, written


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert DOCUMENT.read_text() == written(), "run `make types`"
