"""Each fact that runs are judged by finds what was forged against it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    MessagePosted,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.crm import OutcomeEvent
from contracts.playbook import FollowUpRequested, LiveChatRequested, OfflineFlowStarted, VisitStarted
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.chassis.decider import Refused
from services.chassis.http import Accepted
from tests.simulation import acks, facts
from tests.simulation.flows import OFFLINE_MESSAGE
from tests.simulation.forging import SOMEBODY, CannotForge, Fact, Forger, Forging, found
from tests.simulation.world import START


def call_of(forger: Forger, name: str, *, written: bool = True) -> Any:
    """A command that was acknowledged."""
    for call in forger.world.calls:
        is_written = bool(forger.history.commands.get(call.command_id))
        if call.name == name and isinstance(call.told, Accepted) and is_written == written:
            return call
    raise CannotForge


def unanswered(forger: Forger) -> None:
    call_of(forger, "post_message").told = None


def lost(forger: Forger) -> None:
    del forger.history.commands[call_of(forger, "post_message").command_id]


def done_twice(forger: Forger) -> None:
    forger.history.commands[call_of(forger, "post_message").command_id] *= 2


def in_two_streams(forger: Forger) -> None:
    forger.history.commands[forger.find(Assigned).metadata.command_id].append(forger.find(VisitStarted))


def told_another_version(forger: Forger) -> None:
    call = call_of(forger, "take")
    call.told = call.told.model_copy(update={"version": 1})


def told_another_card(forger: Forger) -> None:
    call = call_of(forger, "give_answer")
    call.told = call.told.model_copy(update={"frames": call.told.frames[:-1]})


def told_what_is_not_there(forger: Forger) -> None:
    call = call_of(forger, "take", written=False)
    call.told = call.told.model_copy(update={"version": 10_000})


def refused_and_written(forger: Forger) -> None:
    call = call_of(forger, "post_message")
    call.told, call.refused = None, Refused("closed", "It is closed.")


def taken_by_nobody(forger: Forger) -> None:
    call = call_of(forger, "take", written=False)
    call.caller = call.caller.model_copy(update={"id": SOMEBODY})


def taken_twice(forger: Forger) -> None:
    taken = forger.find(Assigned)
    forger.put(taken, taken.version, agent_id=SOMEBODY)


def passed_on_by_another(forger: Forger) -> None:
    forger.change(forger.find(Reassigned), previous_agent_id=SOMEBODY)


def released_by_another(forger: Forger) -> None:
    forger.change(forger.find(Released), previous_agent_id=SOMEBODY)


def unseen(forger: Forger) -> None:
    taken = forger.find(Assigned)
    forger.change(taken, evidence=taken.event.evidence.model_copy(update={"online": False}))


def written_by_another(forger: Forger) -> None:
    message = forger.find(MessagePosted, lambda one: one.event.author == "agent")
    forger.change(message, author_id=SOMEBODY)


def goes_on(forger: Forger) -> None:
    closed = forger.find(Closed)
    forger.append(forger.find(ConversationStarted, lambda one: one.stream == closed.stream))


def says_the_offline_message(one: Any) -> bool:
    return bool(one.event.text == OFFLINE_MESSAGE)


def missed_twice(forger: Forger) -> None:
    missed = forger.find(WaitExpired)
    forger.put(missed, missed.version)


def says_a_cards_offline_message(one: Any) -> bool:
    return says_the_offline_message(one) and one.event.card_id is not None


def missed_in_silence(forger: Forger) -> None:
    forger.drop(BotPosted, says_the_offline_message)


def told_by_a_card_unmissed(forger: Forger) -> None:
    told = forger.find(BotPosted, says_a_cards_offline_message)
    forger.drop(WaitExpired, lambda one: one.stream == told.stream)


def missed_with_two_messages(forger: Forger) -> None:
    told = forger.find(BotPosted, says_the_offline_message)
    forger.put(told, told.version)


def missed_too_late(forger: Forger) -> None:
    forger.put(forger.find(BotPosted, says_the_offline_message), 1)


def missed_without_a_bot(forger: Forger) -> None:
    forger.change(forger.find(WaitExpired), offline_message=OFFLINE_MESSAGE)


def never_missed(forger: Forger) -> None:
    def is_over(one: Any) -> bool:
        long_ago = one.event.at < forger.world.host.clock.now() - timedelta(seconds=6)
        return long_ago and one.event.reason == "wait_time" and not forger.has(one.stream, Assigned)

    untaken = forger.find(WaitExpired, is_over).stream
    later = (WaitExpired, BotPosted, Closed)
    forger.drop(later, lambda one: one.stream == untaken)


def bot_after_the_take(forger: Forger) -> None:
    said = forger.find(BotPosted, lambda one: forger.has(one.stream, Assigned))
    forger.append(said, message_id=SOMEBODY)


def said_twice(forger: Forger) -> None:
    message = forger.find(MessagePosted)
    forger.put(message, message.version)


def card_said_too_often(forger: Forger) -> None:
    said = forger.find(BotPosted, lambda one: one.event.card_id is not None)
    for number in range(9):
        forger.put(said, said.version, message_id=f"{number}")


def undecided(forger: Forger) -> None:
    del forger.history.streams[f"conversation-{forger.find(LiveChatRequested).event.conversation_id}"]


def offline_twice(forger: Forger) -> None:
    forger.append(forger.find(OfflineFlowStarted))


def never_offline(kind: Any) -> Forging:
    """Whoever was declined, or missed, never came to the offline flow."""

    def forge(forger: Forger) -> None:
        request = forger.find(kind).event.request_id
        forger.drop(OfflineFlowStarted, lambda one: one.event.request_id == request)

    return forge


def offline_too_early(reason: str) -> Forging:
    """The offline flow began for this reason, where somebody was online and came."""

    def forge(forger: Forger) -> None:
        flow = forger.find(OfflineFlowStarted, lambda one: one.event.reason == "wait_expired")
        forger.change(flow, reason=reason)
        forger.drop(WaitExpired, lambda one: one.event.request_id == flow.event.request_id)

    return forge


def made_twice(forger: Forger) -> None:
    made = forger.find(OutcomeEvent)
    forger.history.streams[f"{made.stream}x"] = [made]


def never_made(forger: Forger) -> None:
    visit_id = forger.find(FollowUpRequested).event.visit_id
    forger.drop(OutcomeEvent, lambda one: visit_id in one.event.outcome_key)


def foreign_agent(forger: Forger) -> None:
    taken, known = forger.find(Assigned), forger.history.workspaces.items()
    forger.change(taken, agent_id=next(id_ for id_, of in known if of != taken.metadata.workspace_id))


def foreign_event(forger: Forger) -> None:
    taken = forger.find(Assigned)
    metadata = replace(taken.metadata, workspace_id=SOMEBODY)
    forger.history.streams[taken.stream][taken.version - 1] = replace(taken, metadata=metadata)


def foreign_caller(forger: Forger) -> None:
    call = call_of(forger, "take")
    call.caller = call.caller.model_copy(update={"workspace_id": SOMEBODY})


def unknown_presence(forger: Forger) -> None:
    del forger.history.streams[f"agent-{forger.find(Assigned).event.agent_id}"]


def online_without_a_screen(forger: Forger) -> None:
    shut = {screen.caller.id for screen in forger.world.screens if not screen.is_open}
    forger.append(forger.find(AgentWentOnline, lambda one: one.event.agent_id in shut))


def off_although_heard(forger: Forger) -> None:
    heard = forger.world.host.signals.heard
    lost = forger.find(AgentWentOffline, lambda one: heard.get(one.event.agent_id))
    beat_s = heard[lost.event.agent_id][-1]
    forger.append(lost, reason="connection_lost", at=START + timedelta(seconds=beat_s + 1))


CASES: list[tuple[Fact, Forging, str]] = [
    (acks.commands, unanswered, "was never answered"),
    (acks.commands, lost, "was acknowledged and is not in the log"),
    (acks.commands, done_twice, "was carried out more than once"),
    (acks.commands, in_two_streams, "wrote to several streams"),
    (acks.commands, told_another_version, "and wrote"),
    (acks.commands, told_another_card, "was told other events than it wrote"),
    (acks.commands, told_what_is_not_there, "was told version 10000"),
    (acks.commands, refused_and_written, "was refused (closed) and is in the log"),
    (acks.commands, taken_by_nobody, "changed nothing, and is not so"),
    (facts.holders, taken_twice, "was assigned while"),
    (facts.holders, passed_on_by_another, "was reassigned from"),
    (facts.holders, released_by_another, "was released from"),
    (facts.holders, unseen, "who was not online"),
    (facts.holders, written_by_another, "wrote in"),
    (facts.holders, goes_on, "goes on after it was closed"),
    (facts.waits, missed_twice, "although nobody waited any more"),
    (facts.waits, missed_in_silence, "tells the offline message 0 times, not 1"),
    (facts.waits, told_by_a_card_unmissed, "tells a card's offline message before it was missed"),
    (facts.waits, missed_with_two_messages, "tells the offline message 2 times, not 1"),
    (facts.waits, missed_too_late, "before it was missed"),
    (facts.waits, missed_without_a_bot, "was missed with a message"),
    (facts.waits, never_missed, "although its wait is over"),
    (facts.bots, bot_after_the_take, "after an agent had joined"),
    (facts.bots, said_twice, "is there 2 times"),
    (facts.bots, card_said_too_often, "the bot's card"),
    (facts.requests, undecided, "was never decided"),
    (facts.requests, offline_twice, "offline flow begun 2 times"),
    (facts.requests, never_offline(LiveChatDeclined), "the offline flow did not begin"),
    (facts.requests, never_offline(WaitExpired), "the offline flow did not begin"),
    (facts.requests, offline_too_early("nobody_online"), "as if nobody had been online"),
    (facts.requests, offline_too_early("wait_expired"), "before the wait was over"),
    (facts.outcomes, made_twice, "was made 2 times"),
    (facts.outcomes, never_made, "was never made"),
    (facts.companies, foreign_agent, "names an agent of another company"),
    (facts.companies, foreign_event, "is of two companies"),
    (facts.companies, foreign_caller, "reached another company's conversation"),
    (facts.presence, unknown_presence, "decided by presence that never was"),
    (facts.presence, online_without_a_screen, "is online without any screen"),
    (facts.presence, off_although_heard, "although it was heard"),
]


@pytest.mark.parametrize(("fact", "forge", "told"), CASES)
def test_a_fact_finds_what_was_forged_against_it(fact: Fact, forge: Forging, told: str) -> None:
    wrong = found(fact, forge)

    assert [line for line in wrong if told in line], wrong
