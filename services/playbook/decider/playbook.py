"""A playbook's life: drafted, published as version 1, 2, 3 …, active or not."""

from collections.abc import Sequence
from typing import Any, assert_never

from contracts.behaviour import Behaviour
from contracts.installed import BehaviourChanged
from contracts.playbook import (
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
    UnfinishedChatsSet,
)
from services.chassis.decider import Decider, NotFound, Refused
from services.playbook.commands.playbook import (
    ActivatePlaybook,
    ArchivePlaybook,
    ChangeBehaviour,
    ChangeLook,
    CreatePlaybook,
    DeactivatePlaybook,
    DraftCommand,
    Edit,
    ImportPlaybook,
    LifeCommand,
    PlaybookCommand,
    PublishPlaybook,
    RenamePlaybook,
    RollBackPlaybook,
    SetPageRules,
    SetSites,
    SetUnfinishedChats,
)
from services.playbook.decider.editing import Stale, edit
from services.playbook.decider.page_rules import set_page_rules
from services.playbook.decider.playbook_state import NotCreated, Playbook, PlaybookState, evolve
from services.playbook.decider.problems import problems
from services.playbook.template import flow_of

Events = Sequence[PlaybookServiceEvent]


def decide(command: PlaybookCommand, state: PlaybookState) -> Events:
    """The events of a command."""
    if isinstance(command, CreatePlaybook):
        return create(command, state)
    if isinstance(command, ImportPlaybook):
        return import_(command, state)
    if isinstance(state, NotCreated):
        raise NotFound("playbook")
    stale = command.version not in (None, state.version)
    try:
        events = _changed(command, state)
    except Refused:
        if stale:
            raise Stale(state.version) from None
        raise
    # Whoever publishes is told of a draft that they have not seen, also where another has published it.
    if stale and (events or isinstance(command, PublishPlaybook)):
        raise Stale(state.version)
    return events


def _changed(command: DraftCommand | LifeCommand | ArchivePlaybook, playbook: Playbook) -> Events:
    """The events, whatever version the command was made on."""
    if isinstance(command, ArchivePlaybook):
        return archive(command, playbook)
    if playbook.archived:
        raise Refused("playbook_archived", "The playbook was archived: it does not change any more.")
    return edit(command, playbook) if isinstance(command, Edit) else _live(command, playbook)


def _live(command: LifeCommand, playbook: Playbook) -> Events:
    match command:
        case RenamePlaybook():
            return rename(command, playbook)
        case ChangeLook():
            return change_look(command, playbook)
        case SetSites():
            return set_sites(command, playbook)
        case SetPageRules():
            return set_page_rules(command, playbook)
        case ChangeBehaviour():
            return change_behaviour(command, playbook)
        case SetUnfinishedChats():
            return set_unfinished_chats(command, playbook)
        case PublishPlaybook():
            return publish(command, playbook)
        case RollBackPlaybook():
            return roll_back(command, playbook)
        case ActivatePlaybook():
            return activate(command, playbook)
        case DeactivatePlaybook():
            return deactivate(command, playbook)
        case _:
            assert_never(command)


def create(c: CreatePlaybook, state: PlaybookState) -> Events:
    """A new playbook with its template's flow as draft."""
    if isinstance(state, Playbook):
        return []
    return [
        PlaybookCreated(
            at=c.at,
            playbook_id=c.playbook_id,
            name=c.name,
            template=c.template,
            flow=flow_of(c.template, c.wait_time_s, c.language),
            language=c.language,
            by=c.by,
        )
    ]


def import_(c: ImportPlaybook, state: PlaybookState) -> Events:
    """A new playbook with its document's name, look, flow and privacy text: a copy asks for consent where the original
    does."""
    if isinstance(state, Playbook):
        return []
    document = c.document
    created = PlaybookCreated(
        at=c.at,
        playbook_id=c.playbook_id,
        name=document.name,
        flow=document.flow,
        language=document.look.language,
        by=c.by,
    )
    look = document.look.model_dump()
    made: Any = {"at": c.at, "playbook_id": c.playbook_id, "by": c.by}
    told = (
        [BehaviourChanged(**made, behaviour=Behaviour(privacy=document.privacy))] if document.privacy else []
    )
    return [created, LookChanged(**made, **look), *told]


def rename(c: RenamePlaybook, playbook: Playbook) -> Events:
    """Another name."""
    if c.name == playbook.name:
        return []
    return [PlaybookRenamed(at=c.at, playbook_id=playbook.playbook_id, name=c.name, by=c.by)]


def change_look(c: ChangeLook, playbook: Playbook) -> Events:
    """Another look, at once: it belongs to the playbook and to none of its versions."""
    if c.look == playbook.look:
        return []
    return [LookChanged(at=c.at, playbook_id=playbook.playbook_id, by=c.by, **c.look.model_dump())]


def change_behaviour(c: ChangeBehaviour, playbook: Playbook) -> Events:
    """Another behaviour of the widget, at once, as with the look."""
    if c.behaviour == playbook.behaviour:
        return []
    behaviour = c.behaviour
    return [BehaviourChanged(at=c.at, playbook_id=playbook.playbook_id, behaviour=behaviour, by=c.by)]


def set_sites(c: SetSites, playbook: Playbook) -> Events:
    """Another list of sites."""
    if c.sites == playbook.sites:
        return []
    return [SitesChanged(at=c.at, playbook_id=playbook.playbook_id, sites=c.sites, by=c.by)]


def set_unfinished_chats(c: SetUnfinishedChats, playbook: Playbook) -> Events:
    """From when on a chat counts as unfinished, for visits that begin from now on."""
    if c.after_s == playbook.unfinished_after_s:
        return []
    return [UnfinishedChatsSet(at=c.at, playbook_id=playbook.playbook_id, after_s=c.after_s, by=c.by)]


def publish(c: PublishPlaybook, playbook: Playbook) -> Events:
    """The next version, where the draft differs from the published one and nothing is wrong with it."""
    if not playbook.draft_changed:
        return []
    if wrong := problems(playbook.draft):
        told = "; ".join(f"{problem.card_id}: {problem.detail}" for problem in wrong[:3])
        errors = [problem.model_dump() for problem in wrong]
        raise Refused("flow_not_walkable", f"The flow cannot be published: {told}", errors=errors)
    return [
        PlaybookPublished(
            at=c.at,
            playbook_id=playbook.playbook_id,
            published=playbook.versions + 1,
            flow=playbook.draft,
            note=c.note,
            by=c.by,
        )
    ]


def roll_back(c: RollBackPlaybook, playbook: Playbook) -> Events:
    """An older version, or again a newer one, for new visits. The draft stays as it is."""
    if not 1 <= c.published <= playbook.versions:
        raise NotFound("version")
    if c.published == playbook.published:
        return []
    return [PlaybookRolledBack(at=c.at, playbook_id=playbook.playbook_id, published=c.published, by=c.by)]


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


def archive(c: ArchivePlaybook, playbook: Playbook) -> Events:
    """No new visits and no changes any more; visits that walk go on."""
    if playbook.archived:
        return []
    return [PlaybookArchived(at=c.at, playbook_id=playbook.playbook_id, by=c.by)]


DECIDER: Decider[PlaybookCommand, PlaybookState] = Decider(
    category="playbook",
    decide=decide,
    evolve=evolve,
    initial=NotCreated(),
    states=(NotCreated, Playbook),
    schema=9,
)
