"""The flows, visitors and answers of the golden walks: by hand where something is to be shown, drawn for the rest."""

from random import Random
from typing import Any, TypedDict

from contracts.conditions import (
    CapturedIs,
    Condition,
    HoursAre,
    LocaleIs,
    PageIs,
    SomebodyOnline,
    UtmIs,
    VisitorReturns,
)
from contracts.flow import (
    ActionCard,
    Case,
    ConditionCard,
    Flow,
    MessageCard,
    OutsideHours,
    QualifyCard,
)
from contracts.privacy import Privacy
from tests.unit.playbook.examples import capture, condition, end, flow, free, message, person, question
from tests.unit.playbook.test_walk_properties import CARDS, drawn


class Around(TypedDict):
    """What is so around a visit."""

    online: bool
    open: bool
    opens: str | None
    returning: bool
    page: str
    locale: str


USUAL: Around = {
    "online": True,
    "open": True,
    "opens": None,
    "returning": False,
    "page": "https://shop.example/Prices?utm_source=Mail&utm_campaign=&utm_campaign=spring",
    "locale": "pt-BR",
}
FACTS: tuple[Around, ...] = (
    USUAL,
    {**USUAL, "online": False, "page": "https://shop.example/#?utm_source=mail"},
    {**USUAL, "returning": True, "locale": "pt"},
    {**USUAL, "locale": "EN-gb", "page": "https://shop.example/?UTM_Source=ADS&utm_source=mail#prices"},
    {**USUAL, "locale": "pta", "page": "https://shop.example/prices"},
    {**USUAL, "open": False, "opens": "Monday, 9:00"},
    {**USUAL, "online": False, "open": False, "opens": "segunda-feira, 9:00"},
    {**USUAL, "online": False, "open": False},
)
BODY: Any = [
    {"kind": "paragraph", "runs": [{"text": "A "}, {"text": "good", "bold": True}, {"text": " choice."}]},
]

SHOP = flow(
    "menu",
    menu=question(buy="good", chat="person", leave="bye", again="menu"),
    good=MessageCard.model_validate({"kind": "message", "text": "…", "body": BODY, "next": "name"}),
    name=capture("name", "email"),
    email=capture("email", "known"),
    known=condition(CapturedIs(field="email", compare="contains", value="@example"), "yes", otherwise="lead"),
    yes=QualifyCard(qualified=True, next="lead"),
    lead=ActionCard(follow_up="lead", title="Call {name}", next="size"),
    size=free("choice", next_="bye"),
    person=person("sorry"),
    sorry=message("phone", "Sorry."),
    phone=capture("phone", "more"),
    more=question(person="person", leave="bye"),
    bye=end,
)
OUTSIDE = person("sorry").model_copy(
    update={
        "outside_hours": OutsideHours(
            online_message="It is late, and we are looking.",
            offline_message="Nobody any more; again {opens}.",
            note="We are closed until {opens}. {opens}!",
        )
    }
)
LATE = SHOP.model_copy(update={"cards": {**SHOP.cards, "person": OUTSIDE}})
"""With texts for outside the business hours."""
Input = list[str]
ASKS, TELLS = Privacy(text="We keep your name.", asks=True), Privacy(text="We keep your name.")
CONSENTING: tuple[tuple[str, Privacy, list[Input]], ...] = (
    (
        "no detail before consent, and any after it",
        ASKS,
        [
            ["answer", "menu", "buy"],
            ["detail", "name", "Ada"],
            ["detail", "name", " … "],
            ["agree"],
            ["agree"],
            ["detail", "name", " … "],
            ["detail", "name", "Ada"],
            ["detail", "email", "ada@example.com"],
        ],
    ),
    (
        "consent before anything is asked, and a person meanwhile",
        ASKS,
        [["agree"], ["answer", "menu", "chat"], ["expire"], ["detail", "phone", "+55 11 5555 0100"]],
    ),
    (
        "a text that asks for nothing",
        TELLS,
        [["answer", "menu", "buy"], ["agree"], ["detail", "name", "Ada"]],
    ),
)
"""Walks through the shop where something is told of personal data."""
WALKS: tuple[tuple[str, Flow, Around, list[Input]], ...] = (
    (
        "a path to its end, with a text that has a form, and details that are refused first",
        SHOP,
        USUAL,
        [
            ["answer", "menu", "again"],
            ["answer", "menu", "buy"],
            ["detail", "name", " … "],
            ["detail", "name", "  Ada   Lovelace "],
            ["answer", "name", "buy"],
            ["detail", "email", "ada@example"],
            ["detail", "email", "ada@example.com"],
            ["detail", "size", "green"],
            ["detail", "size", "dark  BLUE"],
        ],
    ),
    (
        "nobody is online: the offline flow, and a person once more",
        SHOP,
        FACTS[1],
        [
            ["answer", "menu", "chat"],
            ["expire"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "person"],
            ["detail", "phone", "none"],
            ["detail", "phone", "(11) 5555-0100"],
            ["answer", "more", "leave"],
        ],
    ),
    (
        "somebody is online and does not come: the offline flow after the wait, and again where they try again",
        SHOP,
        USUAL,
        [
            ["answer", "menu", "chat"],
            ["answer", "menu", "buy"],
            ["expire"],
            ["expire"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "person"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "leave"],
        ],
    ),
    (
        "outside the hours with somebody online: a live chat, with texts of its own, and no note after the wait",
        LATE,
        FACTS[5],
        [
            ["answer", "menu", "chat"],
            ["expire"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "person"],
        ],
    ),
    (
        "outside the hours with nobody online: the note names when they begin, also the second time",
        LATE,
        FACTS[6],
        [
            ["answer", "menu", "chat"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "person"],
        ],
    ),
    (
        "outside hours that know no next opening: what names it is not said",
        LATE,
        FACTS[7],
        [["answer", "menu", "chat"]],
    ),
    (
        "within the hours with nobody online: no note",
        LATE,
        FACTS[1],
        [["answer", "menu", "chat"]],
    ),
    (
        "what is not offered, and what does not wait",
        SHOP,
        USUAL,
        [
            ["answer", "menu", "tea"],
            ["answer", "more", "leave"],
            ["detail", "name", "Ada"],
            ["answer", "menu", "leave"],
        ],
    ),
)


CONDITIONS: tuple[Condition, ...] = (
    CapturedIs(field="said", compare="known"),
    *(CapturedIs(field="said", compare="is", value=value) for value in ("Ada", "STRASSE", "a  b", "10")),
    *(CapturedIs(field="said", compare="contains", value=value) for value in ("da", "@EXAMPLE", "ß")),
    *(CapturedIs(field="said", compare="at_least", value=value) for value in ("10", "1,5", "2026-03-01")),
    *(CapturedIs(field="said", compare="at_most", value=value) for value in ("10", "-1", "2026-03-01")),
    PageIs(compare="contains", value="/PRICES"),
    PageIs(compare="starts_with", value="https://SHOP.example/?"),
    PageIs(compare="is", value="https://shop.example/prices"),
    UtmIs(parameter="source", compare="is", value="mail"),
    UtmIs(parameter="source", compare="contains", value="a"),
    UtmIs(parameter="campaign", compare="is", value="Spring"),
    UtmIs(parameter="medium", compare="known"),
    LocaleIs(locales=("en", "pt-BR")),
    LocaleIs(locales=("PT",)),
    SomebodyOnline(online=True),
    SomebodyOnline(online=False),
    HoursAre(),
    HoursAre(open=False),
    VisitorReturns(returning=True),
)
SAID = (
    *(
        None,
        "Ada",
        " ada ",
        "Straße",
        "A B",
        "10",
        "9.5",
        "10,5",
        "-1",
        "1e1",
        "0x10",
        "2026-03-01",
        "2026-02-28",
    ),
    *("2026-02-30", "x@example.com", "many"),
)


def asking(drawn_: Flow, chance: Random) -> Flow:
    """The flow, whose condition cards ask all kinds of things."""
    cards = dict(drawn_.cards)
    for card_id, card in drawn_.cards.items():
        if isinstance(card, ConditionCard):
            cases = (Case(when=(chance.choice(CONDITIONS),), next=card.cases[0].next),)
            cards[card_id] = card.model_copy(update={"cases": cases})
    return Flow(start=drawn_.start, cards=cards)


KINDS = (
    *("message", "question", "question", "person", "qualify", "action", "condition", "condition", "end"),
    *("name", "email", "phone", "text", "number", "date", "choice"),
)


def drawn_flow(chance: Random) -> Flow:
    """Any flow of a few cards."""
    kinds = [
        (chance.choice(KINDS), chance.randrange(CARDS), chance.randrange(CARDS)) for _ in range(CARDS - 1)
    ]
    return asking(drawn(kinds), chance)
