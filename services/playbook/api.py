"""HTTP of the playbook service: playbooks for editors, visits for their visitors."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from contracts.flow import WAIT_TIME_S_MAX, WAIT_TIME_S_MIN, CardId, Flow
from contracts.ids import stream
from contracts.playbook import Said
from services.chassis.decider import NotFound
from services.chassis.http import Accepted, Ask, Body, Cursor, EditorAsk, Id, Limit, Page, VisitorAsk
from services.playbook.commands import (
    ActivatePlaybook,
    CreatePlaybook,
    DeactivatePlaybook,
    EditFlow,
    GiveAnswer,
    GiveDetail,
    PublishPlaybook,
    SetSites,
    StartVisit,
)
from services.playbook.decider.playbook import DECIDER as PLAYBOOK
from services.playbook.decider.playbook import Playbook
from services.playbook.decider.visit import DECIDER as VISIT
from services.playbook.decider.visit_state import Waiting
from services.playbook.queries import (
    ListedPlaybook,
    flow_of_visit,
    offer_of,
    page_of_playbooks,
    playbook_now,
    visit_now,
)
from services.playbook.template import WAIT_TIME_S

SITES_MAX = 50
PAGES_MAX = 20
DETAIL_CHARS_MAX = 2_000

router = APIRouter()

Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Site = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
PageUrl = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2000}$")]
Arrival = Annotated[int, Field(ge=1, le=10_000)]


def _exact(flow: object) -> Flow:
    """The flow as it was sent. Unknown fields, which readers of events ignore, are mistakes here."""
    return Flow.model_validate(flow, extra="forbid")


class CreateBody(Body):
    """A new playbook. `wait_time_s` is in seconds."""

    name: Name
    template: Literal["live_chat"] = "live_chat"
    wait_time_s: int = Field(default=WAIT_TIME_S, ge=WAIT_TIME_S_MIN, le=WAIT_TIME_S_MAX)
    language: Literal["en"] = "en"


class FlowBody(Body):
    """Another draft."""

    flow: Annotated[Flow, BeforeValidator(_exact)]


class SitesBody(Body):
    """The origins that may load the widget, e.g. "https://www.example.com"."""

    sites: list[Site] = Field(max_length=SITES_MAX)


class PublishBody(Body):
    """A word about what changed."""

    note: Annotated[str, StringConstraints(max_length=500)] = ""


class StartBody(Body):
    """The last pages that the visitor saw, oldest first, and the browser's locale."""

    pages: list[PageUrl] = Field(default=[], max_length=PAGES_MAX)
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,35}$")] = "en"


class AnswerBody(Body):
    """A choice. `arrival` says which showing of the card it answers, where a card may be shown twice."""

    card_id: CardId
    choice_id: CardId
    arrival: Arrival | None = None


class DetailBody(Body):
    """A detail. `arrival` as in an answer."""

    card_id: CardId
    value: Annotated[str, StringConstraints(max_length=DETAIL_CHARS_MAX)]
    arrival: Arrival | None = None


class ShownVisit(BaseModel):
    """What the visitor's screen shows: the last lines of the walk, and the card that waits."""

    visit_id: str
    status: Literal["walking", "taken_over", "ended"]
    waiting: Waiting | None
    walk: tuple[Said, ...]
    conversation_id: str | None


async def _own_visit(visit_id: Id, ask: VisitorAsk) -> Ask:
    if visit_id != ask.caller.visit_id:
        raise NotFound("visit")
    return ask


VisitAsk = Annotated[Ask, Depends(_own_visit)]


@router.post("/playbooks", status_code=201)
async def create_playbook(body: CreateBody, ask: EditorAsk) -> Accepted:
    """Makes a playbook from a template; it is a draft until it is published."""
    playbook_id = ask.new_id("playbook")
    command = CreatePlaybook(
        playbook_id=playbook_id,
        name=body.name,
        template=body.template,
        wait_time_s=body.wait_time_s,
        language=body.language,
        by=ask.caller.id,
        at=ask.now,
    )
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command, playbook_id=playbook_id)


@router.get("/playbooks")
async def list_playbooks(ask: EditorAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[ListedPlaybook]:
    """The workspace's playbooks, the last changed first."""
    return await page_of_playbooks(ask.reader, ask.workspace_id, cursor, limit)


@router.get("/playbooks/{playbook_id}")
async def read_playbook(playbook_id: Id, ask: EditorAsk) -> Playbook:
    """One playbook with its draft."""
    return await playbook_now(ask.ports, ask.workspace_id, playbook_id)


@router.post("/playbooks/{playbook_id}/flow")
async def edit_flow(playbook_id: Id, body: FlowBody, ask: EditorAsk) -> Accepted:
    """Replaces the draft's flow."""
    command = EditFlow(flow=body.flow, by=ask.caller.id, at=ask.now)
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command)


@router.post("/playbooks/{playbook_id}/sites")
async def set_sites(playbook_id: Id, body: SitesBody, ask: EditorAsk) -> Accepted:
    """Replaces the list of sites that may load the widget."""
    command = SetSites(sites=tuple(body.sites), by=ask.caller.id, at=ask.now)
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command)


@router.post("/playbooks/{playbook_id}/publish")
async def publish_playbook(playbook_id: Id, body: PublishBody, ask: EditorAsk) -> Accepted:
    """Makes the draft the version that new visits walk."""
    command = PublishPlaybook(note=body.note, by=ask.caller.id, at=ask.now)
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command)


@router.post("/playbooks/{playbook_id}/activate")
async def activate_playbook(playbook_id: Id, ask: EditorAsk) -> Accepted:
    """Takes visits from now on."""
    command = ActivatePlaybook(by=ask.caller.id, at=ask.now)
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command)


@router.post("/playbooks/{playbook_id}/deactivate")
async def deactivate_playbook(playbook_id: Id, ask: EditorAsk) -> Accepted:
    """Takes no new visits."""
    command = DeactivatePlaybook(by=ask.caller.id, at=ask.now)
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command)


@router.post("/visits/{visit_id}/start")
async def start_visit(visit_id: Id, body: StartBody, ask: VisitAsk) -> Accepted:
    """Begins the walk through what the playbook offers now."""
    playbook_id = ask.caller.playbook_id or ""
    command = StartVisit(
        visit_id=visit_id,
        visitor_id=ask.caller.id,
        playbook_id=playbook_id,
        offer=await offer_of(ask.ports, ask.workspace_id, playbook_id),
        pages=tuple(body.pages),
        locale=body.locale,
        at=ask.now,
    )
    return await ask.execute(VISIT, stream("visit", visit_id), command)


@router.post("/visits/{visit_id}/answers")
async def give_answer(visit_id: Id, body: AnswerBody, ask: VisitAsk) -> Accepted:
    """Picks a choice of the question that waits."""
    flow = await flow_of_visit(ask.ports, ask.workspace_id, visit_id)
    command = GiveAnswer(
        card_id=body.card_id, choice_id=body.choice_id, flow=flow, at=ask.now, arrival=body.arrival
    )
    return await ask.execute(VISIT, stream("visit", visit_id), command)


@router.post("/visits/{visit_id}/details")
async def give_detail(visit_id: Id, body: DetailBody, ask: VisitAsk) -> Accepted:
    """Gives the detail that the waiting capture card asks for."""
    flow = await flow_of_visit(ask.ports, ask.workspace_id, visit_id)
    command = GiveDetail(card_id=body.card_id, value=body.value, flow=flow, at=ask.now, arrival=body.arrival)
    return await ask.execute(VISIT, stream("visit", visit_id), command)


@router.get("/visits/{visit_id}")
async def read_visit(visit_id: Id, ask: VisitAsk) -> ShownVisit:
    """What the visitor's screen shows."""
    visit = await visit_now(ask.ports, ask.workspace_id, visit_id)
    return ShownVisit.model_validate(visit, from_attributes=True)
