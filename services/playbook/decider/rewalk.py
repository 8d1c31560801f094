"""A past visit walked again through a flow: the walk of services.playbook.decider.walk without its events.

Thousands of visits are walked while somebody waits. That both walks come to the same is proven over drawn flows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    ConditionCard,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
)
from services.playbook.cards import valid_detail
from services.playbook.decider.answers import CARDS_SHOWN_MAX
from services.playbook.decider.conditions import decided
from services.playbook.decider.outside import note_of
from services.playbook.decider.past import Moment, Outcome, Past, Reply

FACTS_ASKED = frozenset({"hours", "online", "returning"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A flow, and which of its condition cards ask for facts that a past visit may not tell."""

    flow: Flow
    asks: Mapping[str, frozenset[str]]


def plan_of(flow: Flow) -> Plan:
    """The flow, ready for many walks."""
    asks = {
        card_id: frozenset(condition.of for case in card.cases for condition in case.when) & FACTS_ASKED
        for card_id, card in flow.cards.items()
        if isinstance(card, ConditionCard)
    }
    return Plan(flow, asks)


def rewalked(plan: Plan, past: Past) -> Outcome:
    """What becomes of the visit in this flow, where the visitor answers each card as they did.

    It is stuck where they never answered a card that asks, though they said more, where an answer no longer fits, and
    where nobody knows what would have been.
    """
    return _Walk(plan, past).to_its_end()


class _Stuck(Exception):
    def __init__(self, card_id: str, reason: str) -> None:
        super().__init__(reason)
        self.card_id, self.reason = card_id, reason


@dataclass(slots=True)
class _Noted:
    """What a run notes; a run that is refused takes it all back."""

    shown: int = 0
    card_id: str | None = None
    asked_at: str | None = None
    offline: str | None = None
    qualified: bool | None = None
    follow_ups: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "_Noted":
        return _Noted(
            self.shown, self.card_id, self.asked_at, self.offline, self.qualified, dict(self.follow_ups)
        )


class _Refused(Exception):
    pass


class _Walk:
    """One visit on its way; it is a conditions.Asked as well."""

    __slots__ = (
        "_at",
        "_details",
        "_noted",
        "_past",
        "_plan",
        "_requests",
        "_used",
        "landing",
        "locale",
        "page",
    )

    def __init__(self, plan: Plan, past: Past) -> None:
        self._plan, self._past = plan, past
        self._noted, self._details = _Noted(), dict(past.known)
        self._used: dict[str, int] = {}
        self._requests = 0
        self._at: Card | None = None
        self.locale, self.page, self.landing = past.locale, past.begins.page, past.begins.landing

    def detail(self, name: str) -> str | None:
        return self._details.get(name)

    def to_its_end(self) -> Outcome:
        """Run by run, until nothing goes on."""
        try:
            self._run(self._plan.flow.start, self._past.begins)
            while self._goes_on():
                pass
        except _Stuck as stuck:
            return self._outcome("stuck", stuck.card_id, stuck.reason)
        ended = "end_card" if isinstance(self._at, EndCard) else self._ended_elsewhere() or "left"
        return self._outcome(ended, self._noted.card_id)

    def _outcome(self, ended: str, card_id: str | None, reason: str | None = None) -> Outcome:
        noted = self._noted
        follow_ups = tuple(sorted(noted.follow_ups.items()))
        return Outcome(ended, card_id, noted.asked_at, noted.offline, noted.qualified, follow_ups, reason)

    def _ended_elsewhere(self) -> str | None:
        """How an agent, or the end of the conversation, ended the visit."""
        if not 0 < self._requests <= len(self._past.requests):
            return None
        request = self._past.requests[self._requests - 1]
        return "taken_over" if request.taken else "conversation_closed" if request.closed else None

    def _goes_on(self) -> bool:
        """One more run from where the visit stands; whether there was one."""
        match self._at:
            case QuestionCard() | CaptureCard() as card:
                return self._answers(card)
            case LiveChatCard() as card:
                return self._nobody_comes(card)
            case _:
                return False

    def _answers(self, card: QuestionCard | CaptureCard) -> bool:
        card_id = self._noted.card_id or ""
        reply = self._reply_to(card_id)
        if reply is None:
            return False
        before, known = self._noted.copy(), dict(self._details)
        next_ = self._fits(card_id, card, reply)
        try:
            self._run(next_, reply.moment)
        except _Refused:
            self._noted, self._details = before, known
            raise _Stuck(card_id, "person_asked_twice") from None
        if self._noted.shown > CARDS_SHOWN_MAX:
            self._noted, self._details = before, known
            raise _Stuck(card_id, "walk_too_long")
        return True

    def _reply_to(self, card_id: str) -> Reply | None:
        """The visitor's next answer to this card; None where they said nothing more."""
        replies, used = self._past.answers.get(card_id, ()), self._used.get(card_id, 0)
        if used < len(replies):
            self._used[card_id] = used + 1
            return replies[used]
        if sum(self._used.values()) < len(self._past.order) and self._ended_elsewhere() is None:
            raise _Stuck(card_id, "card_gone" if self._first_unused_is_gone() else "never_answered")
        return None

    def _first_unused_is_gone(self) -> bool:
        passed: dict[str, int] = {}
        for card_id in self._past.order:
            passed[card_id] = passed.get(card_id, 0) + 1
            if passed[card_id] > self._used.get(card_id, 0):
                return card_id not in self._plan.flow.cards
        return False

    def _fits(self, card_id: str, card: QuestionCard | CaptureCard, reply: Reply) -> str:
        """Where the answer leads."""
        if isinstance(card, QuestionCard):
            if reply.choice_id is None:
                raise _Stuck(card_id, "kind_changed")
            for choice in card.choices:
                if choice.choice_id == reply.choice_id:
                    return choice.next
            raise _Stuck(card_id, "choice_gone")
        if reply.value is None:
            raise _Stuck(card_id, "kind_changed")
        value = valid_detail(card, reply.value)
        if value is None:
            raise _Stuck(card_id, "value_not_valid")
        self._details[card.captures] = value
        return card.next

    def _nobody_comes(self, card: LiveChatCard) -> bool:
        """The offline flow, where it began in the visit as well."""
        if self._requests > len(self._past.requests):
            raise _Stuck(self._noted.card_id or "", "no_person_asked_then")
        request = self._past.requests[self._requests - 1]
        if request.offline is None:
            return False
        self._noted.offline = request.offline
        if request.moment is None:
            return False
        before = self._noted.copy()
        if request.offline != "wait_expired" and note_of(card, request.moment.facts) is not None:
            self._noted.shown += 1
        try:
            self._run(card.offline_flow, request.moment)
        except _Refused:
            self._noted = before
            raise _Stuck(before.card_id or "", "person_asked_twice") from None
        return True

    def _run(self, card_id: str, moment: Moment) -> None:
        """One run of cards, as walk.walked makes it."""
        cards = self._plan.flow.cards
        self.page, self.landing = moment.page, moment.landing
        self._at = None
        for _ in cards:
            card = cards[card_id]
            match card:
                case MessageCard():
                    self._show(card_id)
                    card_id = card.next
                case QualifyCard():
                    self._noted.qualified = card.qualified
                    card_id = card.next
                case ActionCard():
                    made = self._noted.follow_ups
                    made[card.follow_up] = made.get(card.follow_up, 0) + 1
                    card_id = card.next
                case ConditionCard():
                    if not self._plan.asks[card_id] <= moment.told.keys():
                        raise _Stuck(card_id, "fact_not_known")
                    card_id = decided(card, self, moment.facts)[1]
                case LiveChatCard() if self._missed():
                    self._show(card_id)
                    card_id = card.offline_flow
                case LiveChatCard():
                    self._ask(card_id)
                    self._at = card
                    return
                case _:
                    self._show(card_id)
                    self._at = card
                    return

    def _show(self, card_id: str) -> None:
        self._noted.shown += 1
        self._noted.card_id = card_id

    def _missed(self) -> bool:
        """Whether nobody came in time to a conversation that stayed open."""
        if not 0 < self._requests <= len(self._past.requests):
            return False
        request = self._past.requests[self._requests - 1]
        return request.opened and not request.declined and self._noted.offline is not None

    def _ask(self, card_id: str) -> None:
        # Whatever came of a request before this one had to be known for good, and without a conversation.
        if self._requests and not self._past.requests[self._requests - 1].declined:
            raise _Refused
        self._requests += 1
        self._noted.card_id = self._noted.asked_at = card_id
        self._noted.offline = None
