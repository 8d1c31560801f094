"""Reads of the playbook service: the list of playbooks, what they offer, and the flow that a visit walks."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.flow import Flow
from contracts.ids import stream
from contracts.look import Look
from contracts.page_rules import ChosenBy
from contracts.playbook import FlowEdited, PlaybookCreated, PlaybookPublished
from contracts.playbook_document import PlaybookDocument
from contracts.unfinished import Unfinished
from services.chassis.decider import NotFound
from services.chassis.execution import recorded, state_of
from services.chassis.http import Page, page, read_cursor
from services.chassis.ports import Ports, Reader
from services.playbook.commands.visit import Choice, Offer
from services.playbook.decider.difference import Difference, difference
from services.playbook.decider.page_rules import that_hold
from services.playbook.decider.pages import Place
from services.playbook.decider.playbook import DECIDER as PLAYBOOK
from services.playbook.decider.playbook_state import Playbook
from services.playbook.decider.visit import DECIDER as VISIT
from services.playbook.decider.visit_state import Visit
from services.playbook.settings import PlaybookSettings
from services.playbook.tables import FLOWS, PLAYBOOKS

HISTORY_PAGE = 100
WIDGET_PATH = "/widget/{workspace_id}/{playbook_id}.js"
FLOWS_KEPT_MAX = 256
VISITS_KEPT_MAX = 4_096


class ListedPlaybook(BaseModel):
    """A playbook in the list; `published` is null before the first version."""

    playbook_id: str
    name: str
    active: bool
    published: int | None
    changed_at: datetime


class ListedVersion(BaseModel):
    """A published version in the list; `published` is its number."""

    published: int
    note: str
    published_by: str
    published_at: datetime


class Flows:
    """Published flows that were read before, and which one each visit walks. Neither ever changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], Flow] = OrderedDict()
        self._walked: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()

    async def of(self, ports: Ports, workspace_id: str, playbook_id: str, published: int) -> Flow:
        """The flow of a version. Raises NotFound."""
        key = (workspace_id, playbook_id, published)
        if key not in self._kept:
            row = await ports.reader.get(workspace_id, FLOWS, playbook_id, published)
            self._kept[key] = (
                Flow.model_validate(row["flow"])
                if row is not None
                else await _recorded_flow(ports, workspace_id, playbook_id, published)
            )
        self._kept.move_to_end(key)
        if len(self._kept) > FLOWS_KEPT_MAX:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def of_visit(self, ports: Ports, workspace_id: str, visit_id: str) -> Flow:
        """The flow of the version that a visit walks. Raises NotFound."""
        key = (workspace_id, visit_id)
        if key not in self._walked:
            visit = await visit_now(ports, workspace_id, visit_id)
            self._walked[key] = visit.playbook_id, visit.published
        self._walked.move_to_end(key)
        if len(self._walked) > VISITS_KEPT_MAX:
            self._walked.popitem(last=False)
        return await self.of(ports, workspace_id, *self._walked[key])


async def _recorded_flow(ports: Ports, workspace_id: str, playbook_id: str, published: int) -> Flow:
    """From the playbook's own stream: a read model that is behind, or being rebuilt, keeps no visitor waiting."""
    version = 0
    while page := await ports.store.history(
        workspace_id, stream("playbook", playbook_id), after=version, limit=HISTORY_PAGE
    ):
        for stored in page:
            event = (await recorded(ports.keyring, stored)).event
            if isinstance(event, PlaybookPublished) and event.published == published:
                return event.flow
        version = page[-1].version
    raise NotFound("version")


async def draft_before(
    ports: Ports, workspace_id: str, playbook_id: str, way: Literal["undo", "redo"]
) -> tuple[int | None, Flow | None]:
    """The draft that undoing or redoing puts back, and the version of its event; None where there is none."""
    playbook = await playbook_now(ports, workspace_id, playbook_id)
    kept = playbook.undo if way == "undo" else playbook.redo
    if not kept:
        return None, None
    name, of = stream("playbook", playbook_id), kept[-1]
    (stored,) = await ports.store.history(workspace_id, name, after=of - 1, limit=1)
    event = (await recorded(ports.keyring, stored)).event
    assert isinstance(event, PlaybookCreated | FlowEdited)
    return of, event.flow


async def difference_of(
    ports: Ports, workspace_id: str, playbook_id: str, before: int | None, after: int | None
) -> Difference:
    """What differs between two versions. Without `after`: the draft; without `before`: what visits walk now, if any."""
    playbook = await playbook_now(ports, workspace_id, playbook_id)
    earlier = before or playbook.published
    was = await _flows(ports).of(ports, workspace_id, playbook_id, earlier) if earlier else None
    now = await _flows(ports).of(ports, workspace_id, playbook_id, after) if after else playbook.draft
    return difference(was, now)


async def page_of_playbooks(
    reader: Reader, workspace_id: str, cursor: str | None, limit: int
) -> Page[ListedPlaybook]:
    """The workspace's playbooks, the last changed first, without archived ones."""
    order, after = ("-changed_at", "-playbook_id"), read_cursor(cursor, 2)
    rows = await reader.find(
        workspace_id, PLAYBOOKS, {"archived": False}, order=order, after=after, limit=limit + 1
    )
    return page(rows, limit, ListedPlaybook, *order)


async def playbook_now(ports: Ports, workspace_id: str, playbook_id: str) -> Playbook:
    """A playbook as it is now, with its draft. Raises NotFound."""
    state = await state_of(ports, PLAYBOOK, workspace_id, stream("playbook", playbook_id))
    if not isinstance(state, Playbook):
        raise NotFound("playbook")
    return state


async def document_of(ports: Ports, workspace_id: str, playbook_id: str) -> PlaybookDocument:
    """A playbook's name, look, draft and privacy text as a document. Raises NotFound."""
    playbook = await playbook_now(ports, workspace_id, playbook_id)
    privacy = playbook.behaviour.privacy
    return PlaybookDocument(name=playbook.name, look=playbook.look, flow=playbook.draft, privacy=privacy)


async def page_of_versions(
    ports: Ports, workspace_id: str, playbook_id: str, cursor: str | None, limit: int
) -> Page[ListedVersion]:
    """A playbook's published versions, the newest first. Raises NotFound."""
    await playbook_now(ports, workspace_id, playbook_id)
    rows = await ports.reader.find(
        workspace_id,
        FLOWS,
        {"playbook_id": playbook_id},
        order=("-published",),
        after=read_cursor(cursor, 1),
        limit=limit + 1,
    )
    return page(rows, limit, ListedVersion, "published")


async def flow_of_version(ports: Ports, workspace_id: str, playbook_id: str, published: int) -> Flow:
    """The flow of a published version. Raises NotFound."""
    await playbook_now(ports, workspace_id, playbook_id)
    return await _flows(ports).of(ports, workspace_id, playbook_id, published)


def snippet_of(ports: Ports, workspace_id: str, playbook_id: str) -> str:
    """What a site puts into its pages to show the widget."""
    settings: PlaybookSettings = ports.own["settings"]
    path = WIDGET_PATH.format(workspace_id=workspace_id, playbook_id=playbook_id)
    return f'<script async src="{settings.origins[0]}{path}"></script>'


async def offer_of(ports: Ports, workspace_id: str, playbook_id: str) -> Offer | None:
    """What a playbook offers to new visits; None where it takes none. Raises NotFound."""
    playbook = await playbook_now(ports, workspace_id, playbook_id)
    if not playbook.active:
        return None
    flow = await _flows(ports).of(ports, workspace_id, playbook_id, playbook.published)
    after_s = playbook.unfinished_after_s
    unfinished = Unfinished(after_s=after_s, language=playbook.look.language) if after_s else None
    return Offer(playbook.published, flow, unfinished, playbook.behaviour.privacy)


async def unfit_for_visits(ports: Ports, workspace_id: str, named: Collection[str]) -> Mapping[str, str]:
    """Why no visit can ever get one of these playbooks, for those of which that is so."""
    unfit = dict[str, str]()
    for playbook_id in named:
        found = await state_of(ports, PLAYBOOK, workspace_id, stream("playbook", playbook_id))
        if not isinstance(found, Playbook) or found.archived:
            unfit[playbook_id] = "it was archived" if isinstance(found, Playbook) else "it is not there"
    return unfit


async def choice_of(ports: Ports, workspace_id: str, snippet_id: str, there: Place) -> Choice:
    """What a visit gets that comes there by this playbook's snippet. Raises NotFound.

    By the first rule that holds and whose playbook takes visits, or else the playbook itself. One that takes no visits
    sends none elsewhere.
    """
    own = Choice(snippet_id, await offer_of(ports, workspace_id, snippet_id))
    snippet = await playbook_now(ports, workspace_id, snippet_id)
    for rule, playbook_id in that_hold(snippet.rules, there) if own.offer else ():
        if offer := await offer_of(ports, workspace_id, playbook_id):
            return Choice(playbook_id, offer, ChosenBy(snippet=snippet_id, rule=rule))
    return own


async def visit_now(ports: Ports, workspace_id: str, visit_id: str) -> Visit:
    """A visit as it is now. Raises NotFound."""
    state = await state_of(ports, VISIT, workspace_id, stream("visit", visit_id))
    if not isinstance(state, Visit):
        raise NotFound("visit")
    return state


async def look_of_visit(ports: Ports, workspace_id: str, visit_id: str, snippet_id: str) -> Look:
    """The look of a visit's playbook, or of the snippet's where it has not begun. Raises NotFound."""
    visit = await state_of(ports, VISIT, workspace_id, stream("visit", visit_id))
    wearing = visit.playbook_id if isinstance(visit, Visit) else snippet_id
    return (await playbook_now(ports, workspace_id, wearing)).look


async def flow_of_visit(ports: Ports, workspace_id: str, visit_id: str) -> Flow:
    """The flow of the version that a visit walks. Raises NotFound."""
    return await _flows(ports).of_visit(ports, workspace_id, visit_id)


def _flows(ports: Ports) -> Flows:
    flows: Flows = ports.own["flows"]
    return flows
