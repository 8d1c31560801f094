"""One session that is ended takes its tokens, and the device that was allowed in it, along; the others go on."""

from datetime import timedelta

import pytest

from tests.unit.system.devices import allow, kinds
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    await world.post("Ana", "presence/online", {"tab": "a"})
    return world


async def two_browsers(world: World) -> tuple[str, str]:
    """Ana in a second browser, which shows notices as the first one does; the devices' ids, the second's last."""
    first = await allow(world, "Ana", "laptop")
    world.keep("Ana", "Ana elsewhere")
    await world.host.pass_time(timedelta(seconds=1))
    await world.sign_in("Ana")
    return first, await allow(world, "Ana", "phone")


async def listed(world: World) -> list[str]:
    """Ana's sessions, the newest first."""
    told = await world.get("Ana", "gateway/account/sessions")
    return [session["session_id"] for session in told["items"]]


@pytest.mark.parametrize("how", ["in the list", "signed out"])
async def test_the_device_of_an_ended_session_is_told_of_nothing_more(world: World, how: str) -> None:
    laptop, phone = await two_browsers(world)
    old = await world.headers("Ana elsewhere")

    if how == "in the list":
        await world.post("Ana", f"gateway/account/sessions/{(await listed(world))[-1]}/end")
    else:
        await world.post("", "gateway/sign-out", {"session": world.session_of("Ana elsewhere")})
    await world.post("Ana", "presence/online", {"tab": "b"})
    await world.visit("Vi")

    assert world.types(f"device-{laptop}") == ["device_allowed", "device_expired"]
    assert world.types(f"device-{phone}") == ["device_allowed"]
    assert (kinds(world, "laptop"), kinds(world, "phone")) == ([], ["new_conversation"])
    for path in ("presence/agents", "notifier/devices", "crm/leads", "gateway/agents"):
        assert await world.status(path, old) == 401
    assert [one["device_id"] for one in (await world.get("Ana", "notifier/devices"))["items"]] == [phone]


async def test_an_end_is_recorded_once_however_often_it_is_asked_for(world: World) -> None:
    await two_browsers(world)
    ended = (await listed(world))[-1]

    await world.post("Ana", f"gateway/account/sessions/{ended}/end")
    await world.post("Ana", f"gateway/account/sessions/{ended}/end", expect=404)
    await world.post("", "gateway/sign-out", {"session": world.session_of("Ana elsewhere")})

    assert world.types("account-").count("session_ended") == 1


async def test_who_signs_in_again_in_that_browser_is_told_of_things_there_again(world: World) -> None:
    laptop, _ = await two_browsers(world)
    await world.post("Ana", f"gateway/account/sessions/{(await listed(world))[-1]}/end")
    await world.sign_in("Ana")

    assert await allow(world, "Ana", "laptop") == laptop
    await world.post("Ana", "presence/online", {"tab": "b"})
    await world.visit("Vi")

    assert world.types(f"device-{laptop}") == ["device_allowed", "device_expired", "device_allowed"]
    assert kinds(world, "laptop") == ["new_conversation"]


async def test_a_device_that_was_allowed_in_a_newer_session_stays_when_the_older_one_ends(
    world: World,
) -> None:
    """Nobody signed out: the browser's session was replaced by a new sign-in, and its device goes with that one."""
    laptop = await allow(world, "Ana", "laptop")
    world.keep("Ana", "Ana before")
    await world.sign_in("Ana")
    await allow(world, "Ana", "laptop")

    await world.post("", "gateway/sign-out", {"session": world.session_of("Ana before")})
    await world.post("Ana", "presence/online", {"tab": "a"})
    await world.visit("Vi")

    assert world.types(f"device-{laptop}") == ["device_allowed", "device_allowed"]
    assert kinds(world, "laptop") == ["new_conversation"]


async def test_a_session_that_had_to_make_room_ends_as_any_other(world: World) -> None:
    laptop = await allow(world, "Ana", "laptop")

    for _ in range(50):
        await world.host.pass_time(timedelta(seconds=1))
        await world.sign_in("Ana")

    assert world.types(f"device-{laptop}") == ["device_allowed", "device_expired"]
    assert world.types("account-").count("session_ended") == 1
