"""What happens between a verdict and a later try: nobody's phone rings for what is read, taken or said anew."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from contracts.notifier import NoticeFailed
from contracts.personal import decode
from services.notifier.outbound import Result
from tests.unit.system.devices import allow, kinds
from tests.unit.system.world import World

AGAIN = Result("again", "503")
PHONE = "https://push.test/anas-phone"
Happens = Callable[[World, str], Awaitable[object]]


@pytest.fixture
async def world() -> World:
    """Ana, with a phone, and Ben are online."""
    world = World()
    await world.open()
    await world.invite("Ben")
    await allow(world, "Ana", "anas-phone")
    for who in ("Ana", "Ben"):
        await world.post(who, "presence/online", {"tab": who})
    return world


async def chat_of(world: World) -> str:
    """A visitor's new conversation."""
    await world.visit("Vi")
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    return f"conversation/conversations/{row['conversation_id']}"


async def say(world: World, path: str, text: str) -> int:
    return int((await world.post("Vi", f"{path}/messages", {"text": text}))["version"])


def given_up(world: World) -> list[str]:
    """Why notices were given up."""
    streams = world.host.services["notifier"].store.streams
    notices = [one for name, events in streams.items() if name.startswith("notice-") for one in events]
    return [decode(NoticeFailed, one.data).reason for one in notices if one.type == NoticeFailed.TYPE]


async def closed(world: World, path: str) -> None:
    agents = (await world.get("Ana", "presence/agents"))["items"]
    (ana,) = [one["agent_id"] for one in agents if one["name"] == "Ana"]
    await world.post("Ana", f"{path}/close", {"expected_holder": ana})


async def switched_off(world: World, path: str) -> None:
    await world.post("Ana", "notifier/choices", {"off": ["new_message"]})


async def test_a_chat_that_was_taken_meanwhile_is_not_told_of_again(world: World) -> None:
    world.push.answers[PHONE] = [AGAIN]
    path = await chat_of(world)
    assert len(kinds(world, "anas-phone")) == 1

    await world.post("Ben", f"{path}/take")
    await world.host.pass_time(timedelta(seconds=3))

    assert kinds(world, "anas-phone") == ["new_conversation"]
    assert given_up(world) == ["taken"]


async def test_a_chat_that_still_waits_is_told_of_again(world: World) -> None:
    world.push.answers[PHONE] = [AGAIN]
    await chat_of(world)

    await world.host.pass_time(timedelta(seconds=3))

    assert kinds(world, "anas-phone") == ["new_conversation"] * 2
    assert given_up(world) == []


async def test_nobody_who_has_gone_offline_is_told_of_a_chat_again(world: World) -> None:
    world.push.answers[PHONE] = [AGAIN]
    await chat_of(world)

    await world.post("Ana", "presence/offline")
    await world.host.pass_time(timedelta(seconds=3))

    assert given_up(world) == ["not_online"]


async def test_a_message_that_was_read_meanwhile_is_not_told_of_again(world: World) -> None:
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    world.push.answers[PHONE] = [AGAIN]
    version = await say(world, path, "Hello?")

    await world.post("Ana", f"{path}/read", {"up_to": version})
    await world.host.pass_time(timedelta(seconds=3))

    assert kinds(world, "anas-phone") == ["new_conversation", "new_message"]
    assert given_up(world) == ["read"]


async def test_an_older_message_does_not_take_the_place_of_a_newer_one(world: World) -> None:
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    world.push.answers[PHONE] = [AGAIN]
    await say(world, path, "Hello?")

    await say(world, path, "Anybody there?")
    await world.host.pass_time(timedelta(seconds=3))

    assert [one["text"] for one in world.push.told("anas-phone")[1:]] == ["Hello?", "Anybody there?"]
    assert given_up(world) == ["superseded"]


@pytest.mark.parametrize(("happens", "reason"), [(closed, "closed"), (switched_off, "switched_off")])
async def test_whatever_speaks_against_a_notice_at_first_does_so_later(
    world: World, happens: Happens, reason: str
) -> None:
    path = await chat_of(world)
    await world.post("Ana", f"{path}/take")
    world.push.answers[PHONE] = [AGAIN]
    await say(world, path, "Hello?")

    await happens(world, path)
    await world.host.pass_time(timedelta(seconds=3))

    assert kinds(world, "anas-phone") == ["new_conversation", "new_message"]
    assert given_up(world) == [reason]


async def test_what_the_verdict_knew_of_presence_counts_where_nothing_newer_is_known(world: World) -> None:
    cem = await world.invite("Cem")
    await allow(world, "Cem", "cems-phone")
    notifier = world.host.services["notifier"]
    notifier.consumers = {name: one for name, one in notifier.consumers.items() if "presence" not in name}
    await world.post("Cem", "presence/online", {"tab": "c"})
    world.push.answers["https://push.test/cems-phone"] = [AGAIN]
    await chat_of(world)

    await world.host.pass_time(timedelta(seconds=3))

    assert kinds(world, "cems-phone") == ["new_conversation"] * 2, cem
