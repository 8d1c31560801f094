"""Edits of a draft: each changes what it names, on the version on which it was made, and leaves a flow that holds."""

from functools import reduce
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.flow import CARDS_MAX, CHOICES_MAX, Flow, LiveChatCard, QuestionCard
from contracts.look import Look
from contracts.playbook import FlowEdited, LookChanged
from contracts.playbook_document import PlaybookDocument
from services.chassis.decider import NotFound, Refused
from services.playbook.commands.playbook import (
    AddLiveChatCard,
    DeleteCard,
    DraftCommand,
    EditFlow,
    LabelPath,
    OrderPaths,
    PutCard,
    ReplaceDraft,
    SetLiveChat,
    SetStart,
)
from services.playbook.decider.playbook import DECIDER
from services.playbook.decider.playbook_state import Playbook
from services.playbook.decider.problems import problems
from tests.spec import given
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    LONG,
    PLAYBOOK,
    TEMPLATE,
    capture,
    created,
    end,
    flow,
    message,
    person,
    question,
)

by: Any = {"by": AGENT, "at": AT}
told: Any = {"at": AT, "playbook_id": PLAYBOOK, "by": AGENT}
add_live_chat = AddLiveChatCard(
    question_id="welcome",
    label="Talk to sales",
    online_message=None,
    wait_time_s=90,
    offline_message="Nobody of sales is here.",
    suffix="_1",
    **by,
)


def drafted(flow_: Flow) -> FlowEdited:
    return FlowEdited(flow=flow_, **told)


def edited(command: DraftCommand, flow_: Flow = TEMPLATE) -> Flow:
    """The draft after an edit of this flow."""
    (event,) = given(DECIDER, created, drafted(flow_)).when(command)
    assert isinstance(event, FlowEdited)
    return event.flow


def refusal(command: DraftCommand, flow_: Flow = TEMPLATE) -> Refused:
    with pytest.raises(Refused) as refused:
        given(DECIDER, created, drafted(flow_)).when(command)
    return refused.value


def labels(flow_: Flow, card_id: str = "welcome") -> list[str]:
    card = flow_.cards[card_id]
    assert isinstance(card, QuestionCard)
    return [choice.label for choice in card.choices]


def test_a_card_is_added_and_replaced() -> None:
    more = message("goodbye", "More.")
    added = edited(PutCard(card_id="more", card=more, **by))

    assert added.cards == {**TEMPLATE.cards, "more": more}
    assert edited(PutCard(card_id="more", card=message("name"), **by), added).cards["more"] == message("name")
    assert given(DECIDER, created, drafted(added)).when(PutCard(card_id="more", card=more, **by)) == []


def test_a_card_leads_only_to_cards_that_are_there() -> None:
    refused = refusal(PutCard(card_id="more", card=question(a="more", b="nowhere", c="gone"), **by))

    assert (refused.code, refused.facts) == ("no_such_card", {"cards": ["gone", "nowhere"]})


def test_a_card_may_lead_to_itself() -> None:
    assert edited(PutCard(card_id="more", card=question(a="more"), **by)).cards["more"]


def test_a_playbook_has_a_bounded_number_of_cards() -> None:
    full = flow("c0", **{f"c{place}": end for place in range(CARDS_MAX)})

    assert refusal(PutCard(card_id="more", card=end, **by), full).code == "too_many_cards"
    assert edited(PutCard(card_id="c0", card=message("c1"), **by), full).cards["c0"] == message("c1")


def test_a_card_to_which_none_leads_is_deleted_once() -> None:
    more = flow("end", end=end, more=message("more"))
    delete = DeleteCard(card_id="more", **by)

    assert edited(delete, more) == flow("end", end=end)
    assert given(DECIDER, created, drafted(flow("end", end=end))).when(delete) == []


def test_a_card_in_use_is_not_deleted_and_its_users_are_named() -> None:
    used = refusal(DeleteCard(card_id="goodbye", **by))
    first = refusal(DeleteCard(card_id="welcome", **by))

    assert (used.code, used.facts) == ("card_in_use", {"cards": ["welcome"]})
    assert (first.code, first.facts) == ("card_in_use", {"cards": []})


def test_visits_begin_with_another_card() -> None:
    assert edited(SetStart(card_id="name", **by)).start == "name"
    assert given(DECIDER, created).when(SetStart(card_id="welcome", **by)) == []
    assert isinstance(refusal(SetStart(card_id="nowhere", **by)), NotFound)


def test_a_paths_label_is_edited_on_the_question_that_offers_it() -> None:
    label = LabelPath(question_id="welcome", choice_id="chat", label="Talk to us", **by)

    assert labels(edited(label)) == ["Talk to us", "Just browsing"]
    assert edited(label).model_copy(update={"cards": TEMPLATE.cards}) == TEMPLATE


@pytest.mark.parametrize(("question_id", "choice_id"), [("welcome", "no"), ("name", "chat"), ("no", "chat")])
def test_a_label_of_what_is_not_there_is_not_found(question_id: str, choice_id: str) -> None:
    assert isinstance(
        refusal(LabelPath(question_id=question_id, choice_id=choice_id, label="x", **by)), NotFound
    )


def test_paths_are_offered_in_another_order() -> None:
    order = OrderPaths(question_id="welcome", choice_ids=("browse", "chat"), **by)

    assert labels(edited(order)) == ["Just browsing", "Chat with us"]


@pytest.mark.parametrize("choice_ids", [("chat",), ("chat", "browse", "chat"), ("chat", "no")])
def test_an_order_names_each_choice_once(choice_ids: tuple[str, ...]) -> None:
    refused = refusal(OrderPaths(question_id="welcome", choice_ids=choice_ids, **by))

    assert (refused.code, refused.facts) == ("not_the_choices", {"choices": ["chat", "browse"]})


def test_a_live_chat_cards_messages_and_wait_time_change_and_the_rest_stays() -> None:
    before = TEMPLATE.cards["live_chat"]
    new: dict[str, Any] = {"online_message": "Coming!", "wait_time_s": 120, "show_queue_position": True}

    after = edited(SetLiveChat(live_chat_id="live_chat", **new, **by))

    assert after.cards["live_chat"] == before.model_copy(update=new)
    assert isinstance(refusal(SetLiveChat(live_chat_id="welcome", wait_time_s=120, **by)), NotFound)


def test_a_live_chat_card_is_a_new_path_with_an_offline_flow_of_its_own() -> None:
    after = edited(add_live_chat)

    card = after.cards["live_chat_1"]
    assert isinstance(card, LiveChatCard)
    assert (card.wait_time_s, card.offline_message) == (90, "Nobody of sales is here.")
    assert card.online_message == "Thanks! We are looking for somebody who can help you."
    assert labels(after) == ["Chat with us", "Just browsing", "Talk to sales"]
    assert after.cards.keys() - TEMPLATE.cards.keys() == {
        f"{name}_1" for name in ("live_chat", "leave_details", "name", "email", "qualified", "lead", "thanks")
    }
    assert problems(after) == []
    assert given(DECIDER, created, drafted(after)).when(add_live_chat) == []


def test_an_added_live_chat_card_speaks_the_playbooks_language() -> None:
    look = LookChanged(**Look(language="pt-BR").model_dump(), **told)

    (event,) = given(DECIDER, created, look).when(add_live_chat)

    assert isinstance(event, FlowEdited)
    card = event.flow.cards["live_chat_1"]
    assert isinstance(card, LiveChatCard)
    assert card.online_message.startswith("Obrigado")


def test_a_live_chat_card_needs_a_question_with_room() -> None:
    full = flow("welcome", welcome=question(**{f"a{place}": "end" for place in range(CHOICES_MAX)}), end=end)

    assert refusal(add_live_chat, full).code == "too_many_choices"
    assert isinstance(refusal(add_live_chat, flow("end", end=end)), NotFound)


def test_a_document_replaces_flow_and_look_and_not_the_name() -> None:
    document = PlaybookDocument(name="Other", look=Look(bot_name="Bo"), flow=LONG)
    replace_draft = ReplaceDraft(document=document, **by)
    look = LookChanged(**document.look.model_dump(), **told)

    assert given(DECIDER, created).when(replace_draft) == [drafted(LONG), look]
    assert given(DECIDER, created, drafted(LONG)).when(replace_draft) == [look]
    assert given(DECIDER, created, drafted(LONG), look).when(replace_draft) == []


def test_an_edit_on_the_version_that_is_there_is_carried_out() -> None:
    assert given(DECIDER, created).when(EditFlow(flow=LONG, version=1, **by)) == [drafted(LONG)]


@pytest.mark.parametrize(
    "command",
    [
        EditFlow(flow=TEMPLATE, version=1, **by),
        DeleteCard(card_id="hello", version=1, **by),
        LabelPath(question_id="welcome", choice_id="chat", label="x", version=3, **by),
    ],
)
def test_an_edit_on_another_version_is_refused_as_stale_whatever_else_is_wrong(command: DraftCommand) -> None:
    refused = refusal(command, LONG)

    assert (refused.status, refused.code, refused.facts) == (412, "playbook_changed", {"version": 2})


def test_an_edit_that_was_made_already_is_not_stale() -> None:
    assert given(DECIDER, created, drafted(LONG)).when(EditFlow(flow=LONG, version=1, **by)) == []


NAMES = [*TEMPLATE.cards, "extra", "more"]
_ids, _choices = st.sampled_from(NAMES), st.sampled_from(["chat", "browse", "chat_1", "a"])
_cards = st.one_of(
    st.builds(message, _ids),
    st.builds(person, _ids),
    st.builds(capture, st.just("name"), _ids),
    st.builds(lambda a, b: question(a=a, chat=b), _ids, _ids),
    st.just(end),
)
_who: Any = {"by": st.just(AGENT), "at": st.just(AT)}
_edits: st.SearchStrategy[DraftCommand] = st.one_of(
    st.builds(PutCard, card_id=_ids, card=_cards, **_who),
    st.builds(DeleteCard, card_id=_ids, **_who),
    st.builds(SetStart, card_id=_ids, **_who),
    st.builds(LabelPath, question_id=_ids, choice_id=_choices, label=st.sampled_from(["One", "Two"]), **_who),
    st.builds(
        OrderPaths, question_id=_ids, choice_ids=st.permutations(["chat", "browse"]).map(tuple), **_who
    ),
    st.builds(SetLiveChat, live_chat_id=_ids, wait_time_s=st.integers(5, 1_800), **_who),
    st.just(add_live_chat),
)


@generated(st.lists(_edits, max_size=20))
def test_any_accepted_edit_keeps_the_flow_whole_and_may_be_retried(history: list[DraftCommand]) -> None:
    state = DECIDER.evolve(DECIDER.initial, created)
    for command in history:
        try:
            events = DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(DECIDER.evolve, events, state)

        assert isinstance(state, Playbook)
        assert Flow.model_validate_json(state.draft.model_dump_json()) == state.draft
        assert DECIDER.decide(command, state) == []
