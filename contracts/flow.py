"""A playbook's flow: cards by id, each naming the card that follows it."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.conditions import Condition, FieldKey
from contracts.envelope import Fact
from contracts.formatted import Body, in_plain_words

CARDS_MAX = 300
CHOICES_MAX = 12
TEXT_CHARS_MAX = 2_000
CONDITIONS_MAX = 5
BOUND_MAX = 10**12
MISSING_TOLD_MAX = 20
WAIT_TIME_S_MIN = 5
WAIT_TIME_S_MAX = 1_800
NOTE_CHARS_MAX = 2_000
DEAL_VALUE_MINOR_MAX = 10**12
DUE_IN_DAYS_MAX = 365
OPENS = "{opens}"
"""Stands in a text for outside the business hours where it names when they begin next."""
STANDARD_FIELDS = frozenset({"name", "email", "phone", "company"})

CardId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARS_MAX)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(max_length=NOTE_CHARS_MAX)]
DealValueMinor = Annotated[int, Field(ge=0, le=DEAL_VALUE_MINOR_MAX)]
DetailType = Literal["text", "number", "date", "choice"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
DueInDays = Annotated[int, Field(ge=0, le=DUE_IN_DAYS_MAX)]
Bound = Annotated[int, Field(ge=-BOUND_MAX, le=BOUND_MAX)]


class Choice(Fact):
    """One answer that a question card offers: the label of a path and the first card of that path."""

    choice_id: CardId
    label: Label
    next: CardId


class Formed(Fact):
    """A card with texts that may have a form.

    A text with a form has it in a body beside it; the text is then the same in plain words, made of that body whatever
    was sent there.
    """

    texts: ClassVar[Mapping[str, str]] = {"body": "text"}

    @model_validator(mode="before")
    @classmethod
    def _texts_may_be_missing(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {**given, **{text: "…" for body, text in cls.texts.items() if given.get(body)}}

    @model_validator(mode="after")
    def _texts_are_those_of_the_bodies(self) -> Self:
        for body, text in self.texts.items():
            if formed := getattr(self, body):
                told = in_plain_words(formed)
                if len(told) > TEXT_CHARS_MAX:
                    raise ValueError(
                        f"with its addresses, the text has more than {TEXT_CHARS_MAX} characters"
                    )
                object.__setattr__(self, text, told)
        return self


class QuestionCard(Formed):
    """Asks, and waits for one of its choices."""

    kind: Literal["question"] = "question"
    text: Text
    body: Body = ()
    choices: tuple[Choice, ...] = Field(min_length=1, max_length=CHOICES_MAX)


class MessageCard(Formed):
    """Says something and goes on."""

    kind: Literal["message"] = "message"
    text: Text
    body: Body = ()
    next: CardId


class Bounds(Fact):
    """Between which a free number lies, or the length of a free text in characters."""

    least: Bound | None = None
    most: Bound | None = None


class CaptureCard(Fact):
    """Asks for one detail and waits for it. `field` names where the detail goes.

    A free field has a `key` and a `label` of its own and a `type`; one of type choice takes one of `options`. `least`
    and `most` bound a free number, and the length of a free text in characters.
    """

    kind: Literal["capture"] = "capture"
    text: Text
    field: Literal["name", "email", "phone", "company", "free"]
    key: FieldKey | None = None
    label: Label | None = None
    type: DetailType = "text"
    options: tuple[Label, ...] = Field(default=(), max_length=CHOICES_MAX)
    least: Bound | None = None
    most: Bound | None = None
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

    @model_validator(mode="after")
    def _bounds_can_be_kept(self) -> "CaptureCard":
        if (self.least, self.most) == (None, None):
            return self
        if self.field != "free" or self.type not in ("text", "number"):
            raise ValueError("only a free field of type text or number has bounds")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("the least is more than the most")
        return self

    @property
    def captures(self) -> str:
        """The name under which the detail is kept: the field's, or a free field's key."""
        return self.key or self.field


class OutsideHours(Fact):
    """What a Live Chat card says outside the business hours in place of its online and its offline message, and the
    `note` with which its offline flow begins then for those who did not wait; what is missing is as usual.

    `{opens}` stands for when the hours begin next; a text with it is not said where that is not known.
    """

    online_message: Text | None = None
    offline_message: Text | None = None
    note: Text | None = None


class LiveChatCard(Formed):
    """Asks for a person. `wait_time_s` is in seconds; the offline flow begins at `offline_flow`. `outside_hours` are
    other texts; hours never decide whether a person is asked for. `show_queue_position`: who waits is told their place
    in line."""

    texts: ClassVar[Mapping[str, str]] = {"online_body": "online_message", "offline_body": "offline_message"}

    kind: Literal["live_chat"] = "live_chat"
    online_message: Text
    online_body: Body = ()
    wait_time_s: int = Field(ge=WAIT_TIME_S_MIN, le=WAIT_TIME_S_MAX)
    offline_message: Text
    offline_body: Body = ()
    outside_hours: OutsideHours | None = None
    show_queue_position: bool = False
    offline_flow: CardId


class QualifyCard(Fact):
    """Notes whether the visitor is qualified and goes on."""

    kind: Literal["qualify"] = "qualify"
    qualified: bool
    next: CardId


class Case(Fact):
    """Where a condition card leads if all of this is so."""

    when: tuple[Condition, ...] = Field(min_length=1, max_length=CONDITIONS_MAX)
    next: CardId


class ConditionCard(Fact):
    """Goes on to the first of its cases that holds, or else to `otherwise`; the visitor sees nothing of it."""

    kind: Literal["condition"] = "condition"
    cases: tuple[Case, ...] = Field(min_length=1, max_length=CHOICES_MAX)
    otherwise: CardId


class ActionCard(Fact):
    """Asks the CRM for a follow-up and goes on.

    `title` and `note` may hold the names of captured fields in braces, as in "Call {name}". `deal_value_minor` is in
    minor units of `currency` (ISO 4217); `due_in_days` is for an activity. `deal_value_field` and `due_field` name
    captured fields that tell them instead, where the visitor gave such a number of whole units, or such a date.
    """

    kind: Literal["action"] = "action"
    follow_up: Literal["activity", "lead", "deal"]
    title: Text | None = None
    note: Note | None = None
    deal_value_minor: DealValueMinor | None = None
    currency: Currency | None = None
    due_in_days: DueInDays | None = None
    deal_value_field: FieldKey | None = None
    due_field: FieldKey | None = None
    next: CardId


class EndCard(Formed):
    """Says goodbye; the walk is over."""

    kind: Literal["end"] = "end"
    text: Text
    body: Body = ()


Card = Annotated[
    QuestionCard
    | MessageCard
    | CaptureCard
    | ConditionCard
    | LiveChatCard
    | QualifyCard
    | ActionCard
    | EndCard,
    Field(discriminator="kind"),
]


class Flow(Fact):
    """All cards of one version of a playbook, and the card that every visit begins with."""

    start: CardId
    cards: dict[CardId, Card] = Field(max_length=CARDS_MAX)

    @model_validator(mode="after")
    def _every_card_named_is_there(self) -> "Flow":
        led_to = [(self.start, "start")]
        led_to += [(next_, by) for by, card in self.cards.items() for next_ in following(card)]
        missing = sorted(f"{next_} (by {by})" for next_, by in set(led_to) if next_ not in self.cards)
        if missing:
            told = ", ".join(missing[:MISSING_TOLD_MAX])
            raise ValueError(f"these cards are named but are not in the flow: {told}")
        return self


def following(card: Card) -> tuple[str, ...]:
    """The cards that may come right after this one."""
    match card:
        case QuestionCard():
            return tuple(choice.next for choice in card.choices)
        case LiveChatCard():
            return (card.offline_flow,)
        case ConditionCard(cases=cases):
            return (*(case.next for case in cases), card.otherwise)
        case EndCard():
            return ()
        case _:
            return (card.next,)
