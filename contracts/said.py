"""What was said in a visit, and what came of it, as events and states of several services carry it."""

from typing import Annotated, Literal

from contracts.envelope import Fact
from contracts.flow import CardId
from contracts.formatted import Body
from contracts.personal import Personal


class Captured(Fact):
    """One captured detail; a free field's has its label. `verified`: the customer's own server has signed for it."""

    field: str
    label: str | None = None
    value: Annotated[str, Personal]
    verified: bool = False


class Option(Fact):
    """A choice as the visitor sees it."""

    choice_id: CardId
    label: str


class Said(Fact):
    """One line of a walk: what the bot showed, or what the visitor answered."""

    by: Literal["bot", "visitor"]
    text: Annotated[str, Personal]
    card_id: CardId
    body: Body = ()
