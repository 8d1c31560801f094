"""A playbook's life: drafted, published as version 1, 2, 3 …, active or not."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.flow import Flow
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
    PlaybookServiceEvent,
    SitesChanged,
)
from services.chassis.decider import Decider, NotFound, Refused
from services.playbook.cards import obstacles
from services.playbook.commands import (
    ActivatePlaybook,
    CreatePlaybook,
    DeactivatePlaybook,
    EditFlow,
    PlaybookCommand,
    PublishPlaybook,
    SetSites,
)
from services.playbook.template import TEMPLATES

Events = Sequence[PlaybookServiceEvent]


class NotCreated(BaseModel):
    """There is no such playbook."""

    model_config = ConfigDict(frozen=True)


class Playbook(BaseModel):
    """A playbook. `published` is the version that new visits walk, `versions` how many there are; 0: none yet."""

    model_config = ConfigDict(frozen=True)

    playbook_id: str
    name: str
    language: str
    draft: Flow
    draft_changed: bool = True
    sites: tuple[str, ...] = ()
    published: int = 0
    versions: int = 0
    active: bool = False
    archived: bool = False


PlaybookState = NotCreated | Playbook


def decide(command: PlaybookCommand, state: PlaybookState) -> Events:
    """The events of a command."""
    if isinstance(command, CreatePlaybook):
        return create(command, state)
    playbook = _present(state)
    match command:
        case EditFlow():
            return edit_flow(command, playbook)
        case SetSites():
            return set_sites(command, playbook)
        case PublishPlaybook():
            return publish(command, playbook)
        case ActivatePlaybook():
            return activate(command, playbook)
        case DeactivatePlaybook():
            return deactivate(command, playbook)
        case _:
            assert_never(command)


def _present(state: PlaybookState) -> Playbook:
    if isinstance(state, NotCreated):
        raise NotFound("playbook")
    if state.archived:
        raise Refused("playbook_archived", "The playbook was archived: it does not change any more.")
    return state


def create(c: CreatePlaybook, state: PlaybookState) -> Events:
    """A new playbook with its template's flow as draft."""
    if isinstance(state, Playbook):
        return []
    flow = TEMPLATES[c.template](c.wait_time_s)
    return [
        PlaybookCreated(
            at=c.at,
            playbook_id=c.playbook_id,
            name=c.name,
            template=c.template,
            flow=flow,
            language=c.language,
            by=c.by,
        )
    ]


def edit_flow(c: EditFlow, playbook: Playbook) -> Events:
    """Another draft. It may be unfinished: only publishing asks whether it can be walked."""
    if c.flow == playbook.draft:
        return []
    return [FlowEdited(at=c.at, playbook_id=playbook.playbook_id, flow=c.flow, by=c.by)]


def set_sites(c: SetSites, playbook: Playbook) -> Events:
    """Another list of sites."""
    if c.sites == playbook.sites:
        return []
    return [SitesChanged(at=c.at, playbook_id=playbook.playbook_id, sites=c.sites, by=c.by)]


def publish(c: PublishPlaybook, playbook: Playbook) -> Events:
    """The next version, where the draft differs from the published one and can be walked."""
    if not playbook.draft_changed:
        return []
    if wrong := obstacles(playbook.draft):
        told = "; ".join(f"card {card_id} {what}" for card_id, what in wrong.items())
        raise Refused("flow_not_walkable", f"The flow cannot be published: {told}.", cards=list(wrong))
    published = playbook.versions + 1
    return [
        PlaybookPublished(
            at=c.at,
            playbook_id=playbook.playbook_id,
            published=published,
            flow=playbook.draft,
            note=c.note,
            by=c.by,
        )
    ]


def activate(c: ActivatePlaybook, playbook: Playbook) -> Events:
    """Visits may come, where there is a version to walk."""
    if not playbook.published:
        raise Refused("playbook_not_published", "Publish the playbook before it is activated.")
    if playbook.active:
        return []
    return [PlaybookActivated(at=c.at, playbook_id=playbook.playbook_id, by=c.by)]


def deactivate(c: DeactivatePlaybook, playbook: Playbook) -> Events:
    """No new visits; those that walk go on."""
    if not playbook.active:
        return []
    return [PlaybookDeactivated(at=c.at, playbook_id=playbook.playbook_id, by=c.by)]


def evolve(state: PlaybookState, event: Event) -> PlaybookState:
    """The state after an event."""
    match event, state:
        case PlaybookCreated(), NotCreated():
            return Playbook(
                playbook_id=event.playbook_id, name=event.name, language=event.language, draft=event.flow
            )
        case PlaybookServiceEvent(), Playbook():
            return state.model_copy(update=_changes(event))
        case _:
            return state


def _changes(event: PlaybookServiceEvent) -> dict[str, object]:
    match event:
        case PlaybookRenamed(name=name):
            return {"name": name}
        case LookChanged(language=language):
            return {"language": language}
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


DECIDER: Decider[PlaybookCommand, PlaybookState] = Decider(
    category="playbook",
    decide=decide,
    evolve=evolve,
    initial=NotCreated(),
    states=(NotCreated, Playbook),
    schema=1,
)
