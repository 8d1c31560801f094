"""The details panel of a conversation, during the chat and after it."""

from fastapi import APIRouter

from contracts.ids import stream
from services.chassis.http import Accepted, AgentAsk, Ask, Body, Cursor, Id, Limit, Page
from services.crm.api.fields import Currency, Email, Name, NoteText, Phone, ValueMinor, Version, Website
from services.crm.commands import (
    AddNote,
    DetailsCommand,
    EditNote,
    Group,
    RemoveNote,
    SetDealValue,
    SetFields,
)
from services.crm.decider.details import DETAILS
from services.crm.queries.chats import KnownConversation, conversation_of
from services.crm.queries.details import Note, ShownDetails, details_of, notes_of

router = APIRouter()


class FieldsBody(Body):
    """Fields that are not named stay as they are, null clears one. With `expected_version`, the version of the details
    on the agent's screen, nothing is overwritten that somebody else has set since."""

    expected_version: Version | None = None


class PersonBody(FieldsBody):
    """Something about the person."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None


class OrganizationBody(FieldsBody):
    """Something about the organization."""

    name: Name | None = None
    website: Website | None = None


class DealValueBody(FieldsBody):
    """What the deal may be worth, in minor units of the currency; null: nothing is said."""

    value_minor: ValueMinor | None
    currency: Currency


class NoteBody(Body):
    """A note's text."""

    text: NoteText


async def _known(ask: Ask, conversation_id: str) -> KnownConversation:
    return await conversation_of(ask.reader, ask.workspace_id, conversation_id)


async def _execute(ask: Ask, conversation_id: str, command: DetailsCommand, **ids: str) -> Accepted:
    return await ask.execute(DETAILS, stream("details", conversation_id), command, **ids)


async def _set(ask: Ask, conversation_id: str, group: Group, body: FieldsBody) -> Accepted:
    conversation = await _known(ask, conversation_id)
    values = body.model_dump(exclude_unset=True, exclude={"expected_version"})
    command = SetFields(
        conversation_id=conversation_id,
        visitor_id=conversation.visitor_id,
        group=group,
        values=tuple(values.items()),
        by=ask.caller.id,
        expected_version=body.expected_version,
        at=ask.now,
    )
    return await _execute(ask, conversation_id, command)


@router.get("/conversations/{conversation_id}/details")
async def get_details(conversation_id: Id, ask: AgentAsk) -> ShownDetails:
    """What is known about a conversation's deal, person and organization, with its latest notes."""
    return await details_of(ask.reader, ask.workspace_id, conversation_id)


@router.post("/conversations/{conversation_id}/details/person")
async def set_person(conversation_id: Id, body: PersonBody, ask: AgentAsk) -> Accepted:
    """Sets fields of the person."""
    return await _set(ask, conversation_id, "person", body)


@router.post("/conversations/{conversation_id}/details/organization")
async def set_organization(conversation_id: Id, body: OrganizationBody, ask: AgentAsk) -> Accepted:
    """Sets fields of the organization."""
    return await _set(ask, conversation_id, "organization", body)


@router.post("/conversations/{conversation_id}/details/deal-value")
async def set_deal_value(conversation_id: Id, body: DealValueBody, ask: AgentAsk) -> Accepted:
    """Says what the deal may be worth."""
    conversation = await _known(ask, conversation_id)
    command = SetDealValue(
        conversation_id=conversation_id,
        visitor_id=conversation.visitor_id,
        value_minor=body.value_minor,
        currency=body.currency,
        by=ask.caller.id,
        expected_version=body.expected_version,
        at=ask.now,
    )
    return await _execute(ask, conversation_id, command)


@router.get("/conversations/{conversation_id}/details/notes")
async def list_notes(
    conversation_id: Id, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[Note]:
    """A conversation's notes, newest first."""
    return await notes_of(ask.reader, ask.workspace_id, conversation_id, cursor, limit)


@router.post("/conversations/{conversation_id}/details/notes", status_code=201)
async def add_note(conversation_id: Id, body: NoteBody, ask: AgentAsk) -> Accepted:
    """Writes a note."""
    conversation = await _known(ask, conversation_id)
    note_id = ask.new_id("note")
    command = AddNote(
        conversation_id=conversation_id,
        visitor_id=conversation.visitor_id,
        note_id=note_id,
        text=body.text,
        by=ask.caller.id,
        by_name=ask.caller.name,
        at=ask.now,
    )
    return await _execute(ask, conversation_id, command, note_id=note_id)


@router.post("/conversations/{conversation_id}/details/notes/{note_id}")
async def edit_note(conversation_id: Id, note_id: Id, body: NoteBody, ask: AgentAsk) -> Accepted:
    """Gives a note of one's own another text."""
    await _known(ask, conversation_id)
    command = EditNote(note_id=note_id, text=body.text, by=ask.caller.id, at=ask.now)
    return await _execute(ask, conversation_id, command)


@router.post("/conversations/{conversation_id}/details/notes/{note_id}/remove")
async def remove_note(conversation_id: Id, note_id: Id, ask: AgentAsk) -> Accepted:
    """Takes a note away, as its author or as an owner."""
    await _known(ask, conversation_id)
    by_owner = ask.caller.role == "owner"
    command = RemoveNote(note_id=note_id, by=ask.caller.id, by_owner=by_owner, at=ask.now)
    return await _execute(ask, conversation_id, command)
