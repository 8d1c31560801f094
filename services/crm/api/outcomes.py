"""What comes of chats: made by agents from conversations, open or closed, and listed with what action cards made."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import ValidationInfo, field_validator

from contracts.crm import CausedBy
from contracts.ids import stream
from services.chassis.http import Accepted, AgentAsk, Ask, Body, Cursor, Id, Limit, Page
from services.crm.api.fields import Currency, DueAt, NoteText, Title, ValueMinor
from services.crm.commands import CreateActivity, CreateDeal, CreateLead, Origin
from services.crm.decider.outcomes import ACTIVITY, DEAL, LEAD
from services.crm.queries.chats import conversation_of
from services.crm.queries.details import Panel, panel_now
from services.crm.queries.outcomes import (
    Cause,
    Outcome,
    outcomes_of_conversation,
    outcomes_of_kind,
    outcomes_of_visit,
)

router = APIRouter()

ByCause = Annotated[Cause | None, Query(description="Only those that this made.")]


class OutcomeBody(Body):
    """What is said of an outcome of any kind. Without a title it is named after the person."""

    title: Title | None = None
    note: NoteText | None = None


class DealBody(OutcomeBody):
    """A deal. `value_minor` is in minor units of the currency, which then has to be said; without, it is the details'
    deal value."""

    currency: Currency | None = None
    value_minor: ValueMinor | None = None

    @field_validator("value_minor")
    @classmethod
    def _of_a_currency(cls, value: int | None, so_far: ValidationInfo) -> int | None:
        if value is not None and so_far.data.get("currency") is None:
            raise ValueError("a value needs its currency")
        return value


class ActivityBody(OutcomeBody):
    """Something to do, with the time by which it is due."""

    kind: Literal["call", "meeting", "task", "email"] = "task"
    due_at: DueAt | None = None


async def _origin(ask: Ask, conversation_id: str) -> tuple[Origin, Panel]:
    """The conversation, and what its details say now. Raises NotFound."""
    conversation = await conversation_of(ask.reader, ask.workspace_id, conversation_id)
    panel = await panel_now(ask.ports, ask.workspace_id, conversation)
    origin = Origin(
        outcome_key=f"agent/{ask.metadata.command_id}",
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        conversation_id=conversation_id,
        person=panel.person,
        cause="agent",
        by=ask.caller.id,
        caused_by=CausedBy(command_id=ask.metadata.command_id),
    )
    return origin, panel


@router.post("/conversations/{conversation_id}/leads", status_code=201)
async def create_lead(conversation_id: Id, body: OutcomeBody, ask: AgentAsk) -> Accepted:
    """Makes a lead from a conversation, open or closed."""
    lead_id, (origin, _) = ask.new_id("lead"), await _origin(ask, conversation_id)
    command = CreateLead(lead_id=lead_id, origin=origin, title=body.title, note=body.note, at=ask.now)
    return await ask.execute(LEAD, stream("lead", lead_id), command, lead_id=lead_id)


@router.post("/conversations/{conversation_id}/deals", status_code=201)
async def create_deal(conversation_id: Id, body: DealBody, ask: AgentAsk) -> Accepted:
    """Makes a deal from a conversation, open or closed."""
    deal_id, (origin, panel) = ask.new_id("deal"), await _origin(ask, conversation_id)
    command = CreateDeal(
        deal_id=deal_id,
        origin=origin,
        title=body.title,
        note=body.note,
        value_minor=panel.value_minor if body.value_minor is None else body.value_minor,
        currency=panel.currency if body.value_minor is None else body.currency,
        at=ask.now,
    )
    return await ask.execute(DEAL, stream("deal", deal_id), command, deal_id=deal_id)


@router.post("/conversations/{conversation_id}/activities", status_code=201)
async def create_activity(conversation_id: Id, body: ActivityBody, ask: AgentAsk) -> Accepted:
    """Notes something to do about a conversation, open or closed."""
    activity_id, (origin, _) = ask.new_id("activity"), await _origin(ask, conversation_id)
    command = CreateActivity(
        activity_id=activity_id,
        origin=origin,
        kind=body.kind,
        title=body.title,
        note=body.note,
        due_at=body.due_at,
        at=ask.now,
    )
    return await ask.execute(ACTIVITY, stream("activity", activity_id), command, activity_id=activity_id)


@router.get("/conversations/{conversation_id}/outcomes")
async def list_outcomes(
    conversation_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """What came of a conversation, also what the bot's action cards made, newest first."""
    return await outcomes_of_conversation(ask.reader, ask.workspace_id, conversation_id, cursor, limit)


@router.get("/visits/{visit_id}/outcomes")
async def list_outcomes_of_visit(
    visit_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """What came of a visit, also of one that never became a conversation, newest first."""
    return await outcomes_of_visit(ask.reader, ask.workspace_id, visit_id, cursor, limit)


@router.get("/leads")
async def list_leads(
    ask: AgentAsk, cause: ByCause = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """The workspace's leads, newest first."""
    return await outcomes_of_kind(ask.reader, ask.workspace_id, "lead", cause, cursor, limit)


@router.get("/deals")
async def list_deals(
    ask: AgentAsk, cause: ByCause = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """The workspace's deals, newest first."""
    return await outcomes_of_kind(ask.reader, ask.workspace_id, "deal", cause, cursor, limit)


@router.get("/activities")
async def list_activities(
    ask: AgentAsk, cause: ByCause = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """The workspace's activities, newest first."""
    return await outcomes_of_kind(ask.reader, ask.workspace_id, "activity", cause, cursor, limit)
