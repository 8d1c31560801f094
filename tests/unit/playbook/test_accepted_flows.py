"""What the check accepts: runs are finite, an end is in reach, and nothing is asked or made twice by the flow alone."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from contracts.conditions import CapturedIs
from contracts.envelope import Event
from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    ConditionCard,
    EndCard,
    Flow,
    QuestionCard,
    following,
)
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    FollowUpRequested,
    LiveChatRequested,
)
from services.playbook.commands.visit import (
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    NoDecision,
    OpenLiveChat,
)
from services.playbook.decider.paths import leads_of, reached
from services.playbook.decider.problems import problems
from services.playbook.decider.visit_state import LiveChat, Visit
from tests.proof import count
from tests.unit.playbook.examples import AT, Played, capture, condition, end, message, person, question

SEARCHED = settings(max_examples=count(4_000), suppress_health_check=[HealthCheck.filter_too_much])
"""Most flows that are drawn are refused, and few of the others could go wrong."""
CARDS = 6
GIVEN = {"name": "Ada", "email": "ada@example.com"}
KINDS = st.sampled_from(["message", "name", "email", "condition", "question", "person", "action"])
PLACES = st.integers(1, CARDS - 1)
KNOWN = CapturedIs(field="name", compare="known")
HISTORIES = st.lists(st.integers(0, 3), max_size=12)


def drawn(kinds: list[tuple[str, int, int]]) -> Flow:
    """A small flow in which every card may lead back to any other, of the cards that its start leads to."""
    cards: dict[str, Card] = {f"c{CARDS - 1}": end}
    for place, (kind, later, anywhere) in enumerate(kinds):
        onwards, back = f"c{min(CARDS - 1, place + later)}", f"c{anywhere % CARDS}"
        match kind:
            case "name" | "email":
                card: Card = capture(kind, onwards if anywhere % 2 else back)
            case "condition":
                card = condition(KNOWN, back, otherwise=onwards)
            case "question":
                card = question(a=onwards, b=back)
            case "person":
                card = person(onwards if anywhere % 2 else back)
            case "action":
                card = ActionCard(follow_up="lead", next=onwards)
            case _:
                card = message(onwards)
        cards[f"c{place}"] = card
    flow_ = Flow(start="c0", cards=cards)
    kept = reached(["c0"], leads_of(flow_))
    return Flow(start="c0", cards={card_id: card for card_id, card in cards.items() if card_id in kept})


FLOWS = st.lists(st.tuples(KINDS, PLACES, PLACES), min_size=CARDS - 1, max_size=CARDS - 1).map(drawn)


def conditions(flow: Flow) -> bool:
    """Whether the flow has any."""
    return any(isinstance(card, ConditionCard) for card in flow.cards.values())


def come_to(visit: Played, asked: LiveChat, pick: int) -> None:
    """Nobody comes: nobody is online, nobody takes it in time, or no decision is heard in time, and then one or the
    other."""
    about: Any = {"request_id": asked.request_id, "flow": visit.flow, "at": AT}
    if pick == 1:
        visit.do(OpenLiveChat(request_id=asked.request_id, at=AT))
        visit.do(ExpireWait(**about))
        return
    if pick > 1:
        visit.do(NoDecision(at=AT))
        visit.do(ContinueWalk(**about))
    if pick == 3:
        visit.do(OpenLiveChat(request_id=asked.request_id, at=AT))
    else:
        visit.do(DeclineLiveChat(too_old=False, **about))


def went_on(visit: Played, pick: int, choice_id: str | None = None) -> None:
    """One thing that the visit waits for. Whatever a card offers is taken: a refusal fails the test."""
    state = visit.state
    assert isinstance(state, Visit)
    if state.status == "ended":
        return
    if state.waiting is None:
        assert state.live_chat is not None
        come_to(visit, state.live_chat, pick)
    elif state.waiting.field:
        visit.detail(state.waiting.card_id, GIVEN[state.waiting.field])
    else:
        visit.answer(state.waiting.card_id, choice_id or "ab"[pick % 2])


def told(flow: Flow, picks: list[int]) -> list[Event]:
    """All that happens in a visit that is answered well; whoever is asked for does not come."""
    visit = Played(flow)
    for pick in picks:
        went_on(visit, pick)
    return visit.told


def farness(flow: Flow) -> dict[str, int]:
    """How many cards lie between each card and the nearest end."""
    far = {card_id: 0 for card_id, card in flow.cards.items() if isinstance(card, EndCard)}
    for steps in range(1, len(flow.cards)):
        near = {card_id for card_id, card in flow.cards.items() if far.keys() & set(following(card))}
        far |= dict.fromkeys(near - far.keys(), steps)
    return far


def nearest(flow: Flow, visit: Played) -> str | None:
    """The choice that leads nearest to an end; None where the visit waits for none."""
    state, far = visit.state, farness(flow)
    card = flow.cards[state.waiting.card_id] if isinstance(state, Visit) and state.waiting else None
    if not isinstance(card, QuestionCard):
        return None
    return min(card.choices, key=lambda choice: far[choice.next]).choice_id


@SEARCHED
@given(FLOWS.filter(lambda flow: not problems(flow) and not conditions(flow)), HISTORIES, st.integers(0, 3))
def test_whoever_goes_on_comes_to_an_end(flow: Flow, picks: list[int], news: int) -> None:
    """Whatever was answered before. Only a condition may keep a visitor from the end to which they would go."""
    visit = Played(flow)
    for pick in picks:
        went_on(visit, pick)

    for _ in flow.cards:
        went_on(visit, news, nearest(flow, visit))

    assert isinstance(visit.state, Visit)
    assert visit.state.status == "ended"


@SEARCHED
@given(FLOWS)
def test_an_end_can_be_reached_from_every_card(flow: Flow) -> None:
    assume(not problems(flow))

    for card_id in flow.cards:
        within = {card_id}
        for _ in flow.cards:
            within |= {next_ for known in within for next_ in following(flow.cards[known])}
        assert any(isinstance(flow.cards[known], EndCard) for known in within)


@SEARCHED
@given(FLOWS, HISTORIES)
def test_between_two_inputs_no_card_is_passed_twice(flow: Flow, picks: list[int]) -> None:
    assume(not problems(flow))
    passed = list[str]()
    for event in told(flow, picks):
        if isinstance(event, AnswerGiven | DetailCaptured | LiveChatRequested):
            passed = []
        elif (card_id := getattr(event, "card_id", None)) and not isinstance(event, LiveChatRequested):
            passed += [card_id] if event.TYPE != "playbook.offline_flow_started.v1" else []
        assert len(passed) == len(set(passed)) <= len(flow.cards)


@SEARCHED
@given(FLOWS, HISTORIES)
def test_nothing_is_asked_again_after_an_answer_unless_the_visitor_chose_so(
    flow: Flow, picks: list[int]
) -> None:
    assume(not problems(flow))
    answered = set[str]()
    for event in told(flow, picks):
        match event:
            case AnswerGiven():
                answered = set()  # The visitor chose: whatever comes now, they led to it.
            case DetailCaptured(card_id=card_id):
                answered.add(card_id)
            case CardShown(card_id=card_id):
                assert card_id not in answered


def guarded(flow: Flow) -> Flow:
    """The flow with a condition before each capture card, which passes it over where its detail is known."""
    cards: dict[str, Card] = {}
    for card_id, card in flow.cards.items():
        if isinstance(card, CaptureCard):
            known = CapturedIs(field=card.captures, compare="known")
            cards[card_id] = condition(known, card.next, otherwise=f"{card_id}-asked")
            cards[f"{card_id}-asked"] = card
        else:
            cards[card_id] = card
    return Flow(start=flow.start, cards=cards)


@SEARCHED
@given(FLOWS.map(guarded), HISTORIES)
def test_behind_a_condition_no_detail_is_asked_for_twice_by_whichever_card(
    flow: Flow, picks: list[int]
) -> None:
    assume(not problems(flow))
    known = set[str | None]()
    for event in told(flow, picks):
        match event:
            case DetailCaptured(field=field):
                known.add(field)
            case CardShown(field=field):
                assert field is None or field not in known


def test_of_two_cards_that_ask_for_one_thing_both_ask_unless_a_condition_says_otherwise() -> None:
    twice = Flow(
        start="first",
        cards={"first": capture("email", "second"), "second": capture("email", "end"), "end": end},
    )
    asked = [event.card_id for event in told(twice, [0, 0]) if isinstance(event, CardShown)]
    asked_once = [event.card_id for event in told(guarded(twice), [0, 0]) if isinstance(event, CardShown)]

    assert asked == ["first", "second", "end"]
    assert asked_once == ["first-asked", "end"]


@SEARCHED
@given(FLOWS, HISTORIES)
def test_each_arrival_at_an_action_card_has_an_identity_of_its_own(flow: Flow, picks: list[int]) -> None:
    assume(not problems(flow))
    events = told(flow, picks)

    made = Counter((one.card_id, one.arrival) for one in events if isinstance(one, FollowUpRequested))

    assert max(made.values(), default=1) == 1
