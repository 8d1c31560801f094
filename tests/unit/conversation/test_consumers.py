"""What happens in a visit → what is asked of its conversation."""

from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from contracts.conversation import ConversationStarted, Evidence, LiveChatDeclined
from contracts.envelope import Event
from contracts.flow import Flow, MessageCard
from contracts.gateway import AgentRemoved
from contracts.ids import derived_id, stream
from contracts.personal import ClearKeyring
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    LiveChatRequested,
    OfflineFlowStarted,
    Option,
    PlaybookCreated,
    VisitEnded,
    VisitStarted,
)
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.ports import Ports
from services.chassis.service import Order
from services.conversation.commands.conversation import PostBot, PostVisitorAnswer, StartConversation
from services.conversation.consumers import REACTIONS
from services.conversation.decider import DECIDER
from services.conversation.projections import MODELS
from services.conversation.queries import EVIDENCE_MAX
from tests.spec import given
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    OFFLINE,
    ONLINE,
    PLAYBOOK,
    REQUEST,
    STREAM,
    T0,
    VISIT,
    VISITOR,
    WAIT_S,
    WALK,
    after,
    answer_card,
    end_missed,
    no_decision,
    recorded,
    show_card,
)
from tests.unit.conversation.known_rows import KnownRows

REACTION = REACTIONS[0]
ELSEWHERE = derived_id("another workspace")


class Known:
    """The ports as far as the reaction uses them: what is known about agents."""

    def __init__(self, *agents: Any) -> None:
        self.reader, self.keyring = KnownRows(MODELS, agents), ClearKeyring()
        self.store = MemoryStore(MovedClock(T0))


async def orders(event: Event, *agents: Any, at: float = 1) -> list[Order]:
    visit = recorded(event, 7, of=stream("visit", VISIT))
    return list(await REACTION.react(visit, cast(Ports, Known(*agents)), after(at)))


def went_online(agent_id: str, workspace_id: str | None = None) -> Any:
    event = AgentWentOnline(at=after(-5), agent_id=agent_id, name="Somebody", tab="t1")
    where = {"workspace_id": workspace_id} if workspace_id else {}
    return recorded(event, 1, of=stream("agent", agent_id), **where)


def went_offline(agent_id: str) -> Any:
    event = AgentWentOffline(at=after(-1), agent_id=agent_id, reason="switched")
    return recorded(event, 2, of=stream("agent", agent_id))


def visit(**fields: Any) -> dict[str, Any]:
    return {"at": T0, "visit_id": VISIT, "visitor_id": VISITOR, **fields}


requested = LiveChatRequested(
    **visit(),
    request_id=REQUEST,
    conversation_id=CONVERSATION,
    playbook_id=PLAYBOOK,
    card_id="live_chat",
    online_message=ONLINE,
    wait_time_s=WAIT_S,
    offline_message=OFFLINE,
    walk=WALK,
)


def shown(**fields: Any) -> CardShown:
    card = visit(card_id="ask_mail", kind="capture", arrival=4, text="Your e-mail?", field="email", **fields)
    return CardShown(**card)


@pytest.mark.parametrize(("at", "told"), [(10, []), (11.5, [(11_500, 10_000)])])
async def test_a_request_that_is_too_old_is_warned_of_with_its_age_and_the_limit(
    at: float, told: list[tuple[int, int]]
) -> None:
    with capture_logs() as logs:
        [order] = await orders(requested, went_online(ADA), at=at)

    warned = [line for line in logs if line["event"] == "live_chat_request_too_old"]
    assert [(line["age_ms"], line["age_ms_max"]) for line in warned] == told
    first = given(DECIDER).when(order.command)[0]
    assert isinstance(first, LiveChatDeclined if told else ConversationStarted)


async def test_a_request_for_a_person_starts_a_conversation_with_all_it_needs() -> None:
    [order] = await orders(requested, went_online(ADA), at=1)

    assert (order.decider, order.stream) == (DECIDER, STREAM)
    assert order.command == StartConversation(
        conversation_id=CONVERSATION,
        visit_id=VISIT,
        visitor_id=VISITOR,
        request_id=REQUEST,
        playbook_id=PLAYBOOK,
        wait_time_s=WAIT_S,
        online_message=ONLINE,
        offline_message=OFFLINE,
        requested_at=T0,
        online=(Evidence(agent_id=ADA, online=True, version=1, age_ms=6_000),),
        at=after(1),
        walk=WALK,
    )


async def test_a_request_says_whether_its_visitor_is_told_their_place_in_line() -> None:
    shows = requested.model_copy(update={"show_queue_position": True})

    for request in (requested, shows):
        [order] = await orders(request, went_online(ADA))
        assert order.command.show_queue_position is request.show_queue_position


async def test_only_agents_of_the_workspace_who_are_online_count() -> None:
    agents = [went_online(ADA), went_offline(ADA), went_online(BOB, ELSEWHERE)]

    [order] = await orders(requested, *agents)

    assert [agent.online for agent in order.command.online] == [False]


async def test_who_was_removed_is_not_online_though_presence_has_not_said_so() -> None:
    removed = recorded(AgentRemoved(at=after(-1), agent_id=ADA, by=BOB), 3, of=stream("account", ADA))

    [order] = await orders(requested, went_online(ADA), removed)
    [answered] = await orders(requested, went_online(ADA), removed, went_online(BOB))

    assert [(one.agent_id, one.online) for one in order.command.online] == [(ADA, False)]
    assert [(one.agent_id, one.online) for one in answered.command.online] == [(BOB, True)]


async def test_agents_who_are_there_are_found_behind_however_many_who_were_removed() -> None:
    gone = sorted(derived_id("agent", number) for number in range(EVIDENCE_MAX))
    removals = [
        recorded(AgentRemoved(at=T0, agent_id=one, by=BOB), 3, of=stream("account", one)) for one in gone
    ]
    last = "ffffffff" + derived_id("agent")[8:]

    [order] = await orders(requested, *map(went_online, gone), *removals, went_online(last))

    assert [one.agent_id for one in order.command.online] == [last]


async def test_what_is_known_is_never_younger_than_now() -> None:
    [order] = await orders(requested, went_online(ADA), at=-8)

    assert order.command.online[0].age_ms == 0


async def test_a_card_shown_after_the_request_is_posted() -> None:
    assert await orders(shown(conversation_id=CONVERSATION)) == [Order(DECIDER, STREAM, show_card)]


async def test_a_card_keeps_its_choices() -> None:
    options = (Option(choice_id="yes", label="Yes"),)

    [order] = await orders(shown(conversation_id=CONVERSATION, options=options))

    assert isinstance(order.command, PostBot)
    assert order.command.options == options


async def test_the_live_chat_card_is_told_by_the_conversation_alone() -> None:
    card = CardShown(
        **visit(card_id="live_chat", kind="live_chat", arrival=3, text=ONLINE, conversation_id=CONVERSATION)
    )

    assert await orders(card) == []


async def test_a_detail_is_posted_as_the_visitors_answer() -> None:
    detail = DetailCaptured(
        **visit(card_id="ask_mail", arrival=4, field="email", value="vera@example.org"),
        conversation_id=CONVERSATION,
    )

    assert await orders(detail) == [Order(DECIDER, STREAM, answer_card)]


async def test_a_choice_is_posted_by_its_label() -> None:
    answer = AnswerGiven(
        **visit(card_id="sure", arrival=5, choice_id="yes", label="Yes", conversation_id=CONVERSATION)
    )

    [order] = await orders(answer)

    assert order.command == PostVisitorAnswer(card_id="sure", arrival=5, text="Yes", at=after(1))


async def test_a_visit_that_went_on_without_a_decision_is_told_to_the_conversation() -> None:
    assert await orders(offline_flow("no_decision")) == [Order(DECIDER, STREAM, no_decision)]


async def test_the_end_of_the_walk_is_told_to_its_conversation() -> None:
    ended = VisitEnded(**visit(), reason="end_card", conversation_id=CONVERSATION)

    assert await orders(ended) == [Order(DECIDER, STREAM, end_missed)]


def offline_flow(reason: Any) -> OfflineFlowStarted:
    return OfflineFlowStarted(
        **visit(), request_id=REQUEST, conversation_id=CONVERSATION, reason=reason, card_id="sorry"
    )


@pytest.mark.parametrize(
    "event",
    [
        shown(),
        AnswerGiven(**visit(), card_id="sure", arrival=1, choice_id="yes", label="Yes"),
        DetailCaptured(**visit(), card_id="ask", arrival=1, field="name", value="Vera"),
        offline_flow("wait_expired"),
        offline_flow("nobody_online"),
        VisitEnded(**visit(), reason="end_card"),
        VisitEnded(**visit(), reason="conversation_closed", conversation_id=CONVERSATION),
        VisitStarted(**visit(), playbook_id=PLAYBOOK, published=1),
        PlaybookCreated(
            at=T0,
            playbook_id=PLAYBOOK,
            name="Home",
            flow=Flow(start="hi", cards={"hi": MessageCard(text="Hi", next="hi")}),
            by=ADA,
        ),
    ],
    ids=lambda event: event.TYPE,
)
async def test_what_concerns_no_conversation_asks_nothing(event: Event) -> None:
    assert await orders(event) == []
