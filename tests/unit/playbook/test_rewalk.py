"""A past visit walked again comes to what the decider comes to, in its own flow and in any other."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.conditions import CapturedIs, HoursAre, LocaleIs, PageIs, SomebodyOnline, UtmIs, VisitorReturns
from contracts.consent import ConsentGiven
from contracts.deciding import AgentSeen
from contracts.envelope import Event, Metadata, Recorded
from contracts.flow import Case, ConditionCard, Flow
from contracts.hours import HoursSeen
from contracts.playbook import LiveChatRequested, PageViewed
from contracts.privacy import Privacy
from services.chassis.decider import Refused
from services.chassis.models import Key, Rows
from services.chassis.ports import Row
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    Facts,
    GiveAnswer,
    GiveConsent,
    GiveDetail,
    NoDecision,
    Offer,
    OpenLiveChat,
    TakeOver,
    ViewPage,
)
from services.playbook.decider.past import Moment, Outcome, Past, Reply, Request, outcome_of, past_of
from services.playbook.decider.rewalk import FACTS_ASKED, plan_of, rewalked
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from services.playbook.projections.history import MODELS
from tests.proof import count
from tests.unit.playbook.examples import AGENT, AT, VISIT, Played, start_visit
from tests.unit.playbook.test_walk_properties import CARDS, DETAILS, FLOWS, STEPS, step_on
from tests.unit.playbook.world import WORKSPACE

(MODEL,) = MODELS
SEARCHED = settings(max_examples=count(2_000))
PAGES = ("https://a.example/", "https://a.example/prices", "https://a.example/?utm_source=ads")
CONDITIONS = (
    CapturedIs(field="name", compare="known"),
    PageIs(compare="contains", value="prices"),
    UtmIs(parameter="source", compare="known"),
    LocaleIs(locales=("pt",)),
    HoursAre(),
    SomebodyOnline(),
    VisitorReturns(),
)
ASKS = Privacy(text="We keep your name.", asks=True)
WHY = {
    "no_such_choice": "choice_gone",
    "detail_not_valid": "value_not_valid",
    "live_chat_open": "person_asked_twice",
    "walk_too_long": "walk_too_long",
}


def asking(flow: Flow) -> Flow:
    """The flow, whose condition cards ask one thing each."""
    cards = dict(flow.cards)
    for place, (card_id, card) in enumerate(flow.cards.items()):
        if isinstance(card, ConditionCard):
            when = (CONDITIONS[(place + len(cards)) % len(CONDITIONS)],)
            cards[card_id] = card.model_copy(update={"cases": (Case(when=when, next=card.cases[0].next),)})
    return Flow(start=flow.start, cards=cards)


ASKING = FLOWS.map(asking)


def kept(events: Iterable[Event]) -> Row:
    """The row of a visit in which all of this has happened."""
    found: dict[Key, Row | None] = {}
    metadata = Metadata(WORKSPACE, "c", "r", "a", "service:test")
    for event in events:
        recorded = Recorded(event, "e", event.TYPE, f"visit-{VISIT}", 1, metadata)
        rows = Rows({key: found.get(key) for key in MODEL.touches(recorded)})
        MODEL.project(rows, recorded)
        found |= rows.changed
    (row,) = found.values()
    assert row is not None
    return row


@SEARCHED
@given(
    ASKING,
    st.sampled_from([None, ASKS]),
    st.lists(st.tuples(st.sampled_from([*STEPS, "page", "agree"]), st.integers(0, 20)), max_size=30),
)
def test_in_its_own_flow_everything_comes_as_it_came(
    flow: Flow, privacy: Privacy | None, steps: list[tuple[str, int]]
) -> None:
    played = Played(flow, privacy)
    for step, pick in steps:
        try:
            if step == "page":
                played.do(ViewPage(url=PAGES[pick % len(PAGES)], at=AT))
            elif step == "agree":
                played.do(GiveConsent(at=AT))
            else:
                step_on(played, step, pick)
        except Refused:
            continue
    past = past_of(kept(played.told), returning=None)

    assert rewalked(plan_of(flow), past) == past.became


class ByTheDecider:
    """A past visit's inputs, given to the decider one by one."""

    def __init__(self, flow: Flow, past: Past) -> None:
        self.flow, self.past = flow, past
        self.left, self.requests = list(past.order), 0
        self.replies = {card_id: list(replies) for card_id, replies in past.answers.items()}
        self.told, self.state = list[Event](), DECIDER.initial
        begins = past.begins
        pages = tuple(page for page in (begins.landing, begins.page) if page)
        begin = replace(start_visit, offer=Offer(1, flow, privacy=ASKS), pages=pages, locale=past.locale)
        self.do(replace(begin, facts=begins.facts))

    def do(self, command: Any) -> None:
        events = list(DECIDER.decide(command, self.state))
        self.state = reduce(DECIDER.evolve, events, self.state)
        self.told += events

    def outcome(self, stuck: str | None = None) -> Outcome:
        became = outcome_of(kept(self.told)["became"])
        return replace(became, ended="stuck", reason=stuck) if stuck else became

    def goes_to(self, moment: Moment) -> None:
        for page in (moment.landing, moment.page):
            if page:
                self.do(ViewPage(url=page, at=AT))

    def walk(self) -> Outcome:
        try:
            while True:
                visit = self.state
                assert isinstance(visit, Visit)
                if visit.waiting is not None:
                    gone = self.reply(visit.waiting.card_id, visit.waiting.arrival)
                elif isinstance(self.last(), LiveChatRequested):
                    gone = self.news(visit)
                else:
                    return self.ends(visit)
                if gone is not None:
                    return self.outcome(gone) if gone else self.ends(visit)
        except Refused as refused:
            return self.outcome(WHY[refused.code])

    def last(self) -> Event:
        beside = PageViewed | ConsentGiven
        return next(event for event in reversed(self.told) if not isinstance(event, beside))

    def ends(self, visit: Visit) -> Outcome:
        request = self.request()
        if request and visit.live_chat:
            conversation_id = visit.live_chat.conversation_id
            if request.taken:
                self.do(TakeOver(conversation_id=conversation_id, agent_id=AGENT, at=AT))
            if request.closed:
                self.do(CloseVisit(conversation_id=conversation_id, at=AT))
        return self.outcome()

    def request(self) -> Request | None:
        return self.past.requests[self.requests - 1] if self.requests else None

    def reply(self, card_id: str, arrival: int) -> str | None:
        """None where the walk goes on; "" where the visitor said no more; else why it cannot."""
        card, replies = self.flow.cards[card_id], self.replies.get(card_id, [])
        request = self.request()
        if not replies:
            over = not self.left or (request is not None and (request.taken or request.closed))
            return "" if over else "never_answered" if self.left[0] in self.flow.cards else "card_gone"
        reply = replies.pop(0)
        self.left.remove(card_id)
        if (card.kind == "question") != (reply.choice_id is not None):
            return "kind_changed"
        self.goes_to(reply.moment)
        given: Any = {"card_id": card_id, "flow": self.flow, "at": AT, "arrival": arrival}
        given["facts"] = reply.moment.facts
        if reply.choice_id is not None:
            self.do(GiveAnswer(choice_id=reply.choice_id, **given))
        else:
            # Who gave a detail then had agreed, or was not asked, and would agree now.
            self.do(GiveConsent(at=AT))
            self.do(GiveDetail(value=reply.value or "", **given))
        return None

    def news(self, visit: Visit) -> str | None:
        assert visit.live_chat is not None
        self.requests += 1
        if self.requests > len(self.past.requests):
            return "no_person_asked_then"
        request, request_id = self.past.requests[self.requests - 1], visit.live_chat.request_id
        moment = request.moment or self.past.begins
        self.goes_to(moment)
        run: Any = {"request_id": request_id, "flow": self.flow, "at": AT, "facts": moment.facts}
        match request.offline:
            case "nobody_online":
                self.do(DeclineLiveChat(too_old=False, **run))
            case "wait_expired":
                self.do(OpenLiveChat(request_id=request_id, at=AT))
                self.do(ExpireWait(**run))
            case "no_decision":
                self.do(NoDecision(at=AT))
                if request.opened:
                    self.do(OpenLiveChat(request_id=request_id, at=AT))
                if request.declined:
                    self.do(DeclineLiveChat(too_old=False, **run))
                if request.moment is None:
                    return ""
                self.do(ContinueWalk(**run))
            case _:
                return ""
        return None


@st.composite
def moments(draw: Any) -> Moment:
    page = draw(st.sampled_from(PAGES))
    landing = page if "utm" in page else draw(st.sampled_from([None, PAGES[2]]))
    told = {fact: draw(st.booleans()) for fact in sorted(FACTS_ASKED)}
    hours = HoursSeen(open=told["hours"], revision=0)
    online = (AgentSeen(agent_id=AGENT, version=1),) if told["online"] else ()
    return Moment(page, landing, told, Facts(hours=hours, online=online, returning=told["returning"]))


@st.composite
def requests(draw: Any) -> Request:
    offline = draw(st.sampled_from([None, "nobody_online", "nobody_online", "wait_expired", "no_decision"]))
    unwalked = offline is None or (offline == "no_decision" and draw(st.booleans()))
    declined = offline == "nobody_online" or (offline == "no_decision" and draw(st.booleans()))
    taken, closed = (draw(st.booleans()), draw(st.booleans())) if not declined else (False, False)
    opened = offline == "wait_expired" or (not declined and draw(st.booleans()))
    return Request(offline, None if unwalked else draw(moments()), declined, opened, taken, closed)


@st.composite
def pasts(draw: Any) -> Past:
    """Whatever may have been answered in some other flow."""
    past = Past(VISIT, draw(st.sampled_from(["en", "pt-BR"])), {}, draw(moments()), Outcome("left", None))
    for place in draw(st.lists(st.integers(0, CARDS + 1), max_size=20)):
        card_id, moment = f"c{place}", draw(moments())
        choice = draw(st.sampled_from(["a", "b", "c", "d", None, None]))
        value = draw(st.sampled_from(DETAILS)) if choice is None else None
        past.answers.setdefault(card_id, []).append(Reply(choice, value, moment))
        past.order.append(card_id)
    past.requests = draw(st.lists(requests(), max_size=4))
    return past


def landing_last(past: Past) -> Past:
    """The same with a landing page that stays until another one comes, as it does."""
    landing = past.begins.landing
    told = [reply.moment for replies in past.answers.values() for reply in replies]
    told += [request.moment for request in past.requests if request.moment]
    for moment in told:
        moment.landing = landing
        moment.page = PAGES[1] if moment.page == PAGES[2] else moment.page
    return past


@SEARCHED
@given(ASKING, pasts().map(landing_last))
def test_in_another_flow_it_comes_to_what_the_decider_comes_to(flow: Flow, past: Past) -> None:
    wanted = ByTheDecider(flow, past).walk()

    got = rewalked(plan_of(flow), past)

    if wanted.ended == "stuck":
        assert (got.ended, got.card_id, got.reason) == (wanted.ended, wanted.card_id, wanted.reason)
    else:
        assert got == wanted
