"""Across services: a visitor who leaves, ends or is blocked, an agent who is removed, and a second conversation."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from contracts.envelope import Metadata, headers_of
from contracts.ids import derived_id, stream
from contracts.personal import encode
from contracts.playbook import LiveChatRequested
from contracts.signals import Beacon, VisitorPresence
from contracts.topics import PLAYBOOK_EVENTS
from services.conversation.timers import Visitors, sweep
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    """Ana is online."""
    world = World()
    await world.open()
    await world.post("Ana", "presence/online", {"tab": "a"})
    return world


class Watch:
    """The conversations' watch: time passes with beacons, and it sweeps at the end."""

    def __init__(self, world: World) -> None:
        self._world, self._visitors = world, Visitors(world.host.clock.now())

    def presence(self, visit_id: str, state: Literal["open", "alive", "closed"]) -> None:
        world, now = self._world, self._world.host.clock.now()
        signal = VisitorPresence(
            workspace_id=world.workspace_id, visit_id=visit_id, socket="s", state=state, at=now
        )
        self._visitors.heard(signal, now)

    async def sweep(self, after_s: int = 0) -> None:
        host = self._world.host
        for _ in range(0, after_s, 2):
            await host.pass_time(timedelta(seconds=2))
            self._visitors.heard(Beacon(gateway="g", at=host.clock.now()), host.clock.now())
        await sweep(host.services["conversation"].ports, self._visitors, host.clock.now())
        await host.settle()


async def only(world: World, folder: str = "unassigned") -> dict[str, Any]:
    (row,) = (await world.get("Ana", f"gateway/folders/{folder}"))["items"]
    return dict(row)


async def test_a_missed_visitor_who_leaves_and_stays_away_is_told_by_rows_and_at_last_closed(
    world: World,
) -> None:
    visit, watch = await world.visit("Vi"), Watch(world)
    watch.presence(visit, "open")
    await watch.sweep(62)
    assert (await only(world))["missed"]
    watch.presence(visit, "closed")
    await watch.sweep(118)
    assert not (await only(world))["visitor_left"]

    await watch.sweep(4)

    assert (await only(world))["visitor_left"]
    await world.host.pass_time(timedelta(seconds=601))
    assert (await only(world, "closed"))["status"] == "closed"
    assert world.types("visit-")[-1] == "visit_ended"
    assert world.types("conversation-").count("visitor_left") == 1


async def test_a_visitor_who_returns_keeps_the_missed_conversation(world: World) -> None:
    visit, watch = await world.visit("Vi"), Watch(world)
    watch.presence(visit, "closed")
    await watch.sweep(200)
    watch.presence(visit, "open")
    await watch.sweep()

    await world.host.pass_time(timedelta(seconds=700))

    assert (await only(world))["status"] == "open"
    assert world.types("conversation-")[-1] == "visitor_returned"


async def test_a_visitor_ends_the_chat_and_with_it_the_visit(world: World) -> None:
    await world.visit("Vi")
    path = f"conversation/conversations/{(await only(world))['conversation_id']}"
    await world.post("Ana", f"{path}/take")

    await world.post("Vi", f"{path}/end")

    refused = await world.post("Vi", f"{path}/messages", {"text": "Wait!"}, expect=409)
    assert refused["code"] == "closed"
    assert world.types("visit-")[-1] == "visit_ended"
    transcript = await world.get("Vi", f"{path.replace('conversation', 'gateway', 1)}/transcript")
    assert transcript["items"][-1]["event"]["reason"] == "visitor_ended"


async def test_what_a_removed_agent_held_waits_anew_and_is_missed_without_a_bot(world: World) -> None:
    ben = await world.invite("Ben")
    await world.post("Ben", "presence/online", {"tab": "b"})
    await world.visit("Vi")
    chat = (await only(world))["conversation_id"]
    await world.post("Ben", f"conversation/conversations/{chat}/take")
    assert await only(world, ben)

    await world.post("Ana", f"gateway/agents/{ben}/remove")
    await Watch(world).sweep()

    assert (await only(world))["holder_id"] is None
    to_ben = {"agent_id": ben, "expected_holder": None}
    refused = await world.post("Ana", f"conversation/conversations/{chat}/assign", to_ben, expect=409)
    assert refused["code"] == "agent_offline"
    before = len([type_ for type_ in world.types("conversation-") if type_ == "bot_posted"])
    await world.host.pass_time(timedelta(seconds=61))
    assert (await only(world))["missed"]
    transcript = await world.get("Vi", f"gateway/conversations/{chat}/transcript")
    expired = transcript["items"][-1]["event"]
    assert expired["type"] == "conversation.wait_expired.v1"
    assert expired["offline_message"]
    assert [type_ for type_ in world.types("conversation-") if type_ == "bot_posted"] == [
        "bot_posted"
    ] * before
    assert "offline_flow_started" not in world.types("visit-")


def told(world: World, topic: str, of: str, version: int, event: Any) -> None:
    """The event, on its topic."""
    headers = headers_of(
        event_id=derived_id(of, version),
        type_=event.TYPE,
        stream=of,
        version=version,
        at=event.at,
        metadata=Metadata(world.workspace_id, "c", "c", "c", "service:test"),
        hash_=b"",
    )
    world.host.log.append(topic, of, encode(event), headers)


async def test_a_blocked_visitor_writes_nowhere_and_is_sent_to_the_offline_flow(world: World) -> None:
    await world.visit("Vi")
    path = f"conversation/conversations/{(await only(world))['conversation_id']}"
    await world.post("Ana", f"{path}/block", {"reason": "Rude."})

    refused = await world.post("Vi", f"{path}/messages", {"text": "Hello?"}, expect=403)
    await world.visit_again("Vi")

    assert refused["code"] == "blocked"
    assert world.types("conversation-").count("live_chat_declined") == 1
    assert world.types("visit-").count("offline_flow_started") == 1
    assert len((await world.get("Ana", "conversation/blocked"))["items"]) == 1
    await world.post("Ana", f"{path}/unblock")
    await world.post("Vi", f"{path}/messages", {"text": "Sorry."}, expect=404)  # Of the visit before.
    await world.visit_again("Vi")
    assert world.types("conversation-").count("conversation_started") == 2


async def test_a_visit_with_an_open_conversation_gets_no_second_one(world: World) -> None:
    visit = await world.visit("Vi")
    conversation_id, now = derived_id("second"), world.host.clock.now()
    request = LiveChatRequested(
        at=now,
        visit_id=visit,
        visitor_id=derived_id("vi"),
        request_id=derived_id("request"),
        conversation_id=conversation_id,
        playbook_id=world.playbook_id,
        card_id="live",
        online_message="One moment.",
        wait_time_s=60,
        offline_message="Nobody is free.",
    )
    told(world, PLAYBOOK_EVENTS.name, stream("visit", visit), 99, request)
    told(world, PLAYBOOK_EVENTS.name, stream("visit", visit), 99, request)
    await world.host.settle()

    declined = world.host.services["conversation"].store.streams[stream("conversation", conversation_id)]
    assert [event.type for event in declined] == ["conversation.live_chat_declined.v1"]
    assert b"visit_has_conversation" in declined[0].data
    await only(world)
