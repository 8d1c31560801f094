"""Every type has an example from the time when it was new, and today's code reads and folds each of them."""

import hashlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.envelope import Recorded
from contracts.registry import EVENTS
from contracts.wire import read_event
from services.chassis.models import ReadModel, Rows
from services.cli.catalogue import SERVICES
from tests.contracts.golden_files import FOLDER, Golden, example_of, golden_of, read_golden, write

FILES = sorted(FOLDER.glob("*.json"))
MODELS = [model for service in SERVICES.values() for model in service.models if model.state_row is None]


def recorded(golden: Golden) -> Recorded:
    """The event in a file, read as a consumer reads it."""
    record: Any = SimpleNamespace(
        topic="golden",
        partition=0,
        offset=0,
        value=golden.value.encode(),
        headers=[(name, text.encode()) for name, text in golden.headers.items()],
    )
    return read_event(record)


def holds(now: Any, then: Any) -> bool:
    """Whether all values of then are there now; fields that came since have their defaults."""
    match then:
        case dict():
            return isinstance(now, dict) and all(
                name in now and holds(now[name], value) for name, value in then.items()
            )
        case list():
            return len(now) == len(then) and all(map(holds, now, then))
        case _:
            return bool(now == then)


def of_service(type_: str) -> str:
    return type_.partition(".")[0]


@pytest.mark.parametrize("type_", EVENTS)
def test_every_type_has_a_golden_event(type_: str) -> None:
    assert (FOLDER / f"{type_}.json").exists(), "run `make types` and commit the new file"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_event_is_read_as_it_was_when_it_was_new(path: Path) -> None:
    golden = read_golden(path)

    event = recorded(golden)

    assert event.type == path.stem == golden.headers["ce_type"]
    assert isinstance(event.event, EVENTS[path.stem]), "a type that was written is never removed"
    assert holds(event.event.model_dump(mode="json"), golden.read_as)
    told = event.event_id.encode() + event.type.encode() + golden.value.encode()
    assert event.hash == hashlib.sha256(told).digest()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_event_is_folded_by_every_decider_of_its_service(path: Path) -> None:
    event = recorded(read_golden(path)).event

    for decider in SERVICES[of_service(path.stem)].deciders:
        state = decider.initial
        for _ in range(2):
            state = decider.evolve(state, event)
            assert isinstance(state, decider.states)
        assert list(decider.timers(event)) is not None
        assert list(decider.claims(event)) is not None


def stream_of(category: str, event: Recorded) -> str:
    """A stream of this category that the event may be in: its id is one of the event's own."""
    named = {"details": "conversation_id", "account": "agent_id", "snippet": "playbook_id"}.get(
        category, f"{category}_id"
    )
    return f"{category}-{getattr(event.event, named, event.event_id)}"


def folded(model: ReadModel, event: Recorded) -> Rows:
    rows = Rows(dict.fromkeys(model.touches(event)))
    for version in (1, 2):
        model.project(rows, replace(event, version=version))
    return rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_event_is_folded_by_every_read_model_of_its_topic(path: Path) -> None:
    event = recorded(read_golden(path))
    service = of_service(path.stem)

    for model in MODELS:
        if model.source.owner == service:
            for decider in SERVICES[service].deciders:
                rows = folded(model, replace(event, stream=stream_of(decider.category, event)))
                for (table, _), row in rows.changed.items():
                    assert row is None or row.keys() == set(table.columns.keys()), model.name


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / FILES[0].name
    path.write_text(FILES[0].read_text().replace("2026", "2027"))

    with pytest.raises(AssertionError, match="was changed"):
        read_golden(path)


def test_what_is_missing_is_written_and_what_is_there_is_left_alone(tmp_path: Path) -> None:
    known = dict(list(EVENTS.items())[:2])
    first, second = (tmp_path / f"{type_}.json" for type_ in known)
    first.write_text("old")

    assert write(tmp_path, known) == [second.name]
    assert first.read_text() == "old"
    assert write(tmp_path, known) == []


@pytest.mark.parametrize("type_", EVENTS)
def test_an_example_is_the_same_one_at_all_times_and_fills_every_field(type_: str) -> None:
    event = EVENTS[type_]

    assert golden_of(event).text == golden_of(event).text
    assert None not in example_of(event).model_dump().values()
