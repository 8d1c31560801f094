"""The list of playbooks and their published flows.

Playbooks and visits share a topic: each model touches no row for events of the other kind.
"""

from collections.abc import Iterable
from typing import get_args

from contracts.envelope import Recorded
from contracts.installed import BehaviourChanged, PageRulesSet
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
from contracts.topics import PLAYBOOK_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.playbook.tables import FLOWS, PLAYBOOKS

_Listed = (
    PlaybookCreated
    | PlaybookRenamed
    | LookChanged
    | FlowEdited
    | SitesChanged
    | PageRulesSet
    | BehaviourChanged
    | UnfinishedChatsSet
    | PlaybookPublished
    | PlaybookRolledBack
    | PlaybookActivated
    | PlaybookDeactivated
    | PlaybookArchived
)


def _listed(recorded: Recorded) -> Iterable[Key]:
    event = recorded.event
    if isinstance(event, _Listed):
        return ((PLAYBOOKS, (recorded.metadata.workspace_id, event.playbook_id)),)
    return ()


def _list(rows: Rows, recorded: Recorded) -> None:
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case PlaybookCreated(playbook_id=playbook_id, name=name, at=at):
            rows.put(
                PLAYBOOKS,
                workspace_id=workspace_id,
                playbook_id=playbook_id,
                name=name,
                active=False,
                archived=False,
                published=None,
                changed_at=at,
            )
        case event if isinstance(event, _Listed):
            row = rows.get(PLAYBOOKS, workspace_id, event.playbook_id)
            if row is not None:
                rows.put(PLAYBOOKS, **(row | _change(event) | {"changed_at": event.at}))
        case _:
            pass


def _change(event: _Listed) -> dict[str, object]:
    match event:
        case PlaybookRenamed(name=name):
            return {"name": name}
        case PlaybookPublished(published=published) | PlaybookRolledBack(published=published):
            return {"published": published}
        case PlaybookActivated():
            return {"active": True}
        case PlaybookDeactivated():
            return {"active": False}
        case PlaybookArchived():
            return {"active": False, "archived": True}
        case _:
            return {}


def _published(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case PlaybookPublished(playbook_id=playbook_id, published=published):
            return ((FLOWS, (recorded.metadata.workspace_id, playbook_id, published)),)
        case _:
            return ()


def _keep_published(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case PlaybookPublished() as event:
            rows.put(
                FLOWS,
                workspace_id=recorded.metadata.workspace_id,
                playbook_id=event.playbook_id,
                published=event.published,
                flow=event.flow.model_dump(mode="json"),
                note=event.note,
                published_by=event.by,
                published_at=event.at,
            )
        case _:
            pass


MODELS = (
    ReadModel(
        "playbooks", 3, PLAYBOOK_EVENTS, (PLAYBOOKS,), _listed, _list, about=get_args(_Listed), gapless=False
    ),
    ReadModel(
        "flows",
        3,
        PLAYBOOK_EVENTS,
        (FLOWS,),
        _published,
        _keep_published,
        about=(PlaybookPublished,),
        gapless=False,
    ),
)
