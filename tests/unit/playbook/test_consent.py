"""Consent: what a visit tells of personal data, and that it takes none before the visitor has agreed."""

from dataclasses import replace
from functools import reduce
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.behaviour import Behaviour
from contracts.consent import ConsentGiven
from contracts.envelope import EVENT_BYTES_MAX, Event
from contracts.personal import encode
from contracts.playbook import AnswerGiven, Captured, DetailCaptured, VisitStarted
from contracts.privacy import Privacy
from services.chassis.decider import NotFound, Refused
from services.chassis.tokens import Caller
from services.playbook.commands.visit import (
    GiveAnswer,
    GiveConsent,
    GiveDetail,
    Offer,
    VisitCommand,
)
from services.playbook.decider.visit import DECIDER
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AT, VISIT, capture, end, flow, question, start_visit
from tests.unit.playbook.test_api import active, code, edit, visitor
from tests.unit.playbook.test_visit_limits import Sealing
from tests.unit.playbook.world import World

ASKS = Privacy(text="We keep your name and your e-mail.", asks=True)
FLOW = flow(
    "menu",
    menu=question(name="name", stay="menu"),
    name=capture("name", "email"),
    email=capture("email", "end"),
    end=end,
)
agree = GiveConsent(at=AT)
PICKS = GiveAnswer(card_id="menu", choice_id="name", flow=FLOW, at=AT)
NAME = GiveDetail(card_id="name", value="Ada", flow=FLOW, at=AT)
EMAIL = GiveDetail(card_id="email", value="ada@example.com", flow=FLOW, at=AT)


def played(*commands: VisitCommand, privacy: Privacy | None = ASKS) -> list[Event]:
    """All events of a visit; what is refused leaves none."""
    state, told = DECIDER.initial, list[Event]()
    for command in (replace(start_visit, offer=Offer(1, FLOW, privacy=privacy)), *commands):
        try:
            events = DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(DECIDER.evolve, events, state)
        told += events
    return told


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events if isinstance(event, AnswerGiven | ConsentGiven | DetailCaptured)]


def test_a_visit_begins_with_what_it_is_told() -> None:
    (started, *_) = played()

    assert isinstance(started, VisitStarted)
    assert started.privacy == ASKS


def test_a_detail_is_taken_once_the_visitor_has_agreed() -> None:
    assert kinds(played(PICKS, NAME)) == [AnswerGiven]
    assert kinds(played(PICKS, NAME, agree, NAME, EMAIL)) == [
        AnswerGiven,
        ConsentGiven,
        DetailCaptured,
        DetailCaptured,
    ]


def test_who_has_not_agreed_is_told_so_and_a_wrong_card_first() -> None:
    state: Any = reduce(DECIDER.evolve, played(PICKS), DECIDER.initial)

    with pytest.raises(Refused) as refused:
        DECIDER.decide(NAME, state)
    assert refused.value.code == "consent_needed"
    with pytest.raises(Refused) as refused:
        DECIDER.decide(EMAIL, state)
    assert refused.value.code == "not_waiting_for_this_card"


def test_consent_names_the_text_and_is_given_once() -> None:
    agreed = [event for event in played(agree, agree) if isinstance(event, ConsentGiven)]

    digest = sha256(b'{"text":"We keep your name and your e-mail.","body":[]}').hexdigest()
    assert [event.text_sha256 for event in agreed] == [digest]


@pytest.mark.parametrize("privacy", [None, Privacy(text="We keep your name.")])
def test_a_visit_that_asks_nobody_takes_details_and_no_consent(privacy: Privacy | None) -> None:
    assert kinds(played(PICKS, NAME, privacy=privacy)) == [AnswerGiven, DetailCaptured]
    state: Any = reduce(DECIDER.evolve, played(privacy=privacy), DECIDER.initial)

    with pytest.raises(Refused) as refused:
        DECIDER.decide(agree, state)
    assert refused.value.code == "no_consent_asked"


def test_there_is_no_consent_without_a_visit() -> None:
    with pytest.raises(NotFound):
        DECIDER.decide(agree, DECIDER.initial)


@generated(st.lists(st.sampled_from((PICKS, NAME, EMAIL, agree)), max_size=12))
def test_nothing_is_ever_captured_before_a_consent(commands: list[VisitCommand]) -> None:
    told = kinds(played(*commands))

    assert told.count(ConsentGiven) <= 1
    if DetailCaptured in told:
        assert ConsentGiven in told[: told.index(DetailCaptured)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "  "},
        {"text": "x" * 1_001},
        {"body": [{"kind": "paragraph", "runs": [{"text": "x" * 1_001}]}]},
        {"body": [{"kind": "paragraph", "runs": [{"text": "x", "bold": True}] * 40}] * 20},
        {"text": "x", "asks": None},
    ],
)
def test_a_wrong_text_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Behaviour.model_validate({"privacy": wrong})


async def test_over_http_a_detail_waits_for_the_consent() -> None:
    world = World(SERVICE)
    playbook_id = await active(world)
    for step, body in (
        ("flow", {"flow": FLOW.model_dump(mode="json")}),
        ("publish", {}),
        ("behaviour", {"behaviour": {"privacy": ASKS.model_dump(mode="json")}}),
    ):
        assert (await edit(world, playbook_id, step, body)).is_success
    who, path = visitor(playbook_id), f"/visits/{VISIT}"
    await world.ask(who, "POST", f"{path}/start", {})
    await world.ask(who, "POST", f"{path}/answers", {"card_id": "menu", "choice_id": "name"})
    assert (await world.ask(who, "GET", path)).json()["consent"] == "needed"

    name = {"card_id": "name", "value": "Ada"}
    assert code(await world.ask(who, "POST", f"{path}/details", name)) == (409, "consent_needed")
    assert (await world.ask(who, "POST", f"{path}/consent")).is_success
    assert (await world.ask(who, "POST", f"{path}/details", name)).is_success

    assert (await world.ask(who, "GET", path)).json()["consent"] == "given"
    other = who.model_copy(update={"visit_id": playbook_id})
    assert isinstance(other, Caller)
    assert code(await world.ask(other, "POST", f"{path}/consent")) == (404, "not_found")


def test_the_largest_beginning_of_a_visit_fits_when_it_is_sealed() -> None:
    letter = "\N{GOTHIC LETTER AHSA}"
    privacy = Privacy(text=letter * 1_000, asks=True)
    pages = tuple(f"https://{place:02}.example.com/".ljust(2_000, "x") for place in range(20))
    known = tuple(Captured(field=field, value=letter * 120, verified=True) for field in ("name", "email"))
    command = replace(start_visit, offer=Offer(1, FLOW, privacy=privacy), pages=pages, known=known)

    started, *_ = DECIDER.decide(command, DECIDER.initial)

    assert len(encode(started, Sealing(), "visit-1/1")) < EVENT_BYTES_MAX
