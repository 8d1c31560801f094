"""The details of a conversation: what people set stays, what the bot captured fills the gaps."""

from collections.abc import Mapping, Sequence
from typing import Literal, assert_never

from contracts.crm import (
    CrmEvent,
    DealValueSet,
    FreeFieldSet,
    OrganizationSet,
    PersonSet,
)
from contracts.playbook import Captured
from services.chassis.decider import Decider, Refused
from services.crm.commands import (
    FREE_FIELDS_MAX,
    AddNote,
    DetailsCommand,
    EditNote,
    FillIn,
    RemoveNote,
    SetDealValue,
    SetFields,
)
from services.crm.decider.details_state import (
    Details,
    DetailsState,
    Kept,
    KeptGroup,
    NoDetails,
    evolve,
)
from services.crm.decider.notes import add_note, edit_note, remove_note

PANEL: Mapping[str, tuple[Literal["person", "organization"], str]] = {
    "name": ("person", "name"),
    "email": ("person", "email"),
    "phone": ("person", "phone"),
    "company": ("organization", "name"),
}
"""What the bot captures → the group and field of the panel; everything else is a free field."""

Events = Sequence[CrmEvent]


def decide(command: DetailsCommand, state: DetailsState) -> Events:
    """The events of a command."""
    match command:
        case SetFields():
            return set_fields(command, _begun(command, state))
        case SetDealValue():
            return set_deal_value(command, _begun(command, state))
        case FillIn():
            return fill_in(command, _begun(command, state))
        case AddNote():
            return add_note(command, _begun(command, state))
        case EditNote():
            return edit_note(command, state)
        case RemoveNote():
            return remove_note(command, state)
        case _:
            assert_never(command)


def _begun(c: SetFields | SetDealValue | FillIn | AddNote, state: DetailsState) -> Details:
    if isinstance(state, Details):
        return state
    return Details(conversation_id=c.conversation_id, visitor_id=c.visitor_id)


def set_fields(c: SetFields, details: Details) -> Events:
    """The fields that are another value now, or that the bot had filled and a person has confirmed."""
    news: dict[str, str | None] = {}
    overtaken: list[Kept] = []
    for field, value in c.values:
        kept = details.kept(c.group, field)
        if value == (kept.value if kept else None) and (kept is None or kept.arrival is None):
            continue
        news[field] = value
        if kept and c.expected_version is not None and kept.version > c.expected_version:
            overtaken.append(kept)
    if overtaken:
        last = max(overtaken, key=lambda kept: kept.version)
        raise _overtaken(details, last.by, **{kept.field: kept.value for kept in overtaken})
    return [_set(details, c.group, news, by=c.by, arrival=None, at=c.at)] if news else []


def set_deal_value(c: SetDealValue, details: Details) -> Events:
    """What the deal may be worth."""
    deal = details.deal
    if deal is None and c.value_minor is None:
        return []
    if deal and (deal.value_minor, deal.currency) == (c.value_minor, c.currency):
        return []
    if deal and c.expected_version is not None and deal.version > c.expected_version:
        raise _overtaken(details, deal.by, value_minor=deal.value_minor, currency=deal.currency)
    return [
        DealValueSet(
            at=c.at,
            conversation_id=details.conversation_id,
            visitor_id=details.visitor_id,
            value_minor=c.value_minor,
            currency=c.currency,
            by=c.by,
        )
    ]


def _overtaken(details: Details, by: str | None, **current: object) -> Refused:
    """`by` is who did so last; None is the bot."""
    return Refused(
        "details_changed",
        f"Somebody else has set this meanwhile: {', '.join(current)}.",
        current=current,
        by=by,
        version=details.version,
    )


def fill_in(c: FillIn, details: Details) -> Events:
    """What the bot captured, where it has captured nothing later and no person has set anything."""
    groups: dict[Literal["person", "organization"], dict[str, str | None]] = {}
    events: list[CrmEvent] = []
    room = FREE_FIELDS_MAX - len(details.values("free"))
    for detail in c.captured:
        group, field = PANEL.get(detail.field, (None, detail.field))
        if not _may_fill(details, group or "free", field, detail.value, c.arrival):
            continue
        if group is not None:
            groups.setdefault(group, {})[field] = detail.value
        elif details.kept("free", field) or room > 0:
            room -= 1
            events.append(_free(c, details, detail))
    sets = [
        _set(details, group, values, by=None, arrival=c.arrival, at=c.at) for group, values in groups.items()
    ]
    return [*sets, *events]


def _may_fill(details: Details, group: KeptGroup, field: str, value: str, arrival: int) -> bool:
    if not value.strip():
        return False
    kept = details.kept(group, field)
    return kept is None or (kept.arrival is not None and kept.arrival < arrival)


def _free(c: FillIn, details: Details, detail: Captured) -> CrmEvent:
    return FreeFieldSet(
        at=c.at,
        conversation_id=details.conversation_id,
        visitor_id=details.visitor_id,
        arrival=c.arrival,
        field=detail.field,
        label=detail.label,
        value=detail.value,
    )


def _set(
    details: Details,
    group: Literal["person", "organization"],
    news: Mapping[str, str | None],
    **about: object,
) -> CrmEvent:
    event: type[PersonSet | OrganizationSet] = PersonSet if group == "person" else OrganizationSet
    return event.model_validate(
        {
            "conversation_id": details.conversation_id,
            "visitor_id": details.visitor_id,
            "changed": tuple(news),
            **details.values(group),
            **news,
            **about,
        }
    )


def subject(state: DetailsState) -> str | None:
    """The visitor, whose key seals what is known of them."""
    return state.visitor_id if isinstance(state, Details) else None


DETAILS: Decider[DetailsCommand, DetailsState] = Decider(
    category="details",
    decide=decide,
    evolve=evolve,
    initial=NoDetails(),
    states=(NoDetails, Details),
    schema=2,
    subject=subject,
)
