"""What is kept field by field, from causes heard in any order: the last one counts, and people before the bot."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from contracts.crm import OrganizationEvent, PersonEvent
from contracts.envelope import UtcTime
from contracts.personal import Personal
from services.crm.commands import Keep


class KeptFact(BaseModel):
    """A field that was ever set: its value, since when, and whether an agent set it."""

    model_config = ConfigDict(frozen=True)

    field: str
    value: Annotated[str, Personal] | None = None
    set_at: UtcTime
    by_agent: bool


def news_of(c: Keep, kept: Sequence[KeptFact]) -> dict[str, str | None]:
    """What of the command's values is news: an agent's word counts before the bot's, and the later of two alike.

    That what is known was said again, later, is news too: what was said in between, and is heard after it, is none.
    """
    known = {fact.field: fact for fact in kept}
    return {field: value for field, value in c.values if _is_news(c, value, known.get(field))}


def _is_news(c: Keep, value: str | None, kept: KeptFact | None) -> bool:
    if kept is None:
        return value is not None
    if kept.by_agent != (c.by is not None):
        return not kept.by_agent
    return kept.set_at < c.known_at or (kept.set_at == c.known_at and kept.value != value)


def told(c: Keep, kept: Sequence[KeptFact], news: Mapping[str, str | None]) -> dict[str, Any]:
    """The fields of the event that tells the news, with all that is known now."""
    return {
        "at": c.at,
        "visitor_id": c.visitor_id,
        "conversation_id": c.conversation_id,
        "by": c.by,
        "known_at": c.known_at,
        "changed": tuple(news),
        **{fact.field: fact.value for fact in kept},
        **news,
    }


def latest(facts: Iterable[KeptFact]) -> dict[str, str | None]:
    """What counts of facts that were kept apart, by the same rule as if they had been kept together."""
    found: dict[str, KeptFact] = {}
    for fact in facts:
        other = found.get(fact.field)
        if other is None or (other.by_agent, other.set_at) < (fact.by_agent, fact.set_at):
            found[fact.field] = fact
    return {field: fact.value for field, fact in found.items()}


def facts_after(kept: Sequence[KeptFact], event: PersonEvent | OrganizationEvent) -> tuple[KeptFact, ...]:
    """What is kept after an event."""
    new = tuple(
        KeptFact(
            field=field,
            value=getattr(event, field),
            set_at=event.known_at,
            by_agent=event.by is not None,
        )
        for field in event.changed
    )
    return (*(fact for fact in kept if fact.field not in event.changed), *new)
