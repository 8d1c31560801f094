"""What differs between two flows: cards that came, went, or say something else."""

from typing import Any

from pydantic import BaseModel

from contracts.flow import Card, Flow


class NamedCard(BaseModel):
    """A card by its id, of this kind."""

    card_id: str
    kind: str


class FieldChange(BaseModel):
    """A field of a card, before and after; null where it was not there."""

    field: str
    before: Any
    after: Any


class CardChange(NamedCard):
    """A card that is in both, with the fields in which it differs; another kind is a change of `kind` as well."""

    fields: list[FieldChange]


class Difference(BaseModel):
    """What differs, in the order of the cards. `start` where visits begin with another card."""

    start: FieldChange | None
    added: list[NamedCard]
    removed: list[NamedCard]
    changed: list[CardChange]


def difference(before: Flow | None, after: Flow) -> Difference:
    """What leads from one flow to the other; None: from nothing at all."""
    was = before.cards if before else {}
    start = before.start if before else None
    return Difference(
        start=FieldChange(field="start", before=start, after=after.start) if start != after.start else None,
        added=[_named(id_, card) for id_, card in after.cards.items() if id_ not in was],
        removed=[_named(id_, card) for id_, card in was.items() if id_ not in after.cards],
        changed=[
            CardChange(card_id=id_, kind=card.kind, fields=_fields(was[id_], card))
            for id_, card in after.cards.items()
            if id_ in was and was[id_] != card
        ],
    )


def _named(card_id: str, card: Card) -> NamedCard:
    return NamedCard(card_id=card_id, kind=card.kind)


def _fields(before: Card, after: Card) -> list[FieldChange]:
    was, now = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [
        FieldChange(field=name, before=was.get(name), after=now.get(name))
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
