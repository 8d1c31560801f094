"""Writes the JSON Schema of everything on the wire to contracts/schemas; the diff there is the review of a change."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.playbook_document import FORMAT, document_schema
from contracts.registry import EVENTS
from contracts.signals import SIGNAL
from contracts.states import AgentRow, InboxRow
from contracts.topics import AGENTS_STATE, INBOX_STATE, SIGNALS

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, schema) of every event type, state row, signal and document, as they are in code."""
    for type_, event in EVENTS.items():
        yield type_, event.model_json_schema()
    yield INBOX_STATE.name, InboxRow.model_json_schema()
    yield AGENTS_STATE.name, AgentRow.model_json_schema()
    yield SIGNALS.name, SIGNAL.json_schema()
    yield FORMAT, document_schema()


def text_of(schema: dict[str, Any]) -> str:
    """The schema as it is committed."""
    return json.dumps({"$schema": DIALECT, **schema}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> list[str]:
    """Writes all schemas and removes those of types that are gone; answers the names of the files that changed."""
    folder.mkdir(exist_ok=True)
    wanted = {f"{name}.json": text_of(schema) for name, schema in schemas()}
    changed = []
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
            changed.append(path.name)
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(name)
    return changed


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in write()) or "All schemas are as they were.\n")
