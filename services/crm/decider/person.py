"""A person: the one visitor behind all their conversations, with what was set last about them anywhere."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from contracts.crm import CrmEvent, PersonChanged, PersonCreated, PersonEvent, PersonField
from contracts.envelope import Event, UtcTime
from contracts.ids import derived_id
from contracts.personal import Personal
from services.chassis.decider import Decider
from services.crm.commands import KeepPerson


def person_of(visitor_id: str) -> str:
    """The id of the person who a visitor is."""
    return derived_id("person", visitor_id)


class Nobody(BaseModel):
    """Nothing is known of this visitor."""

    model_config = ConfigDict(frozen=True)


class PersonKept(BaseModel):
    """A field that was ever set: its value, since when, and whether an agent set it."""

    model_config = ConfigDict(frozen=True)

    field: PersonField
    value: Annotated[str, Personal] | None = None
    set_at: UtcTime
    by_agent: bool


class Person(BaseModel):
    """A visitor of whom something is known."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str
    fields: tuple[PersonKept, ...]


PersonState = Nobody | Person


def decide(command: KeepPerson, state: PersonState) -> Sequence[CrmEvent]:
    """The events of a command; there is only one."""
    return keep(command, state)


def keep(c: KeepPerson, state: PersonState) -> Sequence[CrmEvent]:
    """What is news. Causes are heard in no order: a field that was set later, or by an agent where the bot asks, stays
    as it is."""
    known = {kept.field: kept for kept in state.fields} if isinstance(state, Person) else {}
    news = {field: value for field, value in c.values if _is_news(c, value, known.get(field))}
    if not news:
        return []
    values = {field: kept.value for field, kept in known.items()} | news
    event = PersonChanged if known else PersonCreated
    return [
        event(
            at=c.at,
            person_id=c.person_id,
            visitor_id=c.visitor_id,
            conversation_id=c.conversation_id,
            by=c.by,
            known_at=c.known_at,
            changed=tuple(news),
            name=values.get("name"),
            email=values.get("email"),
            phone=values.get("phone"),
        )
    ]


def _is_news(c: KeepPerson, value: str | None, kept: PersonKept | None) -> bool:
    if kept is None:
        return value is not None
    if c.by is None and kept.by_agent:
        return False
    confirmed = c.by is not None and not kept.by_agent
    return kept.set_at <= c.known_at and (kept.value != value or confirmed)


def evolve(state: PersonState, event: Event) -> PersonState:
    """The state after an event."""
    if not isinstance(event, PersonEvent):
        return state
    before = state.fields if isinstance(state, Person) else ()
    new = tuple(
        PersonKept(
            field=field,
            value=getattr(event, field),
            set_at=event.known_at,
            by_agent=event.by is not None,
        )
        for field in event.changed
    )
    others = tuple(kept for kept in before if kept.field not in event.changed)
    return Person(visitor_id=event.visitor_id, fields=(*others, *new))


def subject(state: PersonState) -> str | None:
    """The visitor, whose key seals what is known of them."""
    return state.visitor_id if isinstance(state, Person) else None


PERSON: Decider[KeepPerson, PersonState] = Decider(
    category="person",
    decide=decide,
    evolve=evolve,
    initial=Nobody(),
    states=(Nobody, Person),
    schema=1,
    subject=subject,
)
