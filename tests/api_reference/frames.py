"""What goes over a socket, in words: the frames that a client sends, and the events and rows that it gets."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from contracts.conversation import ConversationEvent, FileReleased
from contracts.envelope import Event
from contracts.gateway import SessionsEnded
from contracts.shown import VISITORS_SEE
from contracts.states import AgentRow, InboxRow
from services.gateway import sockets
from services.gateway.projections.views import AGENTS_DO_NOT_SEE
from services.gateway.sockets.frames import Incoming
from tests.api_reference.shapes import Schema, fields, told_of

SOCKETS = Path(sockets.__file__).parent
SHAPES_OF_EVENTS = ("Attachment", "Bounds", "LastFile", "Option")
"""Parts of events and rows that are told among the shapes."""


def commands() -> str:
    """The frames that a client sends."""
    return "\n".join(_command(model) for model in get_args(Incoming))


def command_types() -> set[str]:
    """The types of those frames."""
    return {str(model.model_json_schema()["properties"]["type"]["const"]) for model in get_args(Incoming)}


def _command(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    type_ = schema["properties"].pop("type")["const"]
    return f"#### {type_}\n\n{told_of(schema)}\n\n{fields(schema, {}, sent=True)}".rstrip() + "\n"


def events_of_conversations() -> str:
    """The events of a conversation's stream, as agents and visitors see them."""
    found = [event for event in ConversationEvent.__subclasses__() if event is not FileReleased]
    return "\n".join(_event(event, AGENTS_DO_NOT_SEE) for event in found)


def events_of_visits() -> str:
    """The events of a visit's stream, as its visitor sees them."""
    return "\n".join(_event(event, None) for event in VISITORS_SEE if event.TYPE.startswith("playbook."))


def event_types() -> set[str]:
    """The types of all events that a socket shows something of."""
    told = events_of_conversations() + events_of_visits()
    return {line.strip("#` ") for line in told.splitlines() if line.startswith("####")}


def _event(event: type[Event], not_for_agents: set[str] | None) -> str:
    schema = event.model_json_schema()
    for_visitor = VISITORS_SEE.get(event, set())
    shown = [name for name in schema["properties"] if _is_seen(name, for_visitor, not_for_agents)]
    told = {**schema, "properties": {name: schema["properties"][name] for name in shown}}
    lines = fields(told, schema.get("$defs", {}), sent=False).splitlines()
    marked = [
        line if name in for_visitor or not for_visitor else f"{line} (agents only)"
        for name, line in zip(shown, lines, strict=True)
    ]
    alone = "" if for_visitor else " Visitors get null."
    told_here = _without_hidden(told_of(schema), set(shown))
    return f"#### `{event.TYPE}`\n\n{told_here}{alone}\n\n" + "".join(f"{line}\n" for line in marked)


def _without_hidden(told: str, shown: set[str]) -> str:
    """The description without its sentences about fields that no screen gets."""
    sentences = re.split(r"(?<=\.) ", told)
    return " ".join(one for one in sentences if set(re.findall(r"`(\w+)`", one)) <= shown)


def _is_seen(name: str, for_visitor: set[str], not_for_agents: set[str] | None) -> bool:
    return name in for_visitor or (not_for_agents is not None and name not in not_for_agents)


def shapes_of_events() -> Mapping[str, Schema]:
    """The parts of events and rows that are told among the shapes."""
    found: dict[str, Schema] = {}
    models: list[type[BaseModel]] = [*ConversationEvent.__subclasses__(), *VISITORS_SEE, InboxRow]
    for told in models:
        found |= told.model_json_schema().get("$defs", {})
    return {name: found[name] for name in SHAPES_OF_EVENTS}


def rows() -> str:
    """The rows that a frame `rows` carries."""
    kinds: Mapping[str, tuple[type[BaseModel], str]] = {
        "conversation": (InboxRow, "- `folder`: `unassigned`, `closed`, or the holder's id\n"),
        "agent": (AgentRow, ""),
    }
    return "\n".join(_row(kind, row, more) for kind, (row, more) in kinds.items())


def _row(kind: str, row: type[BaseModel], more: str) -> str:
    schema = row.model_json_schema()
    del schema["properties"]["workspace_id"]
    told = told_of(schema).replace("; personal, and blanked when the visitor is erased", "")
    head = f'#### A row of kind `{kind}`\n\n{told}\n\n- `kind`: `"{kind}"`\n{more}'
    return head + fields(schema, {}, sent=False)


def ends() -> set[tuple[int, str]]:
    """The codes and reasons with which the gateway closes a socket."""
    tree = ast.parse((SOCKETS / "frames.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _named(node) == "Ended"]
    fixed = {
        (_value(one.args[0]), _value(one.args[1])) for one in calls if isinstance(one.args[1], ast.Constant)
    }
    return fixed | {(4401, reason) for reason in _over()}


def _over() -> Iterator[str]:
    """The reasons for which an agent's sockets end, beside those that an event names."""
    for node in ast.walk(ast.parse((SOCKETS / "hub.py").read_text())):
        if isinstance(node, ast.Call) and _named(node) == "over" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
    yield from map(str, get_args(SessionsEnded.model_fields["reason"].annotation))


def _named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _value(node: ast.expr) -> Any:
    assert isinstance(node, ast.Constant)
    return node.value
