"""What decisions about a conversation's details need to know, folded from its events."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from contracts.crm import (
    DealValueSet,
    DetailsEvent,
    FreeFieldSet,
    GroupSet,
    NoteAdded,
    NoteEdited,
    NoteRemoved,
    OrganizationSet,
    PersonSet,
)
from contracts.envelope import Event
from contracts.ids import derived_id
from contracts.personal import Personal

KeptGroup = Literal["person", "organization", "free"]


class Kept(BaseModel):
    """A field that was set: its value, the version of the details at which that was, and by whom; None is the bot.

    `arrival` is that of the bot's card; None where a person set the field, also where they cleared it.
    """

    model_config = ConfigDict(frozen=True)

    group: KeptGroup
    field: str
    value: Annotated[str, Personal] | None = None
    version: int
    by: str | None = None
    arrival: int | None = None


class DealValue(BaseModel):
    """What the deal may be worth, the version of the details at which that was said, and by whom."""

    model_config = ConfigDict(frozen=True)

    value_minor: int | None = None
    currency: str
    version: int
    by: str


class NoteKept(BaseModel):
    """A note: whose it is, and what tells its text from another one. `text_id` is None when it was removed."""

    model_config = ConfigDict(frozen=True)

    note_id: str
    by: str
    text_id: str | None = None


class NoDetails(BaseModel):
    """Nothing was set."""

    model_config = ConfigDict(frozen=True)


class Details(BaseModel):
    """The details of a conversation; `version` is the stream's."""

    model_config = ConfigDict(frozen=True)

    conversation_id: str
    visitor_id: str
    version: int = 0
    fields: tuple[Kept, ...] = ()
    deal: DealValue | None = None
    notes: tuple[NoteKept, ...] = ()

    def kept(self, group: KeptGroup, field: str) -> Kept | None:
        """The field, if it was ever set."""
        return next((kept for kept in self.fields if (kept.group, kept.field) == (group, field)), None)

    def values(self, group: KeptGroup) -> dict[str, str | None]:
        """The values of a group's fields that were ever set."""
        return {kept.field: kept.value for kept in self.fields if kept.group == group}

    def note(self, note_id: str) -> NoteKept | None:
        """The note, also one that was removed."""
        return next((note for note in self.notes if note.note_id == note_id), None)


DetailsState = NoDetails | Details


def text_id_of(note_id: str, text: str) -> str:
    """What tells a note's text from another one without keeping it."""
    return derived_id("text", note_id, text)


def evolve(state: DetailsState, event: Event) -> DetailsState:
    """The state after an event."""
    if not isinstance(event, DetailsEvent):
        return state
    before = _begun(state, event)
    details = before.model_copy(update={"version": before.version + 1})
    match event:
        case DealValueSet():
            deal = DealValue(
                value_minor=event.value_minor, currency=event.currency, version=details.version, by=event.by
            )
            return details.model_copy(update={"deal": deal})
        case PersonSet() | OrganizationSet() | FreeFieldSet():
            return _with_fields(details, event)
        case NoteAdded() | NoteEdited() | NoteRemoved():
            return _with_note(details, event)
        case _:
            return details


def _begun(state: DetailsState, event: DetailsEvent) -> Details:
    if isinstance(state, Details):
        return state
    return Details(conversation_id=event.conversation_id, visitor_id=event.visitor_id)


def _with_fields(details: Details, event: GroupSet) -> Details:
    group, values = values_of(event)
    new = [
        Kept(
            group=group,
            field=field,
            value=value,
            version=details.version,
            by=event.by,
            arrival=event.arrival if event.by is None else None,
        )
        for field, value in values.items()
    ]
    others = [kept for kept in details.fields if kept.group != group or kept.field not in values]
    return details.model_copy(update={"fields": (*others, *new)})


def values_of(event: GroupSet) -> tuple[KeptGroup, dict[str, str | None]]:
    """The group of an event and the fields that it set, with their values."""
    match event:
        case PersonSet():
            return "person", {field: getattr(event, field) for field in event.changed}
        case OrganizationSet():
            return "organization", {field: getattr(event, field) for field in event.changed}
        case FreeFieldSet():
            return "free", {event.field: event.value}
        case _:
            return "free", {}


def _with_note(details: Details, event: NoteAdded | NoteEdited | NoteRemoved) -> Details:
    known = details.note(event.note_id)
    text_id = None if isinstance(event, NoteRemoved) else text_id_of(event.note_id, event.text)
    note = NoteKept(note_id=event.note_id, by=known.by if known else event.by, text_id=text_id)
    if known is None:
        return details.model_copy(update={"notes": (*details.notes, note)})
    notes = tuple(note if other is known else other for other in details.notes)
    return details.model_copy(update={"notes": notes})
