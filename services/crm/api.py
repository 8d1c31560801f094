"""HTTP of the crm service: agents make leads from conversations and see what came of them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from contracts.ids import stream
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Id, Limit, Page
from services.crm.commands import CreateLead
from services.crm.decider import DECIDER
from services.crm.queries import ListedLead, conversation_of, outcomes_of, page_of_leads

TITLE_CHARS_MAX = 200
NOTE_CHARS_MAX = 2_000

router = APIRouter()


class LeadBody(Body):
    """A lead. Without a title it is named after the person."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=TITLE_CHARS_MAX)] | None = None
    note: Annotated[str, StringConstraints(min_length=1, max_length=NOTE_CHARS_MAX)] | None = None


@router.post("/conversations/{conversation_id}/leads", status_code=201)
async def create_lead(conversation_id: Id, body: LeadBody, ask: AgentAsk) -> Accepted:
    """Makes a lead from a conversation, open or closed."""
    conversation = await conversation_of(ask.reader, ask.workspace_id, conversation_id)
    lead_id = ask.new_id("lead")
    command = CreateLead(
        lead_id=lead_id,
        outcome_key=f"agent/{ask.metadata.command_id}",
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        conversation_id=conversation_id,
        title=body.title,
        note=body.note,
        person=conversation.captured,
        cause="agent",
        by=ask.caller.id,
        at=ask.now,
    )
    return await ask.execute(DECIDER, stream("lead", lead_id), command, lead_id=lead_id)


@router.get("/conversations/{conversation_id}/outcomes")
async def list_outcomes(
    conversation_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedLead]:
    """What came of a conversation, also what the bot's action cards made, newest first."""
    return await outcomes_of(ask.reader, ask.workspace_id, conversation_id, cursor, limit)


@router.get("/leads")
async def list_leads(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[ListedLead]:
    """The workspace's leads, newest first."""
    return await page_of_leads(ask.reader, ask.workspace_id, cursor, limit)
