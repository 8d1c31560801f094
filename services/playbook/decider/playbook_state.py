"""What a playbook's decisions need to know, folded from its events."""

import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict

from contracts.behaviour import Behaviour
from contracts.envelope import Event
from contracts.flow import Flow
from contracts.installed import BehaviourChanged, PageRulesSet
from contracts.look import Look
from contracts.page_rules import PageRule
from contracts.playbook import (
    FlowEdited,
    LookChanged,
    PlaybookActivated,
    PlaybookArchived,
    PlaybookCreated,
    PlaybookDeactivated,
    PlaybookPublished,
    PlaybookRenamed,
    PlaybookRolledBack,
    SitesChanged,
    UnfinishedChatsSet,
)


class NotCreated(BaseModel):
    """There is no such playbook."""

    model_config = ConfigDict(frozen=True)


class Playbook(BaseModel):
    """A playbook. `published` is the version that new visits walk, `versions` how many there are; 0: none yet.

    `version` counts the changes of the playbook itself: it is its stream's, which commands answer and edits name;
    `changed_by` is the agent who made the last one. The event with the version `draft_at` carries the draft; those of
    `undo` carry it as it was before each edit, the last one last, and those of `redo` as it was before each undoing.
    `draft_changed`: what would be published is not what is published; `digests` are those of the last versions' flows.
    """

    model_config = ConfigDict(frozen=True)

    playbook_id: str
    version: int = 1
    name: str
    look: Look
    draft: Flow
    draft_changed: bool = True
    draft_at: int = 1
    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()
    sites: tuple[str, ...] = ()
    rules: tuple[PageRule, ...] = ()
    behaviour: Behaviour = Behaviour()
    unfinished_after_s: int | None = None
    published: int = 0
    versions: int = 0
    digests: tuple[str, ...] = ()
    active: bool = False
    archived: bool = False
    changed_by: str | None = None


UNDO_MAX = 100
"""How many edits can be undone; the log holds all of them."""

DIGESTS_MAX = 100
"""Of how many versions it is known whether the draft is the same; it is taken to differ from older ones."""

PlaybookState = NotCreated | Playbook


def evolve(state: PlaybookState, event: Event) -> PlaybookState:
    """The state after an event."""
    match event, state:
        case PlaybookCreated(), NotCreated():
            return Playbook(
                playbook_id=event.playbook_id,
                name=event.name,
                look=Look(language=event.language),
                draft=event.flow,
                changed_by=event.by,
            )
        case _, Playbook():
            made = {"version": state.version + 1, "changed_by": getattr(event, "by", None)}
            return state.model_copy(update={**made, **_changes(event, state)})
        case _:
            return state


def _changes(event: Event, state: Playbook) -> dict[str, object]:
    match event:
        case PlaybookRenamed(name=name):
            return {"name": name}
        case LookChanged():
            return {"look": Look.model_validate(event, from_attributes=True)}
        case FlowEdited(flow=flow):
            changed = _differs(flow, state, state.published)
            drafted = {"draft": flow, "draft_changed": changed, "draft_at": state.version + 1}
            return {**drafted, **_ways_back(event, state)}
        case SitesChanged(sites=sites):
            return {"sites": sites}
        case PageRulesSet(rules=rules):
            return {"rules": rules}
        case BehaviourChanged(behaviour=behaviour):
            return {"behaviour": behaviour}
        case UnfinishedChatsSet(after_s=after_s):
            return {"unfinished_after_s": after_s}
        case PlaybookPublished(published=published, flow=flow):
            kept = (*state.digests, _digest(flow))[-DIGESTS_MAX:]
            made = {"published": published, "versions": published}
            return {**made, "digests": kept, "draft_changed": False}
        case PlaybookRolledBack(published=published):
            return {"published": published, "draft_changed": _differs(state.draft, state, published)}
        case PlaybookActivated():
            return {"active": True}
        case PlaybookDeactivated():
            return {"active": False}
        case PlaybookArchived():
            return {"active": False, "archived": True}
        case _:
            return {}


def _differs(draft: Flow, state: Playbook, published: int) -> bool:
    """Whether the draft is not the flow of this version, as far as it is known."""
    place = len(state.digests) - 1 - (state.versions - published)
    return place < 0 or not published or state.digests[place] != _digest(draft)


def _digest(flow: Flow) -> str:
    """The same for the same flow, in whatever order its cards are.

    Fields with nothing in them count for nothing, so that it stays when cards get new ones.
    """
    told = _said(flow.model_dump(mode="json"))
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _said(value: Any) -> Any:
    match value:
        case dict():
            return {name: _said(part) for name, part in value.items() if part not in (None, [], {})}
        case list():
            return [_said(part) for part in value]
        case _:
            return value


def _ways_back(event: FlowEdited, state: Playbook) -> dict[str, object]:
    """What can be undone and redone after it. An edit ends what could be redone."""
    match event.way:
        case "edit":
            return {"undo": (*state.undo, state.draft_at)[-UNDO_MAX:], "redo": ()}
        case "undo":
            return {"undo": state.undo[:-1], "redo": (*state.redo, state.draft_at)[-UNDO_MAX:]}
        case "redo":
            return {"undo": (*state.undo, state.draft_at)[-UNDO_MAX:], "redo": state.redo[:-1]}
