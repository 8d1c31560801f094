"""The built-in templates, walked."""

import pytest

from contracts.look import Language
from contracts.playbook import (
    FollowUpRequested,
    LiveChatRequested,
    VisitEnded,
    VisitorDisqualified,
    VisitorQualified,
)
from services.playbook.template import flow_of
from tests.unit.playbook.examples import Played


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize(
    ("when", "verdict", "follow_up"),
    [("soon", VisitorQualified, "lead"), ("later", VisitorDisqualified, "activity")],
)
def test_who_wants_an_offer_soon_is_a_lead(
    language: Language, when: str, verdict: type, follow_up: str
) -> None:
    visit = Played(flow_of("lead_qualification", language=language))
    visit.answer("welcome", "buy")
    for field, value in (("company", "ACME"), ("name", "Ada"), ("email", "ada@example.com")):
        visit.detail(field, value)

    told, made, _, ended = visit.answer("when", when)[1:]

    assert isinstance(told, verdict)
    assert isinstance(made, FollowUpRequested)
    assert made.follow_up == follow_up
    assert {known.field for known in made.captured} == {"company", "name", "email"}
    assert isinstance(ended, VisitEnded)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_trouble_becomes_an_activity_or_a_chat(language: Language) -> None:
    visit = Played(flow_of("support", language=language))
    visit.answer("welcome", "trouble")
    visit.detail("problem", "The door")
    visit.detail("who", "Ada")

    _, made, *_ = visit.detail("where", "ada@example.com")

    assert isinstance(made, FollowUpRequested)
    assert (made.follow_up, made.note, made.due_in_days) == ("activity", "The door", 1)
    assert (made.title or "").endswith(" Ada")
    chat = Played(flow_of("support", language=language)).answer("welcome", "chat")
    assert isinstance(chat[-1], LiveChatRequested)
