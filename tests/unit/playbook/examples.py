"""Example flows, commands and events of playbooks and visits, by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from contracts.conditions import Condition
from contracts.envelope import Event
from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    Case,
    Choice,
    ConditionCard,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
)
from contracts.ids import derived_id
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    Option,
    PlaybookActivated,
    PlaybookCreated,
    PlaybookPublished,
    Said,
    VisitEnded,
    VisitStarted,
    VisitTakenOver,
)
from contracts.privacy import Privacy
from services.playbook.commands.visit import GiveAnswer, GiveDetail, Offer, StartVisit, VisitCommand
from services.playbook.decider.visit import DECIDER
from services.playbook.template import flow_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=20)
AGENT, OTHER_AGENT = derived_id("agent", 1), derived_id("agent", 2)
PLAYBOOK = derived_id("playbook")
VISIT, VISITOR = derived_id("visit"), derived_id("visitor")
REQUEST = derived_id("request", VISIT, 2)
CONVERSATION = derived_id("conversation", REQUEST)
TEMPLATE = flow_of("live_chat")

end = EndCard(text="Bye.")


def question(text: str = "Which?", **choices: str) -> QuestionCard:
    """A question whose choices are named like their labels."""
    offered = tuple(Choice(choice_id=id_, label=id_.title(), next=next_) for id_, next_ in choices.items())
    return QuestionCard(text=text, choices=offered)


def message(next_: str, text: str = "Well.") -> MessageCard:
    """A message that goes on."""
    return MessageCard(text=text, next=next_)


def capture(field: Any, next_: str) -> CaptureCard:
    """A capture card."""
    return CaptureCard(text=f"Your {field}?", field=field, retry_text=f"No {field}.", next=next_)


def free(type_: Any = "text", key: str = "size", next_: str = "end") -> CaptureCard:
    """A capture card of a free field; one of type choice takes blue and dark blue."""
    return CaptureCard(
        text=f"Your {key}?",
        field="free",
        key=key,
        label=key.title(),
        type=type_,
        options=("Blue", "Dark blue") if type_ == "choice" else (),
        retry_text=f"No {key}.",
        next=next_,
    )


def person(offline_flow: str, text: str = "Coming.") -> LiveChatCard:
    """A Live Chat card."""
    return LiveChatCard(
        online_message=text, wait_time_s=60, offline_message="Nobody.", offline_flow=offline_flow
    )


def condition(when: Condition, next_: str, otherwise: str) -> ConditionCard:
    """A condition card of one case with one condition."""
    return ConditionCard(cases=(Case(when=(when,), next=next_),), otherwise=otherwise)


def flow(start: str, **cards: Card) -> Flow:
    """A flow of cards by name."""
    return Flow(start=start, cards=cards)


# Everything that a walk can meet: a way back, a second way to a person out of the offline flow, both verdicts.
LONG = flow(
    "menu",
    menu=question(more="hello", chat="chat", leave="end", stay="menu"),
    hello=message("poor"),
    poor=QualifyCard(qualified=False, next="phone"),
    phone=capture("phone", "menu"),
    chat=person("sorry"),
    sorry=message("deal"),
    deal=ActionCard(follow_up="deal", next="again"),
    again=question(again="chat", mail="email", leave="end"),
    email=capture("email", "rich"),
    rich=QualifyCard(qualified=True, next="lead"),
    lead=ActionCard(follow_up="lead", next="again"),
    end=end,
)

start_visit = StartVisit(
    visit_id=VISIT,
    visitor_id=VISITOR,
    playbook_id=PLAYBOOK,
    offer=Offer(1, TEMPLATE),
    pages=("https://www.example.com/prices",),
    locale="en-GB",
    at=AT,
)

_visit: Any = {"at": AT, "visit_id": VISIT, "visitor_id": VISITOR}
_request: Any = {"request_id": REQUEST, "conversation_id": CONVERSATION}

started = VisitStarted(
    **_visit, playbook_id=PLAYBOOK, published=1, pages=("https://www.example.com/prices",), locale="en-GB"
)
welcomed = CardShown(
    **_visit,
    card_id="welcome",
    kind="question",
    arrival=1,
    text="Hi there! How can we help you?",
    options=(
        Option(choice_id="chat", label="Chat with us"),
        Option(choice_id="browse", label="Just browsing"),
    ),
)
chose_chat = AnswerGiven(**_visit, card_id="welcome", arrival=1, choice_id="chat", label="Chat with us")
asked = LiveChatRequested(
    **_visit,
    **_request,
    playbook_id=PLAYBOOK,
    card_id="live_chat",
    online_message="Thanks! We are looking for somebody who can help you.",
    wait_time_s=60,
    offline_message="Sorry, everybody is busy at the moment.",
    walk=(
        Said(by="bot", text="Hi there! How can we help you?", card_id="welcome"),
        Said(by="visitor", text="Chat with us", card_id="welcome"),
    ),
)
waiting = (started, welcomed, chose_chat, asked)
opened = LiveChatStarted(**_visit, **_request)
taken_over = VisitTakenOver(**_visit, conversation_id=CONVERSATION, agent_id=AGENT)
closed = VisitEnded(**_visit, reason="conversation_closed", conversation_id=CONVERSATION)


def offline(reason: Any) -> OfflineFlowStarted:
    """The offline flow began."""
    return OfflineFlowStarted(**_visit, **_request, reason=reason, card_id="live_chat")


def shown(card_id: str, arrival: int, conversation_id: str | None = None) -> CardShown:
    """A card of the template was shown."""
    card = TEMPLATE.cards[card_id]
    assert isinstance(card, MessageCard | CaptureCard | EndCard)
    return CardShown(
        **_visit,
        card_id=card_id,
        kind=card.kind,
        arrival=arrival,
        text=card.text,
        field=card.field if isinstance(card, CaptureCard) else None,
        conversation_id=conversation_id,
    )


def first_offline_run(conversation_id: str | None = None) -> tuple[CardShown, CardShown]:
    """What the template's offline flow shows until it waits for the visitor's name."""
    return shown("leave_details", 2, conversation_id), shown("name", 3, conversation_id)


created = PlaybookCreated(
    at=AT, playbook_id=PLAYBOOK, name="Home page", template="live_chat", flow=TEMPLATE, by=AGENT
)
published = PlaybookPublished(at=AT, playbook_id=PLAYBOOK, published=1, flow=TEMPLATE, by=AGENT)
activated = PlaybookActivated(at=AT, playbook_id=PLAYBOOK, by=AGENT)


class Played:
    """A visit played command by command through one flow."""

    def __init__(self, flow_: Flow, privacy: Privacy | None = None) -> None:
        self.flow, self.state, self.told = flow_, DECIDER.initial, list[Event]()
        self.do(replace(start_visit, offer=Offer(1, flow_, privacy=privacy)))

    def do(self, command: VisitCommand) -> list[Event]:
        """Carries the command out; answers its events. Raises Refused."""
        events = list(DECIDER.decide(command, self.state))
        self.state = reduce(DECIDER.evolve, events, self.state)
        self.told += events
        return events

    def answer(self, card_id: str, choice_id: str) -> list[Event]:
        """Picks a choice."""
        return self.do(GiveAnswer(card_id=card_id, choice_id=choice_id, flow=self.flow, at=AT))

    def detail(self, card_id: str, value: str) -> list[Event]:
        """Gives a detail."""
        return self.do(GiveDetail(card_id=card_id, value=value, flow=self.flow, at=AT))
