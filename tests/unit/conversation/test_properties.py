"""What holds after any history of a conversation."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    MessagePosted,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.envelope import Event
from services.chassis.decider import Refused
from services.conversation.commands.conversation import Command
from services.conversation.decider import DECIDER
from tests.unit.conversation.examples import OFFLINE, closed, started
from tests.unit.conversation.histories import Step, commands, events_of, steps, told, unhurried


@unhurried
@given(steps)
def test_an_accepted_command_sent_again_at_once_changes_nothing(history: list[Step]) -> None:
    for command, before, events in told(history):
        after = reduce(DECIDER.evolve, events, before)
        try:
            again = DECIDER.decide(command, after)
        except Refused:
            continue

        # What was said twice has one message id: whoever shows it, shows it once.
        assert again == [] or (
            again == events and all(isinstance(e, BotPosted | MessagePosted) for e in events)
        )


@unhurried
@given(steps)
def test_a_conversation_has_one_holder_at_most_and_messages_of_agents_are_the_holders(
    history: list[Step],
) -> None:
    holder = None
    for event in events_of(history):
        match event:
            case Assigned():
                assert holder is None
                holder = event.agent_id
            case Reassigned():
                assert holder == event.previous_agent_id != event.agent_id
                holder = event.agent_id
            case Released():
                holder = None
            case MessagePosted(author="agent"):
                assert holder == event.author_id
            case WaitExpired():
                assert holder is None


@unhurried
@given(st.lists(commands, max_size=30))
def test_closed_is_terminal_under_any_commands(then: list[Command]) -> None:
    state = reduce(DECIDER.evolve, [started, closed], DECIDER.initial)

    for command in then:
        try:
            events = DECIDER.decide(command, state)
        except Refused:
            continue
        raise AssertionError(f"{command} was accepted: {events}")


@unhurried
@given(steps)
def test_nothing_follows_the_end(history: list[Step]) -> None:
    events = events_of(history)

    assert not any(isinstance(event, Closed) for event in events[:-1])


@unhurried
@given(steps)
def test_no_word_of_the_bot_follows_an_agent(history: list[Step]) -> None:
    events = events_of(history)
    came = next((place for place, event in enumerate(events) if isinstance(event, Assigned)), len(events))

    assert not any(isinstance(event, BotPosted) for event in events[came:])


@unhurried
@given(steps)
def test_the_visitor_sees_the_offline_message_once_at_most(history: list[Step]) -> None:
    """Once for each wait that ended: said by the bot, or after an agent told by the end of the wait itself."""
    since_wait: list[Event] = []
    for event in events_of(history):
        if isinstance(event, ConversationStarted | Released):
            since_wait = []
        since_wait.append(event)
        told = [
            e for e in since_wait if OFFLINE in (getattr(e, "text", ""), getattr(e, "offline_message", ""))
        ]
        told = [e for e in told if not isinstance(e, ConversationStarted)]
        over = [e for e in since_wait if isinstance(e, WaitExpired) and e.reason == "wait_time"]
        assert len(told) <= 1
        assert len(told) == len(over) or event == over[-1]


@unhurried
@given(steps)
def test_a_wait_is_missed_once_at_most(history: list[Step]) -> None:
    waiting = False
    for event in events_of(history):
        if isinstance(event, ConversationStarted | Released):
            waiting = True
        if isinstance(event, WaitExpired):
            assert waiting
            waiting = False
