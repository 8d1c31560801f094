"""A playbook's flow: cards by id, each naming the card that follows it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Fact

CARDS_MAX = 300
CHOICES_MAX = 12
WAIT_TIME_S_MIN = 5
WAIT_TIME_S_MAX = 1_800
NOTE_CHARS_MAX = 2_000
DEAL_VALUE_MINOR_MAX = 10**12
DUE_IN_DAYS_MAX = 365
STANDARD_FIELDS = frozenset({"name", "email", "phone", "company"})

CardId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(max_length=NOTE_CHARS_MAX)]
DealValueMinor = Annotated[int, Field(ge=0, le=DEAL_VALUE_MINOR_MAX)]
FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
DetailType = Literal["text", "number", "date", "choice"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
DueInDays = Annotated[int, Field(ge=0, le=DUE_IN_DAYS_MAX)]


class Choice(Fact):
    """One answer that a question card offers: the label of a path and the first card of that path."""

    choice_id: CardId
    label: Label
    next: CardId


class QuestionCard(Fact):
    """Asks, and waits for one of its choices."""

    kind: Literal["question"] = "question"
    text: Text
    choices: tuple[Choice, ...] = Field(min_length=1, max_length=CHOICES_MAX)


class MessageCard(Fact):
    """Says something and goes on."""

    kind: Literal["message"] = "message"
    text: Text
    next: CardId


class CaptureCard(Fact):
    """Asks for one detail and waits for it. `field` names where the detail goes.

    A free field has a `key` and a `label` of its own and a `type`; one of type choice takes one of `options`.
    """

    kind: Literal["capture"] = "capture"
    text: Text
    field: Literal["name", "email", "phone", "company", "free"]
    key: FieldKey | None = None
    label: Label | None = None
    type: DetailType = "text"
    options: tuple[Label, ...] = Field(default=(), max_length=CHOICES_MAX)
    retry_text: Text
    next: CardId

    @model_validator(mode="after")
    def _only_free_fields_are_described(self) -> "CaptureCard":
        if self.field == "free" and (self.key is None or self.label is None):
            raise ValueError("a free field needs a key and a label")
        if self.field != "free" and (self.key, self.label, self.type) != (None, None, "text"):
            raise ValueError(f"only a free field has a key, a label and a type: {self.field} has its own")
        if self.key in STANDARD_FIELDS:
            raise ValueError(f"{self.key} is a field of its own and no key of a free one")
        if (self.type == "choice") != bool(self.options):
            raise ValueError("a field of type choice, and no other, has options")
        return self

    @property
    def captures(self) -> str:
        """The name under which the detail is kept: the field's, or a free field's key."""
        return self.key or self.field


class LiveChatCard(Fact):
    """Asks for a person. `wait_time_s` is in seconds; the offline flow begins at `offline_flow`."""

    kind: Literal["live_chat"] = "live_chat"
    online_message: Text
    wait_time_s: int = Field(ge=WAIT_TIME_S_MIN, le=WAIT_TIME_S_MAX)
    offline_message: Text
    offline_flow: CardId


class QualifyCard(Fact):
    """Notes whether the visitor is qualified and goes on."""

    kind: Literal["qualify"] = "qualify"
    qualified: bool
    next: CardId


class ActionCard(Fact):
    """Asks the CRM for a follow-up and goes on.

    `title` and `note` may hold the names of captured fields in braces, as in "Call {name}". `deal_value_minor` is in
    minor units of `currency` (ISO 4217); `due_in_days` is for an activity.
    """

    kind: Literal["action"] = "action"
    follow_up: Literal["activity", "lead", "deal"]
    title: Text | None = None
    note: Note | None = None
    deal_value_minor: DealValueMinor | None = None
    currency: Currency | None = None
    due_in_days: DueInDays | None = None
    next: CardId


class EndCard(Fact):
    """Says goodbye; the walk is over."""

    kind: Literal["end"] = "end"
    text: Text


Card = Annotated[
    QuestionCard | MessageCard | CaptureCard | LiveChatCard | QualifyCard | ActionCard | EndCard,
    Field(discriminator="kind"),
]


class Flow(Fact):
    """All cards of one version of a playbook, and the card that every visit begins with."""

    start: CardId
    cards: dict[CardId, Card] = Field(max_length=CARDS_MAX)

    @model_validator(mode="after")
    def _every_card_named_is_there(self) -> "Flow":
        named = {self.start}
        for card in self.cards.values():
            named.update(following(card))
        missing = sorted(named - self.cards.keys())
        if missing:
            raise ValueError(f"these cards are named but are not in the flow: {', '.join(missing)}")
        return self


def following(card: Card) -> tuple[str, ...]:
    """The cards that may come right after this one."""
    match card:
        case QuestionCard():
            return tuple(choice.next for choice in card.choices)
        case LiveChatCard():
            return (card.offline_flow,)
        case EndCard():
            return ()
        case _:
            return (card.next,)
