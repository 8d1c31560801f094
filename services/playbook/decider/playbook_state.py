"""What a playbook's decisions need to know, folded from its events."""

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
    active: bool = False
    archived: bool = False
    changed_by: str | None = None


UNDO_MAX = 100
"""How many edits can be undone; the log holds all of them."""

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
            drafted = {"draft": flow, "draft_changed": True, "draft_at": state.version + 1}
            return {**drafted, **_ways_back(event, state)}
        case SitesChanged(sites=sites):
            return {"sites": sites}
        case PageRulesSet(rules=rules):
            return {"rules": rules}
        case BehaviourChanged(behaviour=behaviour):
            return {"behaviour": behaviour}
        case UnfinishedChatsSet(after_s=after_s):
            return {"unfinished_after_s": after_s}
        case PlaybookPublished(published=published):
            return {"published": published, "versions": published, "draft_changed": False}
        case PlaybookRolledBack(published=published):
            return {"published": published, "draft_changed": True}
        case PlaybookActivated():
            return {"active": True}
        case PlaybookDeactivated():
            return {"active": False}
        case PlaybookArchived():
            return {"active": False, "archived": True}
        case _:
            return {}


def _ways_back(event: FlowEdited, state: Playbook) -> dict[str, object]:
    """What can be undone and redone after it. An edit ends what could be redone."""
    match event.way:
        case "edit":
            return {"undo": (*state.undo, state.draft_at)[-UNDO_MAX:], "redo": ()}
        case "undo":
            return {"undo": state.undo[:-1], "redo": (*state.redo, state.draft_at)[-UNDO_MAX:]}
        case "redo":
            return {"undo": (*state.undo, state.draft_at)[-UNDO_MAX:], "redo": state.redo[:-1]}
