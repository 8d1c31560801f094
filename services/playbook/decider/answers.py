"""What the visitor does in a visit: start it, pick a choice, agree, give a detail, look at a page."""

from collections.abc import Sequence

from contracts.consent import ConsentGiven
from contracts.flow import CaptureCard, QuestionCard
from contracts.playbook import AnswerGiven, DetailCaptured, PageViewed, VisitEvent, VisitStarted
from services.chassis.decider import NotFound, Refused
from services.playbook.cards import valid_detail
from services.playbook.commands.visit import GiveAnswer, GiveConsent, GiveDetail, StartVisit, ViewPage
from services.playbook.decider.unfinished import unfinished_at
from services.playbook.decider.visit_state import Visit, VisitState, Waiting, evolve
from services.playbook.decider.walk import after, heading, walked

CARDS_SHOWN_MAX = 200
PAGES_VIEWED_MAX = 500

Events = Sequence[VisitEvent]


class NotValid(Refused):
    """What the visitor gave is not what the card asks for; `retry_text` is what the bot says to that."""

    status = 422

    def __init__(self, card: CaptureCard) -> None:
        super().__init__("detail_not_valid", card.retry_text, field=card.captures, retry_text=card.retry_text)


def start(c: StartVisit, state: VisitState) -> Events:
    """The first run of the version that the playbook offers now."""
    if isinstance(state, Visit):
        return _started_before(c, state)
    if c.offer is None:
        raise Refused("playbook_not_active", "This playbook takes no visits.")
    started = VisitStarted(
        at=c.at,
        visit_id=c.visit_id,
        visitor_id=c.visitor_id,
        playbook_id=c.playbook_id,
        published=c.offer.published,
        pages=c.pages,
        locale=c.locale,
        identified=c.known is not None,
        known=c.known or (),
        chosen=c.chosen,
        unfinished=c.offer.unfinished,
        privacy=c.offer.privacy,
    )
    visit = evolve(state, started)
    assert isinstance(visit, Visit)
    return [started, *walked(visit, c.offer.flow, c.offer.flow.start, c.at, c.facts)]


def _started_before(c: StartVisit, visit: Visit) -> Events:
    if c.visitor_id != visit.visitor_id:
        raise NotFound("visit")
    return []


def give_answer(c: GiveAnswer, visit: Visit) -> Events:
    """The answer, and the run to which its choice leads."""
    if _is_repeat(visit, c, c.choice_id):
        return []
    waiting = _waiting(visit, c)
    card = c.flow.cards.get(c.card_id)
    if not isinstance(card, QuestionCard):
        raise Refused("wrong_kind_of_answer", "This card does not offer choices.")
    choice = next((choice for choice in card.choices if choice.choice_id == c.choice_id), None)
    if choice is None:
        raise Refused("no_such_choice", "The question does not offer this choice.")
    answer = AnswerGiven(
        **heading(visit, c.at),
        card_id=c.card_id,
        arrival=waiting.arrival,
        choice_id=c.choice_id,
        label=choice.label,
        conversation_id=visit.conversation_id,
        unfinished_at=unfinished_at(visit, c.at),
    )
    return _answered(visit, answer, c, choice.next)


def give_detail(c: GiveDetail, visit: Visit) -> Events:
    """The detail in the form in which it is kept, and the run that follows; refused in the card's own words."""
    card = c.flow.cards.get(c.card_id)
    value = valid_detail(card, c.value) if isinstance(card, CaptureCard) else None
    if value is not None and _is_repeat(visit, c, value):
        return []
    waiting = _waiting(visit, c)
    if visit.consent == "needed":
        raise Refused("consent_needed", "Agree first to what is told of personal data.")
    if not isinstance(card, CaptureCard):
        raise Refused("wrong_kind_of_answer", "This card does not ask for a detail.")
    if value is None:
        raise NotValid(card)
    captured = DetailCaptured(
        **heading(visit, c.at),
        card_id=c.card_id,
        arrival=waiting.arrival,
        field=card.captures,
        label=card.label,
        value=value,
        conversation_id=visit.conversation_id,
        unfinished_at=unfinished_at(visit, c.at, card.captures),
    )
    return _answered(visit, captured, c, card.next)


def give_consent(c: GiveConsent, visit: Visit) -> Events:
    """The consent, once, to the text with which the visit began."""
    if visit.asks is None:
        raise Refused("no_consent_asked", "This visit asks for no consent.")
    if visit.consent == "given":
        return []
    return [ConsentGiven(**heading(visit, c.at), text_sha256=visit.asks)]


def view_page(c: ViewPage, visit: Visit) -> Events:
    """The page, where it is another than before. A visit that is over, or saw very many, notes no more."""
    if visit.status == "ended" or visit.page == c.url or visit.pages_viewed >= PAGES_VIEWED_MAX:
        return []
    return [PageViewed(**heading(visit, c.at), url=c.url)]


def _is_repeat(visit: Visit, c: GiveAnswer | GiveDetail, given: str) -> bool:
    """Whether this is the last answer once more. Without `arrival`, a card that waits again is answered anew."""
    last = visit.answered
    if last is None or (last.card_id, last.given) != (c.card_id, given):
        return False
    return not _waits(visit.waiting, c) if c.arrival is None else c.arrival == last.arrival


def _waits(waiting: Waiting | None, c: GiveAnswer | GiveDetail) -> bool:
    return waiting is not None and waiting.card_id == c.card_id and c.arrival in (None, waiting.arrival)


def _waiting(visit: Visit, c: GiveAnswer | GiveDetail) -> Waiting:
    if visit.status == "taken_over":
        raise Refused("agent_took_over", "An agent has taken over: write to them instead.")
    if visit.waiting is None or not _waits(visit.waiting, c):
        raise Refused("not_waiting_for_this_card", "This card does not wait for an answer.")
    return visit.waiting


def _answered(
    visit: Visit, answer: AnswerGiven | DetailCaptured, c: GiveAnswer | GiveDetail, card_id: str
) -> Events:
    events = [answer, *walked(after(visit, [answer]), c.flow, card_id, c.at, c.facts)]
    # Only answers meet this limit: an offline flow's first run may show its cards beyond it, and then nothing more.
    if after(visit, events).shown > CARDS_SHOWN_MAX:
        raise Refused("walk_too_long", f"A visit shows at most {CARDS_SHOWN_MAX} cards: begin a new one.")
    return events
