"""Visits over HTTP: a visitor's walk through a playbook."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from contracts.flow import CardId, Flow
from contracts.ids import stream
from contracts.look import Look
from contracts.playbook import Captured, Said
from contracts.shown import ShownEvent, shown_to_visitor
from services.chassis.decider import NotFound
from services.chassis.execution import events_of, execute
from services.chassis.http import Accepted, Ask, Body, Id, VisitorAsk
from services.chassis.tokens import Caller
from services.playbook.commands.visit import (
    NO_FACTS,
    Facts,
    GiveAnswer,
    GiveConsent,
    GiveDetail,
    StartVisit,
    ViewPage,
    VisitCommand,
)
from services.playbook.decider.pages import place_of
from services.playbook.decider.visit import DECIDER as VISIT
from services.playbook.decider.visit_state import Waiting
from services.playbook.queries import choice_of, flow_of_visit, look_of_visit, visit_now
from services.playbook.queries.around import facts_for

PAGES_MAX = 20
DETAIL_CHARS_MAX = 2_000

router = APIRouter()

PageUrl = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,2000}$")]
Arrival = Annotated[int, Field(ge=1, le=10_000)]


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


class PageBody(Body):
    """The page to which the visitor went."""

    url: PageUrl


class ShownVisit(BaseModel):
    """What the visitor's screen shows: the last lines of the walk, the card that waits, and whether the visitor has to
    agree before they give a detail."""

    visit_id: str
    status: Literal["walking", "taken_over", "ended"]
    waiting: Waiting | None
    walk: tuple[Said, ...]
    conversation_id: str | None
    consent: Literal["needed", "given"] | None


class Walked(Accepted):
    """Accepted, with what the command recorded: `frames`, as the visitor's socket brings them, sooner or later.

    Whoever has the version before the first one may show them at once, and passes over what the socket brings again.
    """

    frames: list[ShownEvent]


async def _own_visit(visit_id: Id, ask: VisitorAsk) -> Ask:
    if visit_id != ask.caller.visit_id:
        raise NotFound("visit")
    return ask


VisitAsk = Annotated[Ask, Depends(_own_visit)]


@router.post("/visits/{visit_id}/start")
async def start_visit(visit_id: Id, body: StartBody, ask: VisitAsk) -> Walked:
    """Begins the walk through what the playbook offers now; by a page rule of it that may be another one."""
    there = place_of(body.pages, body.locale)
    choice = await choice_of(ask.ports, ask.workspace_id, ask.caller.playbook_id or "", there)
    command = StartVisit(
        visit_id=visit_id,
        visitor_id=ask.caller.id,
        playbook_id=choice.playbook_id,
        offer=choice.offer,
        pages=tuple(body.pages),
        locale=body.locale,
        at=ask.now,
        known=_known(ask.caller),
        facts=await _facts(ask, choice.offer.flow, visit_id, choice.playbook_id)
        if choice.offer
        else NO_FACTS,
        chosen=choice.by,
    )
    return await _walk(ask, visit_id, command)


async def _walk(ask: Ask, visit_id: str, command: VisitCommand) -> Walked:
    name = stream("visit", visit_id)
    done = await execute(ask.ports, VISIT, name, command, ask.metadata, ask.fingerprint)
    events = await events_of(ask.ports, done, ask.metadata)
    frames = [
        ShownEvent(stream=name, version=version, event=shown_to_visitor(event))
        for version, event in enumerate(events, start=done.version - len(events) + 1)
    ]
    return Walked(stream=name, version=done.version, repeated=done.repeated, frames=frames)


async def _facts(ask: Ask, flow: Flow, visit_id: str, playbook_id: str | None = None) -> Facts:
    who = ask.caller.id, visit_id
    return await facts_for(ask.ports, ask.workspace_id, flow, *who, ask.now, playbook_id)


def _known(caller: Caller) -> tuple[Captured, ...] | None:
    """What the visitor's token says that somebody has signed for; None where nobody signed."""
    if caller.known is None:
        return None
    return tuple(Captured(field=field, value=value, verified=True) for field, value in caller.known.items())


@router.post("/visits/{visit_id}/answers")
async def give_answer(visit_id: Id, body: AnswerBody, ask: VisitAsk) -> Walked:
    """Picks a choice of the question that waits."""
    flow = await flow_of_visit(ask.ports, ask.workspace_id, visit_id)
    command = GiveAnswer(
        card_id=body.card_id,
        choice_id=body.choice_id,
        flow=flow,
        at=ask.now,
        arrival=body.arrival,
        facts=await _facts(ask, flow, visit_id),
    )
    return await _walk(ask, visit_id, command)


@router.post("/visits/{visit_id}/details")
async def give_detail(visit_id: Id, body: DetailBody, ask: VisitAsk) -> Walked:
    """Gives the detail that the waiting capture card asks for."""
    flow = await flow_of_visit(ask.ports, ask.workspace_id, visit_id)
    command = GiveDetail(
        card_id=body.card_id,
        value=body.value,
        flow=flow,
        at=ask.now,
        arrival=body.arrival,
        facts=await _facts(ask, flow, visit_id),
    )
    return await _walk(ask, visit_id, command)


@router.post("/visits/{visit_id}/consent")
async def give_consent(visit_id: Id, ask: VisitAsk) -> Walked:
    """Agrees to what the visit was told of personal data when it began; before, a visit that asks takes no detail."""
    return await _walk(ask, visit_id, GiveConsent(at=ask.now))


@router.post("/visits/{visit_id}/pages")
async def view_page(visit_id: Id, body: PageBody, ask: VisitAsk) -> Walked:
    """Notes the page to which the visitor went."""
    return await _walk(ask, visit_id, ViewPage(url=body.url, at=ask.now))


@router.get("/visits/{visit_id}/look")
async def read_look(visit_id: Id, ask: VisitAsk) -> Look:
    """How the widget looks now, and its language: as the visit's playbook, or before it has begun as its snippet's."""
    return await look_of_visit(ask.ports, ask.workspace_id, visit_id, ask.caller.playbook_id or "")


@router.get("/visits/{visit_id}")
async def read_visit(visit_id: Id, ask: VisitAsk) -> ShownVisit:
    """What the visitor's screen shows."""
    visit = await visit_now(ask.ports, ask.workspace_id, visit_id)
    return ShownVisit.model_validate(visit, from_attributes=True)
