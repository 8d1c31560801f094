"""The persons behind the chats, with their conversations, whom they are with, and what came of it."""

from fastapi import APIRouter

from services.chassis.http import AgentAsk, Cursor, Id, Limit, Page
from services.crm.queries.chats import ListedConversation, conversations_of
from services.crm.queries.organizations import ListedOrganization, organizations_of
from services.crm.queries.outcomes import Outcome, outcomes_of_visitor
from services.crm.queries.persons import ListedPerson, page_of_persons, person_by_id

router = APIRouter()


@router.get("/persons")
async def list_persons(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[ListedPerson]:
    """Everybody of whom something is known, newest first."""
    return await page_of_persons(ask.reader, ask.workspace_id, cursor, limit)


@router.get("/persons/{person_id}")
async def get_person(person_id: Id, ask: AgentAsk) -> ListedPerson:
    """A person with what is known of them last."""
    return await person_by_id(ask.reader, ask.workspace_id, person_id)


@router.get("/persons/{person_id}/conversations")
async def list_conversations(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedConversation]:
    """A person's conversations, newest first."""
    person = await person_by_id(ask.reader, ask.workspace_id, person_id)
    return await conversations_of(ask.reader, ask.workspace_id, person.visitor_id, cursor, limit)


@router.get("/persons/{person_id}/outcomes")
async def list_outcomes_of_person(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """What came of a person's visits, newest first."""
    person = await person_by_id(ask.reader, ask.workspace_id, person_id)
    return await outcomes_of_visitor(ask.reader, ask.workspace_id, person.visitor_id, cursor, limit)


@router.get("/persons/{person_id}/organizations")
async def list_organizations_of_person(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedOrganization]:
    """Whom a person is with, as far as it is known."""
    person = await person_by_id(ask.reader, ask.workspace_id, person_id)
    return await organizations_of(ask.reader, ask.workspace_id, person.visitor_id, cursor, limit)
