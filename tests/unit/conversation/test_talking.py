"""Who may say something: the holder, the visitor, and the bot until an agent has come."""

import pytest

from contracts.conversation import BotPosted, MessagePosted
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.conversation.commands.conversation import TEXT_CHARS_MAX
from services.conversation.decider import DECIDER
from tests.spec import given
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    VISITOR,
    answer_card,
    ask,
    assigned,
    closed,
    hello,
    missed,
    reassigned,
    released,
    say,
    show_card,
    started,
)


def test_the_holder_speaks() -> None:
    [event] = given(DECIDER, started, assigned()).when(say(text="Hi."))

    assert isinstance(event, MessagePosted)
    assert (event.author, event.author_id, event.author_name, event.text) == ("agent", ADA, "Ada", "Hi.")


@pytest.mark.parametrize(
    ("history", "holder"),
    [
        ((started,), None),
        ((started, assigned(BOB)), "Bob"),
        ((started, assigned(ADA), reassigned(BOB, ADA, by=ADA)), "Bob"),
        ((started, assigned(ADA), released()), None),
    ],
)
def test_an_agent_who_does_not_hold_it_is_told_who_does(
    history: tuple[Event, ...], holder: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *history).when(say(ADA))

    assert refused.value.code == "not_holder"
    assert refused.value.facts["holder_name"] == holder


@pytest.mark.parametrize("then", [(), (missed,), (assigned(),)])
def test_the_visitor_speaks_whether_or_not_anybody_came(then: tuple[Event, ...]) -> None:
    assert given(DECIDER, started, *then).when(ask()) == [hello]


@pytest.mark.parametrize("then", [(), (closed,)])
def test_a_visitor_of_another_visit_finds_no_conversation(then: tuple[Event, ...]) -> None:
    with pytest.raises(NotFound):
        given(DECIDER, started, *then).when(ask(visit_id=derived_id("another visit")))


@pytest.mark.parametrize("text", ["x", "x" * TEXT_CHARS_MAX])
def test_a_message_has_up_to_4000_characters(text: str) -> None:
    [event] = given(DECIDER, started).when(ask(text=text))

    assert isinstance(event, MessagePosted)
    assert event.text == text


@pytest.mark.parametrize("text", ["", "x" * (TEXT_CHARS_MAX + 1)])
def test_a_message_of_no_or_too_many_characters_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, started).when(ask(text=text))

    assert refused.value.code == "bad_length"


@pytest.mark.parametrize("then", [(), (missed,)])
def test_the_bot_goes_on_until_an_agent_comes(then: tuple[Event, ...]) -> None:
    [event] = given(DECIDER, started, *then).when(show_card)

    assert isinstance(event, BotPosted)
    assert (event.text, event.card_id, event.field) == ("Your e-mail?", "ask_mail", "email")
    assert event.message_id == derived_id(CONVERSATION, "bot", 4, 0)


@pytest.mark.parametrize(
    "then", [(assigned(),), (assigned(), reassigned(BOB, ADA, by=ADA)), (assigned(), released())]
)
def test_the_bot_is_silent_once_an_agent_has_ever_come(then: tuple[Event, ...]) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, started, *then).when(show_card)

    assert refused.value.code == "agent_took_over"


@pytest.mark.parametrize("then", [(), (missed,), (assigned(),)])
def test_a_visitors_answer_to_a_card_is_told_before_and_after_an_agent_came(then: tuple[Event, ...]) -> None:
    [event] = given(DECIDER, started, *then).when(answer_card)

    assert isinstance(event, MessagePosted)
    assert (event.author, event.author_id, event.card_id) == ("visitor", VISITOR, "ask_mail")
    assert event.message_id == derived_id(CONVERSATION, "visitor", 4, 0)
