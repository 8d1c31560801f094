"""A message with a form: kept as a structure, told in plain words to those who show none."""

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.flow import MessageCard
from contracts.formatted import in_plain_words
from contracts.playbook import CardShown, LiveChatRequested
from services.playbook.decider.visit_state import WALK_FORMS_CHARS_MAX
from tests.unit.playbook.examples import Played, end, flow, message, person, question

PARAGRAPH = {
    "kind": "paragraph",
    "runs": [
        {"text": "Read "},
        {"text": "our prices", "bold": True, "link": "https://www.example.com/prices"},
        {"text": " <b>now</b>", "italic": True},
    ],
}
LIST = {"kind": "list", "numbered": True, "items": [[{"text": "One"}], [{"text": "Two"}]]}
PICTURE = {"kind": "picture", "address": "https://www.example.com/cat.png", "alt": "A cat"}
PLAIN = """Read our prices (https://www.example.com/prices) <b>now</b>
1. One
2. Two
A cat"""


def formed(*body: Any, **more: Any) -> MessageCard:
    return MessageCard.model_validate({"kind": "message", "body": body, "next": "end", **more})


def test_the_text_is_the_body_in_plain_words_whatever_was_sent_as_text() -> None:
    card = formed(PARAGRAPH, LIST, PICTURE, text="Something else")

    assert card.text == formed(PARAGRAPH, LIST, PICTURE).text == in_plain_words(card.body) == PLAIN
    assert MessageCard.model_validate_json(card.model_dump_json()) == card


def test_a_plain_text_stays_as_it_is() -> None:
    assert message("end", "Fine.").model_dump(mode="json") == {
        "kind": "message",
        "text": "Fine.",
        "body": [],
        "next": "end",
    }


@pytest.mark.parametrize(
    "block",
    [
        {**PICTURE, "address": "http://www.example.com/cat.png"},
        {**PICTURE, "address": "javascript:alert(1)"},
        {**PICTURE, "alt": ""},
        {"kind": "paragraph", "runs": []},
        {"kind": "paragraph", "runs": [{"text": ""}]},
        {"kind": "paragraph", "runs": [{"text": "x", "link": "javascript:alert(1)"}]},
        {"kind": "paragraph", "runs": [{"text": "x", "link": "//example.com"}]},
        {"kind": "paragraph", "runs": [{"text": "x" * 1_500}, {"text": "y" * 600}]},
        {"kind": "list", "items": []},
        {"kind": "html", "html": "<b>x</b>"},
    ],
)
def test_what_is_no_form_of_a_text_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        formed(block)


def test_the_form_is_shown_and_goes_with_the_walk() -> None:
    card = formed(PARAGRAPH, LIST).model_copy(update={"next": "ask"})
    visit = Played(flow("hi", hi=card, ask=question(a="chat"), chat=person("end"), end=end))

    *_, asked = visit.answer("ask", "a")

    assert isinstance(asked, LiveChatRequested)
    assert [line.body for line in asked.walk] == [card.body, (), ()]
    shown = visit.told[1]
    assert isinstance(shown, CardShown)
    assert (shown.body, shown.text) == (card.body, card.text)


def test_the_oldest_lines_lose_their_form_where_the_walk_would_become_too_long() -> None:
    long = formed({"kind": "paragraph", "runs": [{"text": "x" * 1_000, "bold": True}]})
    cards = {f"c{place}": long.model_copy(update={"next": f"c{place + 1}"}) for place in range(4)}
    visit = Played(flow("c0", **cards, c4=question(a="chat"), chat=person("end"), end=end))

    *_, asked = visit.answer("c4", "a")

    assert isinstance(asked, LiveChatRequested)
    forms = [bool(line.body) for line in asked.walk if line.card_id != "c4"]
    assert forms == sorted(forms)
    assert (
        sum(len(line.model_dump_json(include={"body"})) for line in asked.walk if line.body)
        <= WALK_FORMS_CHARS_MAX
    )
    assert True in forms
