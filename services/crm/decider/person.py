"""A person: the one visitor behind all their conversations, with what was set last about them anywhere.

That two visitors are one person is said in the stream of who became known later, so that merges lead back in time: no
order of them, and no two at the same moment, can lead round in a circle.
"""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.crm import CrmEvent, PersonChanged, PersonCreated, PersonEvent, PersonsMerged
from contracts.envelope import Event, UtcTime
from contracts.ids import derived_id
from services.chassis.decider import Decider, NotFound, Refused
from services.crm.commands import PERSONS_MERGED_MAX, KeepPerson, MergePerson, PersonCommand
from services.crm.decider.kept import KeptFact, facts_after, news_of, told


def person_of(visitor_id: str) -> str:
    """The id of the person who a visitor is."""
    return derived_id("person", visitor_id)


class Nobody(BaseModel):
    """Nothing is known of this visitor."""

    model_config = ConfigDict(frozen=True)


class Person(BaseModel):
    """A visitor of whom something is known; `merged_into` is whom they turned out to be."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str
    since: UtcTime
    fields: tuple[KeptFact, ...]
    merged_into: str | None = None


PersonState = Nobody | Person


def decide(command: PersonCommand, state: PersonState) -> Sequence[CrmEvent]:
    """The events of a command."""
    match command:
        case KeepPerson():
            return keep(command, state)
        case MergePerson():
            return merge(command, state)
        case _:
            assert_never(command)


def keep(c: KeepPerson, state: PersonState) -> Sequence[CrmEvent]:
    """What is news of the visitor, who goes on talking whomever they turned out to be."""
    kept = state.fields if isinstance(state, Person) else ()
    news = news_of(c, kept)
    if not news:
        return []
    event = PersonChanged if kept else PersonCreated
    return [event(person_id=c.person_id, **told(c, kept, news))]


def merge(c: MergePerson, state: PersonState) -> Sequence[CrmEvent]:
    """That this person is one who was known before."""
    if not isinstance(state, Person):
        raise NotFound("person")
    if state.merged_into == c.into:
        return []
    if c.person_id in (c.into, c.into_now):
        raise Refused("same_person", "These are one person already.")
    if state.merged_into is not None:
        raise _merged("This person was merged before", state.merged_into)
    if c.into_now != c.into:
        raise _merged("Into whom you merge was merged before", c.into_now)
    if (state.since, c.person_id) < (c.into_since, c.into):
        raise Refused("known_later", "They became known later: merge them into this person instead.")
    if c.persons > PERSONS_MERGED_MAX:
        raise Refused("too_many_merged", f"At most {PERSONS_MERGED_MAX} persons are one.")
    return [PersonsMerged(at=c.at, person_id=c.person_id, visitor_id=state.visitor_id, into=c.into, by=c.by)]


def _merged(what: str, now: str) -> Refused:
    return Refused("person_merged", f"{what}: take the person named here instead.", person_id=now)


def evolve(state: PersonState, event: Event) -> PersonState:
    """The state after an event."""
    match event, state:
        case PersonsMerged(), Person():
            return state.model_copy(update={"merged_into": event.into})
        case PersonEvent(), Person():
            return state.model_copy(update={"fields": facts_after(state.fields, event)})
        case PersonEvent(), Nobody():
            return Person(visitor_id=event.visitor_id, since=event.at, fields=facts_after((), event))
        case _:
            return state


def subject(state: PersonState) -> str | None:
    """The visitor, whose key seals what is known of them."""
    return state.visitor_id if isinstance(state, Person) else None


PERSON: Decider[PersonCommand, PersonState] = Decider(
    category="person",
    decide=decide,
    evolve=evolve,
    initial=Nobody(),
    states=(Nobody, Person),
    schema=2,
    subject=subject,
)
