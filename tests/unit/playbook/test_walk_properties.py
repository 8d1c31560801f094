"""What holds for every flow that may be published: wherever a walk gets to, it waits for somebody or is over."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.conditions import CapturedIs
from contracts.flow import ActionCard, Card, Flow, QualifyCard, QuestionCard, following
from services.chassis.decider import Refused
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    NoDecision,
    OpenLiveChat,
    TakeOver,
    VisitCommand,
)
from services.playbook.decider.problems import problems
from services.playbook.decider.visit_state import LiveChat, Visit
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    Played,
    capture,
    condition,
    end,
    free,
    message,
    person,
    question,
)

CARDS = 8
DETAILS = ("Ada", "ada@example.com", "+55 11 5555 0100", "42", "2026-03-02", "blue", "?")
STEPS = ("answer", "detail", "open", "decline", "too_old", "expire", "undecided", "take", "close")


def card_of(kind: str, place: int, later: int, anywhere: int) -> Card:
    """A card that leads to a later place; a question leads anywhere as well."""
    next_ = f"c{place + 1 + later % (CARDS - 1 - place)}"
    match kind:
        case "message":
            return message(next_)
        case "question":
            return question(a=next_, b=f"c{anywhere}", c=next_)
        case "name" | "email" | "phone" | "company":
            return capture(kind, next_)
        case "text" | "number" | "date" | "choice":
            return free(kind, next_=next_)
        case "person":
            return person(next_)
        case "qualify":
            return QualifyCard(qualified=True, next=next_)
        case "condition":
            return condition(CapturedIs(field="name", compare="known"), f"c{anywhere}", otherwise=next_)
        case "action":
            return ActionCard(follow_up="deal", note="{name}", next=next_)
        case _:
            return end


def drawn(kinds: list[tuple[str, int, int]]) -> Flow:
    """A flow of the cards that its start leads to."""
    cards = {f"c{place}": card_of(kind, place, *to) for place, (kind, *to) in enumerate(kinds)}
    cards[f"c{CARDS - 1}"] = end
    reached, left = {"c0"}, ["c0"]
    while left:
        new = set(following(cards[left.pop()])) - reached
        reached |= new
        left += new
    return Flow(start="c0", cards={name: card for name, card in cards.items() if name in reached})


KINDS = st.sampled_from(
    [
        "message",
        "question",
        "question",
        "person",
        "person",
        "qualify",
        "action",
        "condition",
        "condition",
        "end",
        "name",
        "email",
        "phone",
        "company",
        "text",
        "number",
        "date",
        "choice",
    ]
)
PLACES = st.integers(0, CARDS - 1)
FLOWS = st.lists(st.tuples(KINDS, PLACES, PLACES), min_size=CARDS - 1, max_size=CARDS - 1).map(drawn)


def news(asked: LiveChat, flow: Flow, step: str) -> VisitCommand:
    """What may be heard of a request for a person."""
    at, request_id = AT, asked.request_id
    match step:
        case "open":
            return OpenLiveChat(request_id=request_id, at=at)
        case "decline" | "too_old":
            return DeclineLiveChat(request_id=request_id, too_old=step == "too_old", flow=flow, at=at)
        case "expire":
            return ExpireWait(request_id=request_id, flow=flow, at=at)
        case "take":
            return TakeOver(conversation_id=asked.conversation_id, agent_id=AGENT, at=at)
        case _:
            return CloseVisit(conversation_id=asked.conversation_id, at=at)


def step_on(played: Played, step: str, pick: int) -> None:
    """One thing that a visitor, an agent or a clock may do now."""
    visit = played.state
    assert isinstance(visit, Visit)
    match step:
        case "answer" if visit.waiting:
            card = played.flow.cards[visit.waiting.card_id]
            choices = card.choices if isinstance(card, QuestionCard) else ()
            played.answer(visit.waiting.card_id, choices[pick % len(choices)].choice_id if choices else "a")
        case "detail" if visit.waiting:
            played.detail(visit.waiting.card_id, DETAILS[pick % len(DETAILS)])
        case "undecided":
            # The cards of an offline flow that a timer began follow with a command of their own.
            for _ in played.do(NoDecision(at=AT)):
                asked: Any = visit.live_chat
                played.do(ContinueWalk(request_id=asked.request_id, flow=played.flow, at=AT))
        case _ if visit.live_chat:
            played.do(news(visit.live_chat, played.flow, step))


def rests(visit: Visit) -> bool:
    """Whether it waits for the visitor, for a person, or for nobody any more."""
    asked = visit.live_chat
    waits_for_a_person = asked is not None and not asked.offline and asked.phase in ("asked", "open")
    return visit.waiting is not None or waits_for_a_person or visit.status != "walking"


@given(FLOWS, st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=30))
def test_every_walk_ends_or_waits_for_somebody(flow: Flow, steps: list[tuple[str, int]]) -> None:
    assume(not problems(flow))
    played = Played(flow)
    for step, pick in steps:
        before = played.state
        try:
            step_on(played, step, pick)
        except Refused:
            assert played.state == before

        assert isinstance(played.state, Visit)
        assert rests(played.state)
        assert played.state.resume is None
