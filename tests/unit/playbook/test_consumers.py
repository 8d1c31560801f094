"""Conversations' events → visits, through the reactions; every event arrives twice."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    Reassigned,
    WaitExpired,
)
from contracts.envelope import Event
from contracts.ids import derived_id
from contracts.playbook import (
    CardShown,
    LiveChatDropped,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
    VisitTakenOver,
)
from services.chassis.tokens import Caller
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, OTHER_AGENT, VISIT, VISITOR
from tests.unit.playbook.world import NOW, WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")


class Chat:
    """A visitor who has asked for a person, and the events of the conversation that may follow."""

    def __init__(self, world: World, request: LiveChatRequested) -> None:
        self.world, self.request = world, request
        self._ids: Any = {"at": NOW, "conversation_id": request.conversation_id, "visitor_id": VISITOR}
        self._request: Any = {"visit_id": VISIT, "request_id": request.request_id}
        self._heard = len(world.events)

    async def hear(self, event: Event) -> None:
        await self.world.hear(event, f"conversation-{self.request.conversation_id}")

    def told(self) -> list[str]:
        """What the visit recorded since the last time: cards by their id, other events by their name."""
        new, self._heard = self.world.events[self._heard :], len(self.world.events)
        return [event.card_id if isinstance(event, CardShown) else type(event).__name__ for event in new]

    def declined(self, reason: Any = "nobody_online") -> Event:
        return LiveChatDeclined(**self._ids, **self._request, reason=reason)

    def started(self) -> Event:
        return ConversationStarted(
            **self._ids,
            **self._request,
            playbook_id=self.request.playbook_id,
            wait_time_s=60,
            answer_by=NOW + timedelta(seconds=60),
            online_message="Coming.",
            offline_message="Nobody.",
        )

    def expired(self, reason: Any = "wait_time") -> Event:
        return WaitExpired(**self._ids, **self._request, reason=reason)

    def assigned(self) -> Event:
        return Assigned(**self._ids, visit_id=VISIT, agent_id=AGENT, agent_name="Ann", by=AGENT)

    def reassigned(self) -> Event:
        return Reassigned(
            **self._ids,
            visit_id=VISIT,
            agent_id=OTHER_AGENT,
            agent_name="Bob",
            previous_agent_id=AGENT,
            by=AGENT,
        )

    def closed(self) -> Event:
        return Closed(**self._ids, visit_id=VISIT, reason="resolved", by=AGENT)


@pytest.fixture
async def chat() -> Chat:
    world = World(SERVICE)
    made = await world.ask(EDITOR, "POST", "/playbooks", {"name": "Home page"})
    playbook_id = made.json()["ids"]["playbook_id"]
    for step, body in (("publish", {}), ("activate", None)):
        assert (await world.ask(EDITOR, "POST", f"/playbooks/{playbook_id}/{step}", body)).is_success
    visitor = Caller(
        kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT, playbook_id=playbook_id
    )
    assert (await world.ask(visitor, "POST", f"/visits/{VISIT}/start", {})).is_success
    answer = {"card_id": "welcome", "choice_id": "chat"}
    assert (await world.ask(visitor, "POST", f"/visits/{VISIT}/answers", answer)).is_success
    request = world.events[-1]
    assert isinstance(request, LiveChatRequested)
    await world.hear_itself()
    return Chat(world, request)


OFFLINE_RUN = ["leave_details", "name"]


async def test_a_decline_begins_the_offline_flow(chat: Chat) -> None:
    await chat.hear(chat.declined())

    assert chat.told() == [OfflineFlowStarted.__name__, *OFFLINE_RUN]


async def test_a_decline_for_age_alone_does_not_say_that_nobody_was_online(chat: Chat) -> None:
    await chat.hear(chat.declined("request_too_old"))

    started = next(event for event in chat.world.events if isinstance(event, OfflineFlowStarted))
    assert started.reason == "no_decision"
    await chat.world.hear_itself()
    assert chat.told() == [OfflineFlowStarted.__name__, LiveChatDropped.__name__, *OFFLINE_RUN]


async def test_a_started_conversation_ends_the_wait_for_a_decision(chat: Chat) -> None:
    await chat.hear(chat.started())
    await chat.world.pass_time(60)

    assert chat.told() == [LiveChatStarted.__name__]


async def test_an_expired_wait_begins_the_offline_flow_once(chat: Chat) -> None:
    await chat.hear(chat.started())
    await chat.hear(chat.expired())
    await chat.hear(chat.expired("no_decision"))

    assert chat.told() == [LiveChatStarted.__name__, OfflineFlowStarted.__name__, *OFFLINE_RUN]


async def test_an_agent_takes_over_and_another_one_changes_nothing(chat: Chat) -> None:
    for event in (chat.started(), chat.assigned(), chat.reassigned(), chat.expired()):
        await chat.hear(event)

    assert chat.told() == [LiveChatStarted.__name__, VisitTakenOver.__name__]


async def test_a_closed_conversation_ends_the_visit(chat: Chat) -> None:
    for event in (chat.started(), chat.assigned(), chat.closed()):
        await chat.hear(event)

    assert chat.told() == [LiveChatStarted.__name__, VisitTakenOver.__name__, VisitEnded.__name__]


async def test_after_15_seconds_without_a_decision_the_offline_flow_begins(chat: Chat) -> None:
    await chat.world.pass_time(14)
    assert chat.told() == []

    await chat.world.pass_time(1)
    assert chat.told() == [OfflineFlowStarted.__name__, *OFFLINE_RUN]


async def test_a_conversation_that_comes_after_no_decision_stands_until_an_agent_ends_the_flow(
    chat: Chat,
) -> None:
    await chat.world.pass_time(15)
    for event in (chat.started(), chat.expired("no_decision"), chat.assigned()):
        await chat.hear(event)

    assert chat.told() == [
        OfflineFlowStarted.__name__,
        *OFFLINE_RUN,
        LiveChatStarted.__name__,
        VisitTakenOver.__name__,
    ]


async def test_other_events_of_a_conversation_change_nothing(chat: Chat) -> None:
    posted = BotPosted(
        at=NOW,
        conversation_id=chat.request.conversation_id,
        visitor_id=VISITOR,
        message_id=derived_id("message"),
        text="Coming.",
    )

    await chat.hear(posted)

    assert chat.told() == []


async def test_a_decline_of_a_visit_that_is_not_there_is_ignored(chat: Chat) -> None:
    strange = chat.declined().model_copy(update={"visit_id": derived_id("no visit")})

    await chat.hear(strange)

    assert chat.told() == []


async def test_a_read_model_that_is_behind_holds_nobody_up(chat: Chat) -> None:
    await chat.hear(chat.started())
    chat.world.forget()

    await chat.hear(chat.expired())

    assert chat.told() == [LiveChatStarted.__name__, OfflineFlowStarted.__name__, *OFFLINE_RUN]
