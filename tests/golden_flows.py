"""The flows, visitors and answers of the golden walks: by hand where something is to be shown, drawn for the rest."""

from random import Random
from typing import Any, TypedDict

from contracts.conditions import (
    CapturedIs,
    Condition,
    LocaleIs,
    PageIs,
    SomebodyOnline,
    UtmIs,
    VisitorReturns,
)
from contracts.flow import ActionCard, CaptureCard, Case, ConditionCard, Flow, MessageCard, QualifyCard
from tests.unit.playbook.examples import capture, condition, end, flow, free, message, person, question
from tests.unit.playbook.test_walk_properties import CARDS, drawn


class Around(TypedDict):
    """What is so around a visit."""

    online: bool
    returning: bool
    page: str
    locale: str


USUAL: Around = {
    "online": True,
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
Input = list[str]
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
        "somebody is online and does not come: the offline flow after the wait, and no second person",
        SHOP,
        USUAL,
        [
            ["answer", "menu", "chat"],
            ["answer", "menu", "buy"],
            ["expire"],
            ["expire"],
            ["detail", "phone", "+55 11 5555 0100"],
            ["answer", "more", "person"],
        ],
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


def _free(type_: Any, **bounds: Any) -> CaptureCard:
    return CaptureCard.model_validate(free(type_).model_dump() | bounds)


FORMS: tuple[CaptureCard, ...] = (
    capture("name", "end"),
    capture("company", "end"),
    capture("email", "end"),
    capture("phone", "end"),
    _free("text"),
    _free("text", least=3, most=5),
    _free("number"),
    _free("number", least=-1, most=100),
    _free("date"),
    _free("choice"),
    _free("choice", options=("Straße", "ΟΔΟΣ", " Two  words ")),
)
DETAILS = (
    *(
        "",
        " ",
        "…",
        "7",
        "Ada",
        "  Ada \t Lovelace ",
        "Ada\nLovelace",
        "Jose\u0301",
        "李雷",
        "a\u00a0b",
        "x" * 120,
    ),
    *(
        "x" * 121,
        "x" * 200,
        "x" * 201,
        "🙂",
        "🙂🙂🙂",
        "🙂" * 200,
        "a\u200bb",
        "a\u0000b",
        "a\u202eb",
        "\ufeffAda",
    ),
    *(
        "ada@example.com",
        "ada@example",
        "ada@@example.com",
        "a b@example.com",
        "ä@exämple.de",
        "a@b.c",
        "a@b.cc",
    ),
    *(
        "a@.cc",
        "x" * 64 + "@example.com",
        "x" * 65 + "@example.com",
        "a@" + "b." * 120 + "com",
        "a@" + "b." * 127 + "com",
    ),
    *(
        "+49 30 1234567",
        "12 34",
        "1-2-3-4-5",
        "(11) 5555/0100",
        "1" * 15,
        "1" * 16,
        "1" * 15 + " " * 3 + "()",
        "٠١٢٣٤٥",
    ),
    *(
        "1,5",
        "+1.5",
        "-1",
        "-1.5",
        "100",
        "100.1",
        "1.",
        ".5",
        "1e5",
        "1_000",
        "0x10",
        "1" * 15,
        "1" * 16,
        "0.1234567",
    ),
    *(
        "2026-02-28",
        "2026-02-30",
        "2024-02-29",
        "0000-01-01",
        "0001-01-01",
        "2026-2-3",
        "20260228",
        "2026-W10-1",
    ),
    *(
        "blue",
        "DARK  blue",
        "dark blue",
        "green",
        "strasse",
        "STRASSE",
        "οδος",
        "οδοσ",
        "two WORDS",
        "abc",
        "abcdef",
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
