"""A person: the one visitor behind all their conversations, with what was set last about them anywhere."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from contracts.crm import CrmEvent, PersonChanged, PersonCreated, PersonEvent
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import Decider
from services.crm.commands import KeepPerson
from services.crm.decider.kept import KeptFact, facts_after, news_of, told


def person_of(visitor_id: str) -> str:
    """The id of the person who a visitor is."""
    return derived_id("person", visitor_id)


class Nobody(BaseModel):
    """Nothing is known of this visitor."""

    model_config = ConfigDict(frozen=True)


class Person(BaseModel):
    """A visitor of whom something is known."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str
    fields: tuple[KeptFact, ...]


PersonState = Nobody | Person


def decide(command: KeepPerson, state: PersonState) -> Sequence[CrmEvent]:
    """The events of a command; there is only one."""
    return keep(command, state)


def keep(c: KeepPerson, state: PersonState) -> Sequence[CrmEvent]:
    """What is news of the visitor."""
    kept = state.fields if isinstance(state, Person) else ()
    news = news_of(c, kept)
    if not news:
        return []
    event = PersonChanged if kept else PersonCreated
    return [event(person_id=c.person_id, **told(c, kept, news))]


def evolve(state: PersonState, event: Event) -> PersonState:
    """The state after an event."""
    if not isinstance(event, PersonEvent):
        return state
    before = state.fields if isinstance(state, Person) else ()
    return Person(visitor_id=event.visitor_id, fields=facts_after(before, event))


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
