"""One example of every type of event, as it was on the wire when the type was new: files that are added, never changed.

`python -m tests.contracts.golden_files` writes those that are missing.
"""

import hashlib
import json
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.envelope import Event, Metadata, headers_of
from contracts.flow import Flow
from contracts.hours import OpenInterval
from contracts.ids import derived_id
from contracts.personal import encode
from contracts.registry import EVENTS

FOLDER = Path(__file__).parent / "golden"
AT = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
TEXTS = (
    "Olá, 你好 & <b>\"\\'</b>",
    "example",
    "EUR",
    "#1f5fd6",
    "https://www.example.com",
    "ada@example.com",
    "en",
    "+15550100",
    "2026-12-25",
)
NUMBERS = (7, 60, 1, 0, 1_000, 100_000)
FLOW = {
    "start": "ask",
    "cards": {
        "ask": {
            "kind": "question",
            "text": "What is it?",
            "choices": [
                {"choice_id": "a", "label": "A person", "next": "person"},
                {"choice_id": "b", "label": "Leave word", "next": "hello"},
            ],
        },
        "hello": {"kind": "message", "text": "Fine.", "next": "name"},
        "name": {"kind": "capture", "text": "Name?", "field": "name", "retry_text": "Again?", "next": "good"},
        "good": {"kind": "qualify", "qualified": True, "next": "lead"},
        "lead": {"kind": "action", "follow_up": "lead", "next": "end"},
        "person": {
            "kind": "live_chat",
            "online_message": "One moment.",
            "wait_time_s": 60,
            "offline_message": "Nobody is here.",
            "offline_flow": "name",
        },
        "end": {"kind": "end", "text": "Bye."},
    },
}
WHOLE: Mapping[type[BaseModel], Any] = {Flow: FLOW, OpenInterval: {"opens": "09:00", "closes": "24:00"}}
"""Models whose parts depend on each other: a card names cards that are there, an interval ends after it began."""


class NoExample(Exception):
    """No value of this module fits a field: add one to TEXTS or NUMBERS."""


@dataclass(frozen=True)
class Golden:
    """A file: an event's headers and bytes, and the values as which it was read when it was written."""

    headers: dict[str, str]
    value: str
    read_as: dict[str, Any]

    @property
    def digest(self) -> str:
        """What tells the file from a changed one."""
        told = json.dumps([self.headers, self.value, self.read_as], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The file's text."""
        content = {
            "digest": self.digest,
            "headers": self.headers,
            "read_as": self.read_as,
            "value": self.value,
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_golden(path: Path) -> Golden:
    """The file. Raises AssertionError where it is not as it was written."""
    content = json.loads(path.read_text())
    golden = Golden(content["headers"], content["value"], content["read_as"])
    assert golden.digest == content["digest"], (
        f"{path.name} was changed: put it back; a new shape is a new type"
    )
    return golden


def example_of(event: type[Event]) -> Event:
    """An event of this type with every field filled, the same one at all times."""
    return event.model_validate(_model(event, event.TYPE))


def _model(model: type[BaseModel], place: str) -> Any:
    if model in WHOLE:
        return WHOLE[model]
    return {
        name: _fitting(field.annotation, field.metadata, f"{place}.{name}")
        for name, field in model.model_fields.items()
    }


def _fitting(annotation: Any, marks: list[Any], place: str) -> Any:
    """A value that the annotation takes with its constraints."""
    whole: Any = Annotated[(annotation, *marks)] if marks else annotation
    adapter: TypeAdapter[Any] = TypeAdapter(whole)
    for value in _candidates(annotation, place):
        try:
            adapter.validate_python(value)
        except ValidationError:
            continue
        return value
    raise NoExample(f"{place}: {whole}")


def _candidates(annotation: Any, place: str) -> Iterator[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield _fitting(arguments[0], list(arguments[1:]), place)
    elif origin in (Union, types.UnionType):
        for one in arguments:
            if one is not type(None):
                yield from _candidates(one, place)
    elif origin is Literal:
        yield arguments[0]
    elif origin is tuple:
        yield [_fitting(arguments[0], [], place)]
    elif origin is dict:
        yield {_fitting(arguments[0], [], place): _fitting(arguments[1], [], place)}
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield _model(annotation, place)
    else:
        yield from _plain(annotation, place)


def _plain(annotation: Any, place: str) -> Iterator[Any]:
    if annotation is str:
        yield from (*TEXTS, derived_id("golden", place))
    elif annotation is bool:
        yield True
    elif annotation is int:
        yield from NUMBERS
    elif annotation is datetime:
        yield AT


def golden_of(event: type[Event]) -> Golden:
    """The file of a type that has none yet."""
    example = example_of(event)
    value = encode(example)
    event_id = derived_id("golden", event.TYPE)
    ids = {name: derived_id("golden", name) for name in ("workspace", "command", "cause")}
    headers = headers_of(
        event_id=event_id,
        type_=event.TYPE,
        stream=f"example-{event_id}",
        version=1,
        at=AT,
        metadata=Metadata(ids["workspace"], ids["command"], ids["cause"], ids["cause"], "service:example"),
        hash_=hashlib.sha256(event_id.encode() + event.TYPE.encode() + value).digest(),
    )
    told = {name: content.decode() for name, content in headers}
    return Golden(told, value.decode(), example.model_dump(mode="json"))


def write(folder: Path = FOLDER, known: Mapping[str, type[Event]] = EVENTS) -> list[str]:
    """Writes the files that are missing; answers their names. One that is there is never touched."""
    folder.mkdir(exist_ok=True)
    missing = [(folder / f"{type_}.json", event) for type_, event in known.items()]
    new = [(path, event) for path, event in missing if not path.exists()]
    for path, event in new:
        path.write_text(golden_of(event).text)
    return [path.name for path, _ in new]


if __name__ == "__main__":
    sys.stdout.write("".join(f"golden/{name}\n" for name in write()) or "No golden event is missing.\n")
