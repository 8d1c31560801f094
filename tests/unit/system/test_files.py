"""A file in a conversation through all services: named by a message it stays, forgotten it goes, and never both."""

from datetime import timedelta

import pytest

from services.gateway.outbound import place_of
from tests.sample_files import PNG
from tests.unit.system.world import World

DAY = timedelta(hours=24, minutes=1)


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    await world.post("Ana", "presence/online", {"tab": "Ana"})
    await world.visit("Vi")
    return world


async def chat_of(world: World) -> str:
    """The only conversation, taken by Ana."""
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    await world.post("Ana", f"conversation/conversations/{row['conversation_id']}/take")
    return str(row["conversation_id"])


@pytest.mark.parametrize(("sender", "reader"), [("Vi", "Ana"), ("Ana", "Vi")])
async def test_a_file_that_a_message_names_stays(world: World, sender: str, reader: str) -> None:
    chat = await chat_of(world)
    told = await world.upload(sender, chat, PNG, "cat.png")
    path = f"conversation/conversations/{chat}/messages"

    await world.post(sender, path, {"attachment_token": told["attachment_token"]})
    for _ in range(3):
        await world.host.pass_time(DAY)

    last = (await world.get(reader, f"gateway/conversations/{chat}/transcript"))["items"]
    (event,) = [entry["event"] for entry in last if entry["event"] and "attachment" in entry["event"]]
    assert event["text"] == ""
    assert event["attachment"] == {
        "file_id": told["file_id"],
        "name": "cat.png",
        "content_type": "image/png",
        "size_bytes": len(PNG),
    }
    assert (await world.download(reader, told["file_id"])).content == PNG
    assert world.types("file-") == ["file_received", "file_release_asked"]
    assert world.types("attachment-") == []


async def test_what_killed_attempts_left_goes_after_a_day_whether_the_file_stays_or_not(world: World) -> None:
    chat = await chat_of(world)
    named, unnamed = await world.upload("Vi", chat, PNG), await world.upload("Vi", chat, PNG)
    body = {"attachment_token": named["attachment_token"]}
    await world.post("Vi", f"conversation/conversations/{chat}/messages", body)
    world.files.left = {place_of(world.workspace_id, one["file_id"]) for one in (named, unnamed)}

    await world.host.pass_time(DAY - timedelta(minutes=2))
    assert len(world.files.left) == 2
    await world.host.pass_time(timedelta(minutes=2))

    assert world.files.left == set()
    assert world.files.kept.keys() == {place_of(world.workspace_id, named["file_id"])}


async def test_a_file_that_no_message_names_goes_after_a_day(world: World) -> None:
    chat = await chat_of(world)
    told = await world.upload("Vi", chat, PNG)
    await world.host.pass_time(timedelta(hours=23))
    assert world.files.kept

    await world.host.pass_time(timedelta(hours=1, minutes=1))

    assert world.files.kept == {}
    assert (await world.download("Ana", told["file_id"])).status_code == 404
    assert world.types("file-") == ["file_received", "file_release_asked", "file_dropped"]
    assert world.types("attachment-") == ["file_released"]


async def test_bytes_that_never_came_are_looked_after_as_well(world: World) -> None:
    chat = await chat_of(world)
    world.files.away = True
    with pytest.raises(AssertionError, match="files_unavailable"):
        await world.upload("Vi", chat, PNG)
    world.files.away = False

    await world.host.pass_time(DAY)

    assert world.types("file-") == ["file_received", "file_release_asked", "file_dropped"]


async def test_a_message_that_waits_for_delivery_for_days_keeps_its_file(world: World) -> None:
    chat = await chat_of(world)
    told = await world.upload("Vi", chat, PNG)
    conversation, gateway = (world.host.services[name] for name in ("conversation", "gateway"))
    body = {"attachment_token": told["attachment_token"], "text": "Look"}
    headers = await world.headers("Vi")

    # Posted, and the whole system stands still for three days before anybody hears of it.
    answer = await world._clients["conversation"].post(
        f"/conversations/{chat}/messages", json=body, headers=headers
    )
    assert answer.is_success
    world.host.clock.move(3 * DAY)
    await gateway.timers.fire_due()
    await conversation.consume("conversation.files")
    await world.host.settle()

    assert (await world.download("Ana", told["file_id"])).content == PNG


async def test_a_released_file_is_not_named_any_more(world: World) -> None:
    chat = await chat_of(world)
    told = await world.upload("Vi", chat, PNG)
    headers = await world.headers("Vi")
    moved = world.host.clock.now()
    await world.host.pass_time(DAY)
    world.host.clock.move(
        moved - world.host.clock.now()
    )  # A clock that was set back: the token counts again.

    answer = await world._clients["conversation"].post(
        f"/conversations/{chat}/messages",
        json={"attachment_token": told["attachment_token"]},
        headers=headers,
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "claimed")


async def test_a_token_counts_for_its_sender_its_conversation_and_a_while(world: World) -> None:
    chat = await chat_of(world)
    await world.visit("Val")
    other = next(row for row in (await world.get("Ana", "gateway/folders/unassigned"))["items"])[
        "conversation_id"
    ]
    body = {"attachment_token": (await world.upload("Vi", chat, PNG))["attachment_token"]}
    before = world.types(f"conversation-{chat}").count("message_posted")

    for who, where in (("Ana", chat), ("Val", other), ("Val", chat)):
        refused = await world.post(who, f"conversation/conversations/{where}/messages", body, expect=422)
        assert refused["code"] == "bad_attachment"
    for wrong in ("", "x", "a.b.c", "x" * 5_000):
        bad = {"attachment_token": wrong, "text": "Look"}
        await world.post("Vi", f"conversation/conversations/{chat}/messages", bad, expect=422)
    world.host.clock.move(timedelta(seconds=901))
    refused = await world.post("Vi", f"conversation/conversations/{chat}/messages", body, expect=409)
    assert refused["code"] == "attachment_over"
    assert world.types(f"conversation-{chat}").count("message_posted") == before


async def test_a_message_with_a_file_repeated_after_its_token_gets_the_first_answer(world: World) -> None:
    chat = await chat_of(world)
    body = {"attachment_token": (await world.upload("Vi", chat, PNG))["attachment_token"]}
    url = f"/conversations/{chat}/messages"
    client = world._clients["conversation"]

    first = await client.post(url, json=body, headers=await world.headers("Vi") | {"idempotency-key": "k"})
    world.host.clock.move(timedelta(hours=1))
    again = await client.post(url, json=body, headers=await world.headers("Vi") | {"idempotency-key": "k"})

    assert again.json() == first.json() | {"repeated": True}
