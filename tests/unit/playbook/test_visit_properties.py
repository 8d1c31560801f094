"""What holds for every visit, whatever is asked of it and in whatever order."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.flow import CaptureCard, QuestionCard
from contracts.ids import derived_id
from contracts.personal import decode, encode
from contracts.playbook import (
    CardShown,
    FollowUpRequested,
    LiveChatRequested,
    OfflineFlowStarted,
    VisitEnded,
    VisitTakenOver,
)
from services.chassis.decider import Refused
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    GiveAnswer,
    GiveDetail,
    NoDecision,
    OpenLiveChat,
    TakeOver,
    VisitCommand,
)
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from tests.unit.playbook.examples import AGENT, AT, LONG, VISIT, Played

REQUESTS = [derived_id("request", VISIT, place) for place in range(2, 6)]
CONVERSATIONS = [derived_id("conversation", request_id) for request_id in REQUESTS]

_answers = [
    GiveAnswer(card_id=card_id, choice_id=choice.choice_id, flow=LONG, at=AT)
    for card_id, card in LONG.cards.items()
    if isinstance(card, QuestionCard)
    for choice in card.choices
]
_details = [
    GiveDetail(card_id=card_id, value=value, flow=LONG, at=AT)
    for card_id, card in LONG.cards.items()
    if isinstance(card, CaptureCard)
    for value in ("ada@example.com", "+44 20 7946 0018", "?")
]
_requests, _conversations = st.sampled_from(REQUESTS), st.sampled_from(CONVERSATIONS)
_news: st.SearchStrategy[VisitCommand] = st.one_of(
    st.builds(OpenLiveChat, request_id=_requests, at=st.just(AT)),
    st.builds(
        DeclineLiveChat, request_id=_requests, too_old=st.booleans(), flow=st.just(LONG), at=st.just(AT)
    ),
    st.builds(ExpireWait, request_id=_requests, flow=st.just(LONG), at=st.just(AT)),
    st.builds(ContinueWalk, request_id=_requests, flow=st.just(LONG), at=st.just(AT)),
    st.just(NoDecision(at=AT)),
    st.builds(TakeOver, conversation_id=_conversations, agent_id=st.just(AGENT), at=st.just(AT)),
    st.builds(CloseVisit, conversation_id=_conversations, at=st.just(AT)),
)
# Most visitors of a chat want to chat: an answer that asks for a person comes as often as all others together.
_chat = [answer for answer in _answers if answer.choice_id in ("chat", "again")]
_visitor: st.SearchStrategy[VisitCommand] = st.one_of(
    st.sampled_from(_chat), st.sampled_from([*_answers, *_details])
)
histories = st.lists(st.one_of(_visitor, _news), max_size=25)


def exact(command: VisitCommand, state: object) -> VisitCommand:
    """An answer as a widget sends it: for the card that waits now."""
    if isinstance(command, GiveAnswer | GiveDetail) and isinstance(state, Visit) and state.waiting:
        return replace(command, arrival=state.waiting.arrival)
    return command


def played(history: list[VisitCommand]) -> list[Event]:
    visit, events = Played(LONG), list[Event]()
    for command in history:
        try:
            events += visit.do(exact(command, visit.state))
        except Refused:
            continue
    return events


@given(histories)
def test_any_accepted_command_may_be_retried(history: list[VisitCommand]) -> None:
    visit = Played(LONG)
    for command in history:
        sent = exact(command, visit.state)
        try:
            visit.do(sent)
        except Refused:
            continue

        assert visit.do(sent) == []


@given(histories)
def test_after_an_agent_took_over_or_the_walk_ended_the_bot_is_silent(history: list[VisitCommand]) -> None:
    events = played(history)
    ends = [place for place, event in enumerate(events) if isinstance(event, VisitTakenOver | VisitEnded)]

    spoken = [event for event in events[min(ends, default=len(events)) :] if isinstance(event, CardShown)]

    assert spoken == []


@given(histories)
def test_each_request_has_one_offline_flow_at_most_and_an_id_of_its_own(history: list[VisitCommand]) -> None:
    events = played(history)
    requests = Counter(event.request_id for event in events if isinstance(event, LiveChatRequested))
    flows = Counter(event.request_id for event in events if isinstance(event, OfflineFlowStarted))

    assert max(requests.values(), default=1) == 1
    assert max(flows.values(), default=1) == 1
    assert flows.keys() <= requests.keys()


@given(histories)
def test_arrivals_count_the_cards_shown_and_follow_ups_are_told_apart(history: list[VisitCommand]) -> None:
    events = played(history)
    arrivals = [event.arrival for event in events if isinstance(event, CardShown)]
    follow_ups = [(event.card_id, event.arrival) for event in events if isinstance(event, FollowUpRequested)]

    assert arrivals == list(range(2, len(arrivals) + 2))
    assert len(follow_ups) == len(set(follow_ups))


@given(histories)
def test_a_state_survives_its_snapshot(history: list[VisitCommand]) -> None:
    visit = Played(LONG)
    for command in history:
        try:
            visit.do(exact(command, visit.state))
        except Refused:
            continue

    assert isinstance(visit.state, Visit)
    assert decode(Visit, encode(visit.state)) == visit.state
    assert DECIDER.subject(visit.state) == visit.state.visitor_id
