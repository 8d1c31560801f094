"""The notes of a conversation: written, changed by their authors, removed by them or by an owner."""

from collections.abc import Sequence

from contracts.crm import CrmEvent, NoteAdded, NoteEdited, NoteRemoved
from services.chassis.decider import NotFound, Refused
from services.crm.commands import NOTES_EVER_MAX, NOTES_MAX, AddNote, EditNote, RemoveNote
from services.crm.decider.details_state import Details, DetailsState, NoteKept, text_id_of

Events = Sequence[CrmEvent]


def add_note(c: AddNote, details: Details) -> Events:
    """A note, if there is room for one more."""
    known = details.note(c.note_id)
    if known is not None:
        return []
    shown = sum(note.text_id is not None for note in details.notes)
    if shown >= NOTES_MAX or len(details.notes) >= NOTES_EVER_MAX:
        raise Refused("too_many_notes", f"A conversation has at most {NOTES_MAX} notes.")
    return [
        NoteAdded(
            at=c.at,
            conversation_id=details.conversation_id,
            visitor_id=details.visitor_id,
            note_id=c.note_id,
            text=c.text,
            by=c.by,
            by_name=c.by_name,
        )
    ]


def edit_note(c: EditNote, state: DetailsState) -> Events:
    """Another text for a note of one's own."""
    details, note = _note(state, c.note_id)
    if note.text_id is None:
        raise NotFound("note")
    if note.by != c.by:
        raise Refused("not_author", "Only who wrote the note may change it.")
    if note.text_id == text_id_of(c.note_id, c.text):
        return []
    return [
        NoteEdited(
            at=c.at,
            conversation_id=details.conversation_id,
            visitor_id=details.visitor_id,
            note_id=c.note_id,
            text=c.text,
            by=c.by,
        )
    ]


def remove_note(c: RemoveNote, state: DetailsState) -> Events:
    """One note less."""
    details, note = _note(state, c.note_id)
    if note.text_id is None:
        return []
    if note.by != c.by and not c.by_owner:
        raise Refused("not_author", "Only who wrote the note, or an owner, may remove it.")
    return [
        NoteRemoved(
            at=c.at,
            conversation_id=details.conversation_id,
            visitor_id=details.visitor_id,
            note_id=c.note_id,
            by=c.by,
        )
    ]


def _note(state: DetailsState, note_id: str) -> tuple[Details, NoteKept]:
    note = state.note(note_id) if isinstance(state, Details) else None
    if note is None or not isinstance(state, Details):
        raise NotFound("note")
    return state, note
