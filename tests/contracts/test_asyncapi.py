"""The committed AsyncAPI document is that of the code, whole, and its references lead somewhere."""

from collections.abc import Iterator
from typing import Any

from contracts.asyncapi import FILE, document, text_of
from contracts.registry import EVENTS
from contracts.topics import TOPICS

DOCUMENT = document()


def test_the_committed_document_is_that_of_the_code() -> None:
    assert FILE.read_text() == text_of(DOCUMENT), "run `make types`"


def test_every_topic_and_every_event_is_told_once() -> None:
    told = [
        message["name"]
        for channel in DOCUMENT["channels"].values()
        for message in channel["messages"].values()
    ]

    assert set(DOCUMENT["channels"]) == {topic.name for topic in TOPICS}
    assert sorted(told) == sorted([*EVENTS, *(topic.name for topic in TOPICS if topic.kind != "events")])


def test_every_reference_leads_somewhere() -> None:
    found = list(_references(DOCUMENT))

    assert found
    for reference in found:
        file, _, path = reference.partition("#/")
        if file:
            assert (FILE.parent / file).is_file(), reference
        place: Any = DOCUMENT
        for part in path.split("/") if path else ():
            place = place[part]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
