"""A long walk: more than one request, more than one follow-up, and the limits of a visit."""

from base64 import b64decode, b64encode
from typing import Any

import pytest

from contracts.envelope import EVENT_BYTES_MAX
from contracts.flow import ActionCard, Choice, Flow, LiveChatCard, QuestionCard
from contracts.ids import derived_id
from contracts.personal import encode
from contracts.playbook import (
    Captured,
    CardShown,
    DetailCaptured,
    FollowUpRequested,
    LiveChatRequested,
    VisitEnded,
)
from services.chassis.decider import Refused
from services.playbook.commands.visit import (
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    NoDecision,
    OpenLiveChat,
)
from services.playbook.decider.answers import CARDS_SHOWN_MAX
from services.playbook.decider.problems import FREE_FIELDS_MAX, problems
from services.playbook.decider.visit_state import WALK_CHARS_MAX, WALK_LINES_MAX
from tests.unit.playbook.examples import (
    AT,
    LONG,
    VISIT,
    VISITOR,
    Played,
    capture,
    end,
    flow,
    free,
    person,
    question,
)

visit: Any = {"at": AT, "visit_id": VISIT, "visitor_id": VISITOR}


def test_a_declined_request_may_be_followed_by_another_with_an_id_of_its_own() -> None:
    played = Played(LONG)
    *_, first = played.answer("menu", "chat")
    assert isinstance(first, LiveChatRequested)
    played.do(DeclineLiveChat(request_id=first.request_id, too_old=False, flow=LONG, at=AT))

    *_, second = played.answer("again", "again")

    assert isinstance(second, LiveChatRequested)
    assert second.request_id == derived_id("request", VISIT, 4)
    assert second.conversation_id == derived_id("conversation", second.request_id)
    assert second.request_id != first.request_id


def test_a_second_request_is_refused_while_the_first_is_not_settled() -> None:
    played = Played(LONG)
    *_, first = played.answer("menu", "chat")
    assert isinstance(first, LiveChatRequested)
    played.do(NoDecision(at=AT))
    played.do(ContinueWalk(request_id=first.request_id, flow=LONG, at=AT))

    with pytest.raises(Refused) as refused:
        played.answer("again", "again")
    played.do(OpenLiveChat(request_id=first.request_id, at=AT))

    assert refused.value.code == "live_chat_open"
    assert [event.TYPE for event in played.answer("again", "again")[:2]] == [
        "playbook.answer_given.v1",
        "playbook.card_shown.v1",
    ]


def test_after_the_wait_a_live_chat_card_says_its_offline_message_and_goes_on() -> None:
    other = person("sorry", text="Again.").model_copy(update={"offline_message": "Still nobody."})
    twice = Flow(start="menu", cards={**LONG.cards, "email": capture("email", "other"), "other": other})
    played = Played(Flow(start="menu", cards={id_: twice.cards[id_] for id_ in twice.cards if id_ != "rich"}))
    *_, first = played.answer("menu", "chat")
    assert isinstance(first, LiveChatRequested)
    played.do(ExpireWait(request_id=first.request_id, flow=played.flow, at=AT))
    played.answer("again", "mail")

    given, told, *run = played.detail("email", "ada@example.com")

    assert isinstance(given, DetailCaptured)
    assert isinstance(told, CardShown)
    assert (told.card_id, told.kind, told.text) == ("other", "message", "Still nobody.")
    assert told.conversation_id == first.conversation_id
    assert [getattr(event, "card_id", None) for event in run] == ["sorry", "deal", "again"]
    assert len([event for event in played.told if isinstance(event, LiveChatRequested)]) == 1
    assert played.answer("again", "leave")[-1] == VisitEnded(
        **visit, reason="end_card", conversation_id=first.conversation_id
    )


def test_each_follow_up_of_a_walk_has_an_identity_of_its_own() -> None:
    played = Played(LONG)
    *_, request = played.answer("menu", "chat")
    assert isinstance(request, LiveChatRequested)
    told = [*played.do(DeclineLiveChat(request_id=request.request_id, too_old=False, flow=LONG, at=AT))]
    for address in ("ada@example.com", "bob@example.com"):
        told += played.answer("again", "mail")
        told += played.detail("email", address)

    follow_ups = [event for event in told if isinstance(event, FollowUpRequested)]

    assert [event.follow_up for event in follow_ups] == ["deal", "lead", "lead"]
    assert len({(event.card_id, event.arrival) for event in follow_ups}) == 3
    assert follow_ups[-1].captured == (Captured(field="email", value="bob@example.com"),)


def test_a_visit_shows_a_bounded_number_of_cards() -> None:
    played = Played(LONG)
    for _ in range(CARDS_SHOWN_MAX - 1):
        played.answer("menu", "stay")

    with pytest.raises(Refused) as refused:
        played.answer("menu", "stay")

    assert refused.value.code == "walk_too_long"


def test_a_request_carries_the_last_lines_of_a_long_walk() -> None:
    wordy = flow("menu", menu=question("?" * 2_000, stay="menu", chat="chat"), chat=person("end"), end=end)
    played, brief = Played(wordy), Played(LONG)
    for _ in range(WALK_LINES_MAX):
        played.answer("menu", "stay")
        brief.answer("menu", "stay")

    *_, long_lines = played.answer("menu", "chat")
    *_, many_lines = brief.answer("menu", "chat")

    assert isinstance(long_lines, LiveChatRequested)
    assert isinstance(many_lines, LiveChatRequested)
    assert sum(len(line.text) for line in long_lines.walk) <= WALK_CHARS_MAX
    assert len(many_lines.walk) == WALK_LINES_MAX
    assert many_lines.walk[-1].text == "Chat"


class Sealing:
    """Makes texts as much longer as sealing them does: a nonce and a tag before base64."""

    def seal(self, text: str, place: str) -> str:
        return b64encode(bytes(28) + text.encode()).decode()

    def open(self, sealed: str, place: str) -> str:
        return b64decode(sealed)[28:].decode()


def wordy_flow() -> Flow:
    """As much as a visit can carry, in letters of four bytes."""
    letter, last = "\N{GOTHIC LETTER AHSA}", FREE_FIELDS_MAX - 1
    fields = {
        f"free{place}": free(key=f"key_{place}" + "x" * 30, next_=f"free{place + 1}").model_copy(
            update={"label": letter * 120}
        )
        for place in range(FREE_FIELDS_MAX)
    }
    fields[f"free{last}"] = fields[f"free{last}"].model_copy(update={"next": "deal"})
    deal = ActionCard(follow_up="deal", title="{name}" * 333, note="{name}" * 333, next="menu")
    menu = QuestionCard(
        text=letter * 2_000,
        choices=tuple(
            Choice(choice_id=to, label=letter * 110 + to, next=to) for to in ("menu", "chat", "name", "end")
        ),
    )
    chat = LiveChatCard(
        online_message=letter * 2_000, wait_time_s=60, offline_message=letter * 2_000, offline_flow="end"
    )
    name, company = capture("name", "company"), capture("company", "free0")
    return flow("menu", menu=menu, chat=chat, name=name, company=company, deal=deal, end=end, **fields)


def test_the_largest_events_fit_when_they_are_sealed() -> None:
    wordy, letter = wordy_flow(), "\N{GOTHIC LETTER AHSA}"
    assert problems(wordy) == []
    played = Played(wordy)
    played.answer("menu", "name")
    for field in ("name", "company"):
        played.detail(field, letter * 120)
    asked = [played.detail(f"free{place}", letter * 200) for place in range(FREE_FIELDS_MAX)]
    for _ in range(WALK_LINES_MAX):
        played.answer("menu", "menu")

    *_, request = played.answer("menu", "chat")
    (follow_up,) = [event for event in asked[-1] if isinstance(event, FollowUpRequested)]

    assert len(encode(request, Sealing(), "visit-1/1")) < EVENT_BYTES_MAX
    assert len(encode(follow_up, Sealing(), "visit-1/1")) < EVENT_BYTES_MAX
