"""Devices that show nothing any more: taken off, moved to another agent, or gone with their agent."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from services.chassis.memory import MemoryStore
from services.chassis.ports import Append
from services.notifier.outbound import Result
from services.notifier.outbound.subscriptions import KIND
from services.notifier.tables import devices
from tests.unit.system.devices import allow, body_of, kinds
from tests.unit.system.world import NOW, World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


@contextmanager
def dying(store: MemoryStore, after: int) -> Iterator[None]:
    """The process is killed after so many appends."""
    append, left = store.append, after

    async def killed(what: Append) -> int:
        nonlocal left
        if not left:
            raise OSError("killed")
        left -= 1
        return await append(what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", killed)
        yield


async def test_a_removed_device_and_a_moved_one_belong_to_nobody_else(world: World) -> None:
    await world.invite("Ben")
    phone = await allow(world, "Ana", "phone")
    await world.delete("Ben", f"notifier/devices/{phone}", expect=404)
    assert await allow(world, "Ben", "phone") == phone

    assert (await world.get("Ana", "notifier/devices"))["items"] == []
    await world.delete("Ana", f"notifier/devices/{phone}", expect=404)
    await world.delete("Ben", f"notifier/devices/{phone}")
    assert (await world.get("Ben", "notifier/devices"))["items"] == []
    assert world.types(f"device-{phone}") == [
        "device_allowed",
        "device_expired",
        "device_allowed",
        "device_expired",
    ]


async def test_a_device_that_is_taken_off_again_is_answered_as_at_first_and_stays_if_it_was_allowed_since(
    world: World,
) -> None:
    phone = await allow(world, "Ana", "phone")
    first = await world.delete("Ana", f"notifier/devices/{phone}", key="off")
    assert await world.delete("Ana", f"notifier/devices/{phone}", key="off") == first | {"repeated": True}
    await world.delete("Ana", f"notifier/devices/{phone}", expect=404)

    await allow(world, "Ana", "phone")
    await world.delete("Ana", f"notifier/devices/{phone}", key="off")
    await world.post("Ana", "presence/online", {"tab": "a"})
    await world.visit("Wu")
    assert kinds(world, "phone") == ["new_conversation"]


async def test_an_end_of_sessions_that_is_read_again_leaves_devices_that_were_allowed_since(
    world: World,
) -> None:
    await world.invite("Ben")
    before = await allow(world, "Ben", "before")
    await world.post("Ben", "gateway/account/sign-out-everywhere")
    assert world.types(f"device-{before}")[-1] == "device_expired"
    await world.host.pass_time(timedelta(seconds=1))
    await world.sign_in("Ben")
    since = await allow(world, "Ben", "since")

    world.host.services["notifier"].store._commands.clear()  # Told under other ids by an older version.
    positions = world.host.services["notifier"].rows.offsets
    for place in [place for place in positions if place[0] == "notifier.gateway"]:
        positions[place] = 0
    await world.host.settle()

    assert world.types(f"device-{before}") == ["device_allowed", "device_expired"]
    assert world.types(f"device-{since}") == ["device_allowed"]
    await world.post("Ben", "presence/online", {"tab": "b"})
    await world.visit("Wu")
    assert kinds(world, "since") == ["new_conversation"]


def lose_devices(world: World) -> None:
    """The read model knows of no device yet."""
    rows = world.host.services["notifier"].rows.rows
    for key in [key for key in rows if key[0] is devices]:
        del rows[key]


async def test_a_device_that_no_read_model_knows_yet_is_taken_off_with_its_agents_sessions(
    world: World,
) -> None:
    await world.invite("Ben")
    device_id = await allow(world, "Ben", "bens-phone")
    lose_devices(world)

    await world.post("Ben", "gateway/account/sign-out-everywhere")

    assert world.types(f"device-{device_id}") == ["device_allowed", "device_expired"]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_process_that_dies_amid_an_agents_devices_leaves_none_of_them(
    world: World, known: bool, after: int
) -> None:
    ben = await world.invite("Ben")
    allowed = [await allow(world, "Ben", device) for device in ("laptop", "phone", "tablet")]
    if not known:
        lose_devices(world)
    notifier = world.host.services["notifier"]
    with dying(notifier.store, after), pytest.raises(OSError, match="killed"):
        await world.post("Ben", "gateway/account/sign-out-everywhere")
    await world.host.settle()

    assert [world.types(f"device-{one}") for one in allowed] == [["device_allowed", "device_expired"]] * 3
    assert not await notifier.ports.credentials.of(KIND, world.workspace_id, ben, NOW)
    assert not notifier.rows.parked


async def team(world: World) -> dict[str, str]:
    return {one["name"]: one["agent_id"] for one in (await world.get("Ana", "gateway/agents"))["items"]}


@contextmanager
def meanwhile(store: MemoryStore, happens: Callable[[], Awaitable[Any]]) -> Iterator[None]:
    """Something happens when the next command has decided and is about to append."""
    append = store.append

    async def late(what: Append) -> int:
        patch.undo()
        await happens()
        return await append(what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", late)
        yield


async def test_a_device_that_is_being_allowed_while_its_session_ends_is_not(world: World) -> None:
    """The address is kept, and the session ends before the device is told of."""
    await world.invite("Ben")
    notifier, ben = world.host.services["notifier"], (await team(world))["Ben"]

    with meanwhile(notifier.store, lambda: world.post("Ben", "gateway/account/sign-out-everywhere")):
        refused = await world.post("Ben", "notifier/devices", body_of("phone"), expect=401)

    assert refused["code"] == "unauthorised"
    assert world.types("device-") == ["device_expired"]
    assert not await notifier.ports.credentials.of(KIND, world.workspace_id, ben, NOW)


async def test_who_is_removed_while_taking_a_device_over_does_not_get_it(world: World) -> None:
    await world.invite("Ben")
    phone = await allow(world, "Ana", "phone")
    notifier, ben = world.host.services["notifier"], (await team(world))["Ben"]

    with meanwhile(notifier.store, lambda: world.post("Ana", f"gateway/agents/{ben}/remove")):
        await world.post("Ben", "notifier/devices", body_of("phone"), expect=401)

    assert world.types("device-") == ["device_allowed", "device_expired"]
    assert [one["device_id"] for one in (await world.get("Ana", "notifier/devices"))["items"]] == [phone]


async def reaches(world: World, name: str, device: str) -> list[str]:
    """What is shown on a device when somebody asks for a person while its agent alone is online."""
    await world.post(name, "presence/online", {"tab": "one"})
    await world.visit("Wu")
    return kinds(world, device)


async def test_who_is_refused_while_taking_a_device_over_leaves_it_to_whom_it_is(world: World) -> None:
    await world.invite("Ben")
    await allow(world, "Ana", "phone")
    notifier, ben = world.host.services["notifier"], (await team(world))["Ben"]

    with meanwhile(notifier.store, lambda: world.post("Ana", f"gateway/agents/{ben}/remove")):
        await world.post("Ben", "notifier/devices", body_of("phone"), expect=401)

    assert await reaches(world, "Ana", "phone") == ["new_conversation"]
    assert not await notifier.ports.credentials.of(KIND, world.workspace_id, ben, NOW)


async def test_a_late_repeat_takes_no_device_back(world: World) -> None:
    ben = await world.invite("Ben")
    await world.post("Ana", "notifier/devices", body_of("phone"), key="the-same")
    await allow(world, "Ben", "phone")

    assert (await world.post("Ana", "notifier/devices", body_of("phone"), key="the-same"))["repeated"]
    await world.post("Ana", "gateway/account/sign-out-everywhere")

    assert await reaches(world, "Ben", "phone") == ["new_conversation"]
    kept = await world.host.services["notifier"].ports.credentials.of(KIND, world.workspace_id, ben, NOW)
    assert len(kept) == 1


async def test_an_agents_end_that_is_read_late_takes_no_device_that_is_anothers_by_now(world: World) -> None:
    await world.invite("Ben")
    await allow(world, "Ana", "phone")
    rows = world.host.services["notifier"].rows.rows
    behind = {key: dict(row) for key, row in rows.items() if key[0] is devices}
    await allow(world, "Ben", "phone")
    newest = {key: dict(row) for key, row in rows.items() if key[0] is devices}

    rows.update(behind)
    await world.post("Ana", "gateway/account/sign-out-everywhere")
    rows.update(newest)

    assert await reaches(world, "Ben", "phone") == ["new_conversation"]


@pytest.mark.parametrize("leaves", [True, False])
async def test_what_was_to_be_tried_again_is_not_shown_to_whoever_has_the_device_now(
    world: World, leaves: bool
) -> None:
    await world.invite("Ben")
    await allow(world, "Ana", "phone")
    await world.post("Ana", "presence/online", {"tab": "one"})
    await world.visit("Wu")
    conversation_id = (await world.get("Ana", "gateway/folders/unassigned"))["items"][0]["conversation_id"]
    await world.post("Ana", f"conversation/conversations/{conversation_id}/take")
    world.push.answers["https://push.test/phone"].append(Result("again", "503"))
    await world.post("Wu", f"conversation/conversations/{conversation_id}/messages", {"text": "for Ana"})
    tried = len(world.push.given)

    if leaves:
        await world.post("Ana", "gateway/account/sign-out-everywhere")
    await allow(world, "Ben", "phone")
    await world.host.pass_time(timedelta(seconds=30))

    assert world.push.given[tried:] == []
    assert world.types("notice-")[-1] == "notice_failed"
