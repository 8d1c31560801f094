"""Sockets through the application: who may open one, and exactly which events come over it."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from contracts.ids import derived_id, stream
from services.gateway.sockets.frames import STREAMS_MAX
from tests.unit.gateway.client import Closed, authorise, socket, versions
from tests.unit.gateway.examples import (
    ADA,
    CHAT,
    WALK,
    ada,
    assigned,
    bot_said,
    of_tomorrow,
    recorded,
    requested,
    said,
    started,
    stranger,
    visit_started,
    visitor,
)
from tests.unit.gateway.replica import ORIGIN, Replica

LAST = 2 * STREAMS_MAX


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ORIGIN + ".evil.example"])
async def test_pages_of_other_origins_open_no_socket(app: FastAPI, origin: str) -> None:
    async with socket(app, origin) as client:
        with pytest.raises(Closed, match="4403"):
            await client.next()


@pytest.mark.parametrize("origin", [ORIGIN, None])
async def test_our_own_pages_and_other_clients_do(app: FastAPI, replica: Replica, origin: str | None) -> None:
    async with socket(app, origin) as client:
        assert await authorise(client, replica, ada) == []


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        ('{"type":"authorise","token":"no token"}', "4401 unauthorised"),
        ('{"type":"ping"}', "4400 bad_frame"),
        ('{"type":"authorise","token":"t","more":1}', "4400 bad_frame"),
        ('{"type":"authorise","token":"t","folders":"yes"}', "4400 bad_frame"),
        ('{"type":"authorise","token":"t","have":{"lead-1":1}}', "4400 bad_frame"),
        ('{"type":"sing"}', "4400 bad_frame"),
        ("no json", "4400 bad_frame"),
        ('"' + "x" * 20_000 + '"', "4400 bad_frame"),
    ],
)
async def test_a_bad_first_frame_is_explained_and_ends_it(app: FastAPI, frame: str, told: str) -> None:
    async with socket(app) as client:
        await client.send_text(frame)
        assert (await client.next())["type"] == "error"
        with pytest.raises(Closed, match=told):
            await client.next()


async def test_a_token_that_is_over_ends_the_socket(
    app: FastAPI, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.sockets.connection.TOKEN_CHECKED_EVERY_S", 0.01)
    async with socket(app) as client:
        await authorise(client, replica, ada)
        replica.clock.move(timedelta(seconds=200))
        await client.send(type="renew", token=replica.token(ada))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}
        replica.clock.move(timedelta(seconds=200))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}
        replica.clock.move(timedelta(seconds=200))
        with pytest.raises(Closed, match="4401 unauthorised"):
            await client.until("ready")


async def test_nobody_renews_with_another_ones_token(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as client:
        await authorise(client, replica, ada)
        await client.send(type="renew", token=replica.token(stranger))
        with pytest.raises(Closed, match="4401 unauthorised"):
            await client.until("ready")


async def test_a_visitor_sees_the_visit_and_its_conversation_from_history(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(visit_started, 1, WALK), recorded(requested, 2, WALK))
    replica.topics.append(recorded(started, 1), recorded(bot_said("One moment."), 2))
    async with socket(app) as client:
        frames = await authorise(client, replica, visitor, have={WALK: 1})

    assert versions(frames, WALK) == [2]
    assert versions(frames, CHAT) == [1, 2]
    assert frames[-1]["event"]["text"] == "One moment."


async def test_a_visitor_sees_a_conversation_that_begins_while_they_look(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(visit_started, 1, WALK))
    async with socket(app) as client:
        assert versions(await authorise(client, replica, visitor), WALK) == [1]
        replica.topics.append(recorded(started, 1), recorded(requested, 2, WALK), recorded(assigned, 2))
        frames = [await client.next() for _ in range(3)]
        assert versions(frames, CHAT) == [1, 2]
        assert versions(frames, WALK) == [2]
        assert ADA not in str(frames)


async def test_a_visitor_follows_nothing_else(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as client:
        await authorise(client, replica, visitor, have={CHAT: 0})
        await client.send(type="follow", stream=CHAT)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await client.until("ready")


async def test_an_agent_follows_a_conversation_from_where_the_screen_is(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(started, 1), recorded(of_tomorrow, 2), recorded(assigned, 3))
    async with socket(app) as client:
        await authorise(client, replica, ada)
        await client.send(type="follow", stream=CHAT, after=1)
        frames = [await client.next() for _ in range(2)]
        assert versions(frames, CHAT) == [2, 3]
        assert frames[0]["event"] is None

        replica.topics.append(recorded(said("hi"), 4), recorded(said("hi"), 4))
        replica.topics.append(recorded(said("again"), 5))
        assert versions([await client.next(), await client.next()], CHAT) == [4, 5]

        await client.send(type="unfollow", stream=CHAT)
        await client.send(type="ping")
        await client.next()
        replica.topics.append(recorded(said("nobody hears this"), 6))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}


async def test_a_visitor_may_ask_for_a_person_again_and_again(app: FastAPI, replica: Replica) -> None:
    async def asks(number: int) -> str:
        again = requested.model_copy(update={"conversation_id": derived_id("asked", number)})
        replica.topics.append(recorded(again, number + 1, WALK))
        return again.conversation_id

    replica.topics.append(recorded(visit_started, 1, WALK))
    for number in range(1, STREAMS_MAX + 1):
        await asks(number)
    async with socket(app) as client:
        await authorise(client, replica, visitor)
        chats = {}
        for number in range(STREAMS_MAX + 1, LAST + 1):
            chats[number] = await asks(number)
            assert versions([await client.next()], WALK) == [number + 1]
        chat = chats[LAST]
        name = stream("conversation", chat)
        replica.topics.append(recorded(started.model_copy(update={"conversation_id": chat}), 1, name))
        assert versions([await client.next()], name) == [1]
        have = {WALK: LAST + 1, **{stream("conversation", derived_id(n)): 1 for n in range(LAST)}}
    async with socket(app) as client:
        assert versions(await authorise(client, replica, visitor, have=have), name) == [1]


async def test_what_happens_while_the_read_model_is_behind_comes_once(app: FastAPI, replica: Replica) -> None:
    replica.models.held = True
    replica.topics.append(recorded(started, 1), recorded(assigned, 2))
    async with socket(app) as client:
        await authorise(client, replica, ada)
        await client.send(type="follow", stream=CHAT)
        await client.send(type="ping")
        await client.next()
        replica.topics.append(recorded(said("meanwhile"), 3))
        replica.models.catch_up()
        assert versions([await client.next() for _ in range(3)], CHAT) == [1, 2, 3]


async def test_a_gap_at_the_live_end_is_filled_from_the_read_model(app: FastAPI, replica: Replica) -> None:
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, ada, have={CHAT: 1})
        await client.send(type="ping")
        await client.next()
        listeners, replica.topics._listeners = replica.topics._listeners, {}
        replica.topics.append(recorded(assigned, 2))
        replica.topics._listeners = listeners
        replica.topics.append(recorded(said("hi"), 3))
        assert versions([await client.next() for _ in range(2)], CHAT) == [2, 3]


async def test_history_that_does_not_come_in_time_asks_the_client_to_retry(
    app: FastAPI, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.05)
    replica.models.held = True
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, ada, have={CHAT: 0})
        with pytest.raises(Closed, match="4425 retry"):
            await client.until("ready")


async def test_a_conversation_of_another_workspace_is_not_there(
    app: FastAPI, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.queries.WAIT_S", 0.05)
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, stranger)
        await client.send(type="follow", stream=CHAT)
        replica.topics.append(recorded(said("secret"), 2))
        frame = await client.next()
        assert (frame["type"], frame["code"], frame["stream"]) == ("error", "not_found", CHAT)
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}


async def test_what_waits_behind_a_parked_event_holds_up_nothing_else_of_an_agent(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, ada, have={CHAT: 1})
        await client.send(type="ping")
        await client.next()
        replica.topics.append(recorded(of_tomorrow, 3))  # The read model never gets version 2.
        frame = await client.next()
        assert (frame["type"], frame["code"], frame["stream"]) == ("error", "behind", CHAT)
        replica.topics.append(recorded(said("and more"), 4))
        await client.send(type="ping")
        assert await client.next() == {"type": "pong"}


async def test_what_waits_behind_a_parked_event_asks_its_visitor_to_retry(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, visitor, have={CHAT: 1})
        replica.topics.append(recorded(of_tomorrow, 3))
        with pytest.raises(Closed, match="4425 retry"):
            await client.until("ready")
