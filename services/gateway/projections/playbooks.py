"""Which playbooks take visits now, from which sites, and how their widget looks and behaves."""

from collections.abc import Iterable

from contracts.behaviour import Behaviour
from contracts.envelope import Recorded
from contracts.ids import category_of, id_of
from contracts.installed import BehaviourChanged
from contracts.look import Look
from contracts.playbook import (
    LookChanged,
    PlaybookActivated,
    PlaybookArchived,
    PlaybookCreated,
    PlaybookDeactivated,
    PlaybookPublished,
    PlaybookRolledBack,
    SitesChanged,
)
from contracts.topics import PLAYBOOK_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.gateway.tables import open_playbooks


def _touches(recorded: Recorded) -> Iterable[Key]:
    if category_of(recorded.stream) == "playbook":
        yield (open_playbooks, (recorded.metadata.workspace_id, id_of(recorded.stream)))


def _project(rows: Rows, recorded: Recorded) -> None:
    if category_of(recorded.stream) != "playbook":
        return
    workspace_id, playbook_id = recorded.metadata.workspace_id, id_of(recorded.stream)
    row = rows.get(open_playbooks, workspace_id, playbook_id)
    row = row or {
        "workspace_id": workspace_id,
        "playbook_id": playbook_id,
        "active": False,
        "published": 0,
        "sites": [],
        "look": Look().model_dump(mode="json"),
        "behaviour": Behaviour().model_dump(mode="json"),
    }
    match recorded.event:
        case PlaybookActivated():
            row["active"] = True
        case PlaybookDeactivated() | PlaybookArchived():
            row["active"] = False
        case PlaybookPublished(published=published) | PlaybookRolledBack(published=published):
            row["published"] = published
        case SitesChanged(sites=sites):
            row["sites"] = list(sites)
        case PlaybookCreated(language=language):
            row["look"] = Look(language=language).model_dump(mode="json")
        case LookChanged() as changed:
            row["look"] = changed.model_dump(mode="json", include=set(Look.model_fields))
        case BehaviourChanged(behaviour=behaviour):
            row["behaviour"] = behaviour.model_dump(mode="json")
        case _:
            return
    rows.put(open_playbooks, **row)


OPEN_PLAYBOOKS = ReadModel(
    name="open_playbooks",
    schema=5,
    source=PLAYBOOK_EVENTS,
    tables=(open_playbooks,),
    touches=_touches,
    project=_project,
    about=(
        PlaybookActivated,
        PlaybookDeactivated,
        PlaybookArchived,
        PlaybookPublished,
        PlaybookRolledBack,
        SitesChanged,
        PlaybookCreated,
        LookChanged,
        BehaviourChanged,
    ),
    gapless=False,
)
