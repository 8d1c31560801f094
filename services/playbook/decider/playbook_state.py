"""What a playbook's decisions need to know, folded from its events."""

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.flow import Flow
from contracts.look import Look
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
)


class NotCreated(BaseModel):
    """There is no such playbook."""

    model_config = ConfigDict(frozen=True)


class Playbook(BaseModel):
    """A playbook. `published` is the version that new visits walk, `versions` how many there are; 0: none yet.

    `version` counts the changes of the playbook itself: it is its stream's, which commands answer and edits name;
    `changed_by` is the agent who made the last one.
    """

    model_config = ConfigDict(frozen=True)

    playbook_id: str
    version: int = 1
    name: str
    look: Look
    draft: Flow
    draft_changed: bool = True
    sites: tuple[str, ...] = ()
    published: int = 0
    versions: int = 0
    active: bool = False
    archived: bool = False
    changed_by: str | None = None


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
            return state.model_copy(update={**made, **_changes(event)})
        case _:
            return state


def _changes(event: Event) -> dict[str, object]:
    match event:
        case PlaybookRenamed(name=name):
            return {"name": name}
        case LookChanged():
            return {"look": Look.model_validate(event, from_attributes=True)}
        case FlowEdited(flow=flow):
            return {"draft": flow, "draft_changed": True}
        case SitesChanged(sites=sites):
            return {"sites": sites}
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
