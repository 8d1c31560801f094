"""What a visit's decisions need to know, folded from its events."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from contracts.consent import ConsentGiven
from contracts.envelope import Event
from contracts.flow import DetailType
from contracts.formatted import Body
from contracts.personal import Personal
from contracts.playbook import (
    AnswerGiven,
    Captured,
    CardShown,
    DetailCaptured,
    FollowUpRequested,
    LiveChatDropped,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    Option,
    PageViewed,
    Said,
    VisitEnded,
    VisitEvent,
    VisitStarted,
    VisitTakenOver,
)
from contracts.unfinished import Unfinished
from services.playbook.decider.pages import place_of, utm_of

# The walk travels in LiveChatRequested, which like every event has a limit in bytes; sealed texts in any script fit.
WALK_LINES_MAX = 60
WALK_CHARS_MAX = 4_000
WALK_FORMS_CHARS_MAX = 4_000


class _State(BaseModel):
    model_config = ConfigDict(frozen=True)


class NotStarted(_State):
    """There is no such visit."""


class Waiting(_State):
    """The card that waits for the visitor."""

    card_id: str
    arrival: int
    kind: str
    options: tuple[Option, ...] = ()
    field: str | None = None
    detail_type: DetailType | None = None


class Answered(_State):
    """The last answer, to know its repeat: a choice's id or a detail."""

    card_id: str
    arrival: int
    given: Annotated[str, Personal]


class LiveChat(_State):
    """The visit's last request for a person.

    asked: no decision has come back. open: there is a conversation. undecided: the bot went on without a decision,
    which may still come. declined: there is no conversation. `offline` once its offline flow has begun.
    """

    request_id: str
    conversation_id: str
    card_id: str
    phase: Literal["asked", "open", "undecided", "declined"] = "asked"
    offline: bool = False


class Visit(_State):
    """A visit. `shown` counts the cards shown; `resume` names the Live Chat card whose offline flow shows none yet.

    `landing` is the last page to which the visitor came with UTM parameters. `lead`: a lead was asked for. `asks` is
    the digest of the text to which they are to agree, None where they need not.
    """

    visit_id: str
    visitor_id: str
    playbook_id: str
    published: int
    status: Literal["walking", "taken_over", "ended"] = "walking"
    shown: int = 0
    waiting: Waiting | None = None
    answered: Answered | None = None
    resume: str | None = None
    live_chat: LiveChat | None = None
    walk: tuple[Said, ...] = ()
    captured: tuple[Captured, ...] = ()
    identified: bool = False
    page: Annotated[str, Personal] | None = None
    landing: Annotated[str, Personal] | None = None
    locale: str = "en"
    pages_viewed: int = 0
    unfinished: Unfinished | None = None
    lead: bool = False
    asks: str | None = None
    agreed: bool = False

    @property
    def consent(self) -> Literal["needed", "given"] | None:
        """Whether the visitor has to agree before they give a detail, or has; None where nobody asks."""
        return None if self.asks is None else "given" if self.agreed else "needed"

    @property
    def conversation_id(self) -> str | None:
        """The conversation in which what happens next belongs; None where there is none and none may come."""
        asked = self.live_chat
        return asked.conversation_id if asked and asked.phase != "declined" else None

    @property
    def missed(self) -> bool:
        """Whether nobody came in time to a conversation that stays open: a person may still take it."""
        asked = self.live_chat
        return asked is not None and asked.phase == "open" and asked.offline

    def detail(self, field: str) -> str | None:
        """What was captured under this name."""
        return next((one.value for one in self.captured if one.field == field), None)


VisitState = NotStarted | Visit


def evolve(state: VisitState, event: Event) -> VisitState:
    """The state after an event."""
    match event, state:
        case VisitStarted(), NotStarted():
            there = place_of(event.pages, event.locale)
            return Visit(
                visit_id=event.visit_id,
                visitor_id=event.visitor_id,
                playbook_id=event.playbook_id,
                published=event.published,
                page=there.page,
                landing=there.landing,
                locale=event.locale,
                identified=event.identified,
                captured=event.known,
                unfinished=event.unfinished,
                asks=event.privacy.digest if event.privacy and event.privacy.asks else None,
            )
        case VisitEvent(), Visit():
            return state.model_copy(update=_changes(state, event))
        case _:
            return state


def _changes(visit: Visit, event: VisitEvent) -> dict[str, object]:
    match event:
        case CardShown():
            return _shown(visit, event)
        case AnswerGiven(card_id=card_id, arrival=arrival, choice_id=choice_id):
            answered = Answered(card_id=card_id, arrival=arrival, given=choice_id)
            return {
                "answered": answered,
                "waiting": None,
                "walk": _longer(visit, "visitor", event.label, card_id),
            }
        case DetailCaptured(card_id=card_id, arrival=arrival, value=value):
            return {
                "answered": Answered(card_id=card_id, arrival=arrival, given=value),
                "waiting": None,
                "walk": _longer(visit, "visitor", value, card_id),
                "captured": _with(
                    visit.captured, Captured(field=event.field, label=event.label, value=value)
                ),
            }
        case PageViewed(url=url):
            landing = url if utm_of(url) else visit.landing
            return {"page": url, "landing": landing, "pages_viewed": visit.pages_viewed + 1}
        case FollowUpRequested(follow_up="lead"):
            return {"lead": True}
        case ConsentGiven():
            return {"agreed": True}
        case VisitTakenOver():
            return {"status": "taken_over", "waiting": None, "resume": None, **_phase(visit, "open")}
        case VisitEnded():
            return {"status": "ended", "waiting": None, "resume": None}
        case _:
            return _live_chat(visit, event)


def _live_chat(visit: Visit, event: VisitEvent) -> dict[str, object]:
    match event:
        case LiveChatRequested(request_id=request_id, conversation_id=conversation_id, card_id=card_id):
            asked = LiveChat(request_id=request_id, conversation_id=conversation_id, card_id=card_id)
            return {"live_chat": asked, "waiting": None, "resume": None}
        case LiveChatStarted():
            return _phase(visit, "open")
        case LiveChatDropped():
            return _phase(visit, "declined")
        case OfflineFlowStarted(reason=reason, card_id=card_id):
            phases = {"nobody_online": "declined", "wait_expired": "open", "no_decision": "undecided"}
            return {"resume": card_id, **_phase(visit, phases[reason], offline=True)}
        case _:
            return {}


def _phase(visit: Visit, phase: str, **more: bool) -> dict[str, object]:
    asked = visit.live_chat
    return {"live_chat": asked.model_copy(update={"phase": phase, **more})} if asked else {}


def _shown(visit: Visit, event: CardShown) -> dict[str, object]:
    waits = event.kind in ("question", "capture")
    waiting = Waiting(
        card_id=event.card_id,
        arrival=event.arrival,
        kind=event.kind,
        options=event.options,
        field=event.field,
        detail_type=event.detail_type,
    )
    return {
        "shown": event.arrival,
        "waiting": waiting if waits else None,
        "resume": None,
        "walk": _longer(visit, "bot", event.text, event.card_id, event.body),
    }


def _longer(
    visit: Visit, by: Literal["bot", "visitor"], text: str, card_id: str, body: Body = ()
) -> tuple[Said, ...]:
    """The walk with one more line; the oldest lines go where it would become too long."""
    lines = (*visit.walk, Said(by=by, text=text, card_id=card_id, body=body))[-WALK_LINES_MAX:]
    while sum(len(line.text) for line in lines) > WALK_CHARS_MAX:
        lines = lines[1:]
    return _with_forms_that_fit(lines)


def _with_forms_that_fit(lines: tuple[Said, ...]) -> tuple[Said, ...]:
    """The oldest lines lose their form and keep their words."""
    left, kept = WALK_FORMS_CHARS_MAX, list[Said]()
    for line in reversed(lines):
        left -= len(line.model_dump_json(include={"body"})) if line.body else 0
        kept.append(line if left >= 0 or not line.body else line.model_copy(update={"body": ()}))
    return tuple(reversed(kept))


def _with(captured: tuple[Captured, ...], new: Captured) -> tuple[Captured, ...]:
    """One detail per field, the newest."""
    return (*(known for known in captured if known.field != new.field), new)
