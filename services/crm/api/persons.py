"""The persons behind the chats, with their conversations, whom they are with, and what came of it."""

from fastapi import APIRouter

from contracts.ids import PersonId, stream
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Id, Limit, Page
from services.crm.commands import MergePerson
from services.crm.decider.person import PERSON
from services.crm.queries.chats import ListedConversation, conversations_of
from services.crm.queries.organizations import ListedOrganization, organizations_of
from services.crm.queries.outcomes import Outcome, outcomes_of_visitors
from services.crm.queries.persons import (
    ListedPerson,
    page_of_persons,
    person_by_id,
    standing_of,
    visitors_of,
)

router = APIRouter()


class MergeBody(Body):
    """Who the person turned out to be: `into`, somebody who was known before them."""

    into: PersonId


@router.get("/persons")
async def list_persons(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[ListedPerson]:
    """Everybody of whom something is known, newest first, without those who turned out to be somebody else."""
    return await page_of_persons(ask.reader, ask.workspace_id, cursor, limit)


@router.get("/persons/{person_id}")
async def get_person(person_id: Id, ask: AgentAsk) -> ListedPerson:
    """A person with what is known of them last, also where they turned out to be somebody else, `merged_into`."""
    return await person_by_id(ask.reader, ask.workspace_id, person_id)


@router.post("/persons/{person_id}/merge")
async def merge_person(person_id: Id, body: MergeBody, ask: AgentAsk) -> Accepted:
    """Says for good that a person is somebody who was known before: the two are shown as one from now on."""
    this = await standing_of(ask.reader, ask.workspace_id, person_id)
    into = await standing_of(ask.reader, ask.workspace_id, body.into)
    command = MergePerson(
        person_id=person_id,
        into=body.into,
        into_now=into.now,
        into_since=into.since,
        persons=this.persons + into.persons,
        by=ask.caller.id,
        at=ask.now,
    )
    return await ask.execute(PERSON, stream("person", person_id), command)


@router.get("/persons/{person_id}/conversations")
async def list_conversations(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedConversation]:
    """A person's conversations, newest first."""
    visitors = await visitors_of(ask.reader, ask.workspace_id, person_id)
    return await conversations_of(ask.reader, ask.workspace_id, visitors, cursor, limit)


@router.get("/persons/{person_id}/outcomes")
async def list_outcomes_of_person(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[Outcome]:
    """What came of a person's visits, newest first."""
    visitors = await visitors_of(ask.reader, ask.workspace_id, person_id)
    return await outcomes_of_visitors(ask.reader, ask.workspace_id, visitors, cursor, limit)


@router.get("/persons/{person_id}/organizations")
async def list_organizations_of_person(
    person_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedOrganization]:
    """Whom a person is with, as far as it is known."""
    visitors = await visitors_of(ask.reader, ask.workspace_id, person_id)
    return await organizations_of(ask.reader, ask.workspace_id, visitors, cursor, limit)
