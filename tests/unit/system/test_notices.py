"""Who is told of what happens in a chat, through all services, and what becomes of devices that do not answer."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import Assigned
from contracts.envelope import Recorded
from contracts.notifier import NoticeDelayed, NoticesDecided, notice_of
from contracts.personal import decode
from services.notifier import projections
from services.notifier.consumers.sender import Sender
from services.notifier.outbound import Result
from tests.unit.system.devices import KEYS, allow, kinds
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


async def chat_of(world: World) -> str:
    """A visitor's new conversation."""
    await world.visit("Vi")
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    return f"conversation/conversations/{row['conversation_id']}"


async def test_the_three_notices_reach_the_devices_of_whom_they_concern(world: World) -> None:
    ben = await world.invite("Ben")
    for who, device in (("Ana", "anas-laptop"), ("Ana", "anas-phone"), ("Ben", "bens-phone")):
        await allow(world, who, device)
    await world.post("Ana", "presence/online", {"tab": "a"})
    path = await chat_of(world)
    assert [kinds(world, device) for device in ("anas-laptop", "anas-phone", "bens")] == [
        ["new_conversation"],
        ["new_conversation"],
        [],
    ]

    await world.post("Ana", f"{path}/take")
    ana = (await world.get("Ana", "presence/agents"))["items"][0]["agent_id"]
    await world.post("Vi", f"{path}/messages", {"text": "Anybody there?"})
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})
    await world.post("Ben", "presence/online", {"tab": "b"})
    await world.post("Ana", f"{path}/assign", {"agent_id": ben, "expected_holder": ana})
    await world.post("Vi", f"{path}/messages", {"text": "And now?"})

    assert kinds(world, "anas-phone") == ["new_conversation", "new_message", "new_message"]
    assert kinds(world, "bens-phone") == ["assigned_to_you", "new_message"]
    first, second = world.push.told("anas-phone")[1:]
    assert (first["text"], first["renotify"], second["renotify"]) == ("Anybody there?", True, False)
    assert first["tag"] == second["tag"]
    assert len({told["id"] for told in world.push.told("anas-phone")}) == 3
    assert all(len(message.topic) == 32 for _, message in world.push.given)
    _, new = world.push.given[0]
    assert new.ttl_s == 60


async def test_nothing_is_decided_on_what_is_not_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change = projections._change

    def failing(row: Any, recorded: Recorded) -> bool:
        if isinstance(recorded.event, Assigned):
            raise ValueError("planted")
        return change(row, recorded)

    await allow(world, "Ana", "laptop")
    await world.post("Ana", "presence/online", {"tab": "a"})
    path = await chat_of(world)
    monkeypatch.setattr(projections, "_change", failing)
    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})

    parked = Counter(consumer for consumer, *_ in world.host.services["notifier"].rows.parked)
    # The decisions wait as long as what they are made on: an operator has both tried again.
    assert parked == {"conversations": 2, "notifier.conversation": 2}
    assert kinds(world, "laptop") == ["new_conversation"]
    assert world.types("notice-") == ["notices_decided"]


async def test_every_notifiable_event_and_device_has_exactly_one_verdict(world: World) -> None:
    await world.invite("Ben")
    devices = {await allow(world, who, f"{who}{number}") for who in ("Ana", "Ben") for number in range(3)}
    await world.post("Ana", "presence/online", {"tab": "a"})
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})

    verdicts = Counter[tuple[str, str]]()
    streams = world.host.services["notifier"].store.streams
    for name, events in streams.items():
        for stored in events if name.startswith("notice-") else ():
            decided = decode(NoticesDecided, stored.data)
            verdicts.update((name, device) for one in decided.recipients for device in one.devices)
    chat = f"conversation-{path.rpartition('/')[2]}"
    told = {
        event.type.split(".")[1]: f"notice-{notice_of(event.event_id)}"
        for event in world.host.services["conversation"].store.streams[chat]
    }
    assert set(verdicts.values()) == {1}
    assert {device for notice, device in verdicts if notice == told["conversation_started"]} == devices
    assert told["assigned"] in streams
    assert told["message_posted"] in streams


async def test_what_an_agent_switched_off_reaches_none_of_their_devices_until_it_is_on_again(
    world: World,
) -> None:
    await world.invite("Ben")
    for who, device in (("Ana", "anas-laptop"), ("Ana", "anas-phone"), ("Ben", "bens-phone")):
        await allow(world, who, device)
        await world.post(who, "presence/online", {"tab": who})
    assert await world.get("Ana", "notifier/choices") == {"off": [], "version": 0}
    off = ["new_message", "new_conversation"]
    told = await world.post("Ana", "notifier/choices", {"off": off})
    chosen = await world.get("Ana", "notifier/choices")
    assert (sorted(chosen["off"]), chosen["version"]) == (sorted(off), told["version"])
    assert (await world.get("Ben", "notifier/choices"))["off"] == []

    path = await chat_of(world)
    assert [kinds(world, who) for who in ("anas", "bens")] == [[], ["new_conversation"]]
    streams = world.host.services["notifier"].store.streams
    (notice,) = [events for name, events in streams.items() if name.startswith("notice-")]
    verdicts = decode(NoticesDecided, notice[0].data).recipients
    assert sorted(
        (one.outcome, one.switched_off, one.choices_version, len(one.devices)) for one in verdicts
    ) == [
        ("sent", False, 0, 1),
        ("suppressed", True, 1, 2),
    ]

    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})
    await world.post("Ana", "notifier/choices", {"off": []})
    await world.post("Vi", f"{path}/messages", {"text": "Anybody?"})
    assert kinds(world, "anas-phone") == ["new_message"]


@pytest.mark.parametrize("off", [["everything"], "new_message", ["new_message"] * 4, None])
async def test_choices_that_are_none_are_refused(world: World, off: object) -> None:
    await world.post("Ana", "notifier/choices", {"off": off}, expect=422)


async def test_an_agent_who_has_just_come_online_is_told_before_the_notifier_hears_of_it(
    world: World,
) -> None:
    ben = await world.invite("Ben")
    notifier = world.host.services["notifier"]
    notifier.consumers = {name: one for name, one in notifier.consumers.items() if "presence" not in name}
    await world.post("Ben", "presence/online", {"tab": "b"})
    await chat_of(world)

    (notice,) = [events for name, events in notifier.store.streams.items() if name.startswith("notice-")]
    (told,) = decode(NoticesDecided, notice[0].data).recipients
    assert (told.agent_id, told.outcome) == (ben, "sent")


async def test_a_device_that_is_gone_is_taken_off_and_not_tried_again(world: World) -> None:
    await allow(world, "Ana", "old")
    await allow(world, "Ana", "new")
    await world.post("Ana", "presence/online", {"tab": "a"})
    world.push.answers["https://push.test/old"] = [Result("gone", "410")]
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})

    assert (len(kinds(world, "old")), len(kinds(world, "new"))) == (1, 2)
    assert [one["label"] for one in (await world.get("Ana", "notifier/devices"))["items"]] == ["new"]
    assert world.types("notice-").count("notice_failed") == 1


async def test_a_notice_that_a_push_service_did_not_take_is_tried_again_with_the_same_id(
    world: World,
) -> None:
    await allow(world, "Ana", "phone")
    await world.post("Ana", "presence/online", {"tab": "a"})
    world.push.answers["https://push.test/phone"] = [Result("again", "503"), Result("again", "429", 20.0)]
    await chat_of(world)
    assert len(world.push.given) == 1

    await world.host.pass_time(timedelta(seconds=2))
    await world.host.pass_time(timedelta(seconds=19))
    assert len(world.push.given) == 2
    await world.host.pass_time(timedelta(seconds=1))

    assert len({told["id"] for told in world.push.told()}) == 1
    assert [message.ttl_s for _, message in world.push.given] == [60, 58, 38]
    assert world.types("notice-")[-1] == "notice_handed_over"


async def test_a_notice_nobody_takes_fails_when_its_time_is_over(world: World) -> None:
    await allow(world, "Ana", "phone")
    await world.post("Ana", "presence/online", {"tab": "a"})
    world.push.answers["https://push.test/phone"] = [Result("again", "500")] * 9
    await chat_of(world)
    for _ in range(70):
        await world.host.pass_time(timedelta(seconds=1))

    assert world.types("notice-").count("notice_failed") == 1
    assert len(world.push.given) == 4


async def test_a_device_that_hangs_holds_up_no_other_and_is_noted_when_it_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    for device in ("hanging", "quick"):
        await allow(world, "Ana", device)
    await world.post("Ana", "presence/online", {"tab": "a"})
    answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    world.push.answers["https://push.test/hanging"] = [answer]
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})

    assert kinds(world, "quick") == ["new_conversation", "new_message"]
    assert world.types("notice-").count("notice_delayed") == 2
    answer.set_result(Result("taken"))
    await world.host.services["notifier"].ports.own["sender"].finished()
    assert world.types("notice-").count("notice_handed_over") == 1


async def test_devices_that_hang_are_noted_in_the_order_in_which_they_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    for number in range(8):
        await allow(world, "Ana", f"phone-{number}")
        world.push.answers[f"https://push.test/phone-{number}"] = [answer]
    await world.post("Ana", "presence/online", {"tab": "a"})
    await chat_of(world)

    streams = world.host.services["notifier"].store.streams
    (events,) = [events for name, events in streams.items() if name.startswith("notice-")]
    (told,) = decode(NoticesDecided, events[0].data).recipients
    assert [decode(NoticeDelayed, event.data).device_id for event in events[1:]] == list(told.devices)
    answer.set_result(Result("taken"))
    await world.host.services["notifier"].ports.own["sender"].finished()


async def test_what_was_under_way_when_the_process_died_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    await allow(world, "Ana", "phone")
    await world.post("Ana", "presence/online", {"tab": "a"})
    lost: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    world.push.answers["https://push.test/phone"] = [lost]
    await chat_of(world)

    own = world.host.services["notifier"].ports.own
    assert isinstance(own, dict)
    own["sender"] = Sender(world.push)
    await world.host.pass_time(timedelta(seconds=15))

    ids = [told["id"] for told in world.push.told("phone")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    lost.cancel()


async def test_devices_that_may_not_be_are_refused(world: World) -> None:
    def body(endpoint: str) -> dict[str, Any]:
        return {"subscription": {"endpoint": endpoint, "keys": KEYS}}

    told = await world.post("Ana", "notifier/devices", body("https://10.0.0.1/x"), expect=400)
    assert told["code"] == "bad_endpoint"
    for number in range(10):
        await allow(world, "Ana", f"d{number}")
    told = await world.post("Ana", "notifier/devices", body("https://push.test/d10"), expect=409)
    assert told["code"] == "too_many_devices"
    await allow(world, "Ana", "d9")
    world.push.key = None
    told = await world.post("Ana", "notifier/devices", body("https://push.test/d9"), expect=409)
    assert told["code"] == "no_web_push"
    assert (await world.get("Ana", "notifier/vapid-key")) == {"public_key": None}


async def test_an_endpoint_and_its_keys_are_in_no_event(world: World) -> None:
    await allow(world, "Ana", "secret-address")
    stores = [service.store for service in world.host.services.values()]
    logged = b"".join(e.data for store in stores for events in store.streams.values() for e in events)
    assert b"push.test" not in logged
