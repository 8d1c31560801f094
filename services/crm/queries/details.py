"""The details panel of a conversation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from contracts.ids import stream
from contracts.playbook import Captured
from services.chassis.execution import state_of
from services.chassis.http import Page
from services.chassis.ports import Ports, Reader, Row
from services.crm.decider.details import DETAILS as DECIDER
from services.crm.decider.details import PANEL
from services.crm.decider.details_state import Details
from services.crm.queries.chats import KnownConversation, conversation_of
from services.crm.queries.organizations import whom_with
from services.crm.queries.pages import page_of
from services.crm.queries.persons import who_is
from services.crm.tables import CONVERSATIONS, DETAILS, NOTES

NOTES_SHOWN = 50
FREE_CHARS_MAX = 8_000


class Money(BaseModel):
    """An amount in minor units of a currency (ISO 4217); null where none was said."""

    value_minor: int | None
    currency: str


class PersonShown(BaseModel):
    """Who the visitor is."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class OrganizationShown(BaseModel):
    """Whom the visitor is with."""

    name: str | None = None
    website: str | None = None


class FreeField(BaseModel):
    """What a capture card of the playbook's own captured."""

    field: str
    label: str | None
    value: str


class Note(BaseModel):
    """A note about the conversation."""

    note_id: str
    text: str
    by: str
    by_name: str
    created_at: datetime
    edited_at: datetime | None


class ShownDetails(BaseModel):
    """The details panel. `person_id` is who the visitor is now, `organization_id` whom they are with, each null while
    that is not known; `by_bot` names the fields ("person.name") that the bot captured and nobody has set since,
    `verified` those whose values the customer's own server has signed for; `notes` is the first page of them."""

    conversation_id: str
    version: int
    person_id: str | None
    organization_id: str | None
    deal_value: Money | None
    person: PersonShown
    organization: OrganizationShown
    free: list[FreeField]
    by_bot: list[str]
    verified: list[str]
    notes: Page[Note]


@dataclass(frozen=True, slots=True)
class Panel:
    """What outcomes copy of a conversation's details: who the visitor is, and what the deal may be worth."""

    person: tuple[Captured, ...]
    value_minor: int | None = None
    currency: str | None = None


async def details_of(reader: Reader, workspace_id: str, conversation_id: str) -> ShownDetails:
    """A conversation's details, empty where nothing was set. Raises NotFound."""
    row = await reader.get(workspace_id, DETAILS, conversation_id)
    if row is None:
        conversation = await conversation_of(reader, workspace_id, conversation_id)
        nothing: Page[Note] = Page(items=[])
        return ShownDetails(
            conversation_id=conversation_id,
            version=0,
            person_id=await who_is(reader, workspace_id, conversation.visitor_id),
            organization_id=await whom_with(reader, workspace_id, conversation.visitor_id),
            deal_value=None,
            person=PersonShown(),
            organization=OrganizationShown(),
            free=[],
            by_bot=[],
            verified=[],
            notes=nothing,
        )
    known = await reader.get(workspace_id, CONVERSATIONS, conversation_id)
    money = {"value_minor": row["value_minor"], "currency": row["currency"]}
    more = {
        "person_id": await who_is(reader, workspace_id, row["visitor_id"]),
        "organization_id": await whom_with(reader, workspace_id, row["visitor_id"]),
        "deal_value": money if row["currency"] else None,
        "verified": _verified(row, KnownConversation.model_validate(known) if known else None),
        "notes": await _notes(reader, workspace_id, conversation_id, None, NOTES_SHOWN),
    }
    return ShownDetails.model_validate(row | more)


def _verified(row: Row, conversation: KnownConversation | None) -> list[str]:
    """The fields that still say what was signed for when the conversation began."""
    found = []
    for detail in conversation.captured if conversation else ():
        group, field = PANEL.get(detail.field, (None, ""))
        if detail.verified and group is not None and row[group][field] == detail.value:
            found.append(f"{group}.{field}")
    return sorted(found)


async def notes_of(
    reader: Reader, workspace_id: str, conversation_id: str, cursor: str | None, limit: int
) -> Page[Note]:
    """A conversation's notes, newest first. Raises NotFound."""
    await conversation_of(reader, workspace_id, conversation_id)
    return await _notes(reader, workspace_id, conversation_id, cursor, limit)


async def _notes(
    reader: Reader, workspace_id: str, conversation_id: str, cursor: str | None, limit: int
) -> Page[Note]:
    wheres, order = [{"conversation_id": conversation_id}], ("created_at", "note_id")
    return await page_of(reader, workspace_id, NOTES, Note, wheres, order, cursor, limit)


async def panel_now(ports: Ports, workspace_id: str, conversation: KnownConversation) -> Panel:
    """What the details say at this moment and, where they say nothing, what the conversation began with."""
    name = stream("details", conversation.conversation_id)
    state = await state_of(ports, DECIDER, workspace_id, name)
    if not isinstance(state, Details):
        return Panel(conversation.captured)
    deal = state.deal
    return Panel(
        _known(state, conversation.captured),
        value_minor=deal.value_minor if deal else None,
        currency=deal.currency if deal and deal.value_minor is not None else None,
    )


def _known(state: Details, captured: Iterable[Captured]) -> tuple[Captured, ...]:
    known = {detail.field: detail for detail in captured}
    for name, (group, field) in PANEL.items():
        kept = state.kept(group, field)
        if kept is None:
            continue
        before = known.pop(name, None)
        if kept.value is not None:
            verified = before is not None and before.verified and before.value == kept.value
            known[name] = Captured(field=name, value=kept.value, verified=verified)
    panel = [detail for name, detail in known.items() if name in PANEL]
    free = {name: detail for name, detail in known.items() if name not in PANEL}
    free |= {name: Captured(field=name, value=value or "") for name, value in state.values("free").items()}
    return (*panel, *_within(free.values(), FREE_CHARS_MAX))


def _within(details: Iterable[Captured], chars_max: int) -> Iterator[Captured]:
    """The first ones that together are no longer: an outcome is one event, which has a limit."""
    for detail in details:
        chars_max -= len(detail.value)
        if chars_max >= 0:
            yield detail
