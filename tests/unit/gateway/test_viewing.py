"""Who looks at a conversation: other agents who follow it are told, on every replica, until nobody says so again."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.ids import derived_id
from contracts.signals import Viewing
from services.gateway.sockets import connection, viewing
from services.gateway.sockets.frames import STREAMS_MAX, viewing_frame
from services.gateway.sockets.viewing import SWEEP_EVERY, VIEWING_COUNTS, Told, Viewers
from tests.unit.gateway.client import Client, Closed, authorise, screens, socket
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    CHAT,
    CONVERSATION,
    ELSEWHERE,
    T0,
    WORKSPACE,
    ada,
    after,
    stranger,
    visitor,
)
from tests.unit.gateway.test_typing import Gateways, apps, bob, gateways, looking, quiet
from tests.waiting import eventually

__all__ = ["apps", "gateways"]

OTHER = derived_id("another conversation")
EVA = derived_id("eva")
PLACE = (WORKSPACE, CONVERSATION)


def frame(**agents: str) -> dict[str, Any]:
    ids = {"Ada": ADA, "Bob": BOB}
    told = sorted(({"agent_id": ids[name], "name": name} for name in agents), key=lambda one: one["agent_id"])
    return {"type": "viewing", "conversation_id": CONVERSATION, "agents": told}


NOBODY, BY_ADA, BY_BOB = frame(), frame(Ada=ADA), frame(Bob=BOB)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "VIEW_EVERY_S", 0.0)


async def views(client: Client, conversation_id: str | None = CONVERSATION) -> None:
    await client.send(type="view", conversation_id=conversation_id)


async def test_the_others_are_told_who_looks_and_who_leaves(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    one, other = gateways.one, gateways.other
    async with screens(apps, looking, (0, one, visitor), (0, one, ada), (1, other, bob)) as (vi, a, b):
        await views(a)
        assert await b.next() == BY_ADA
        await views(b)
        assert await a.next() == BY_BOB
        await views(a, OTHER)
        assert await b.next() == NOBODY
        await views(a)
        assert await b.next() == BY_ADA
        await views(a, None)
        assert await b.next() == NOBODY
        for client in (vi, a, b):
            await quiet(client)


async def test_whoever_begins_to_follow_is_told_who_looks_already(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with screens(apps, looking, (0, gateways.one, ada), (1, gateways.other, bob)) as (a, b):
        await views(a)
        await b.next()
        async with socket(apps[1]) as again:
            assert BY_ADA in await authorise(again, gateways.other, bob, have={CHAT: 2})
            await again.send(type="unfollow", stream=CHAT)
            await again.send(type="follow", stream=CHAT, after=2)
            assert await again.next() == BY_ADA
        await b.send(type="unfollow", stream=CHAT)
        await views(a, None)
        await quiet(b)


async def test_whoever_loses_their_socket_looks_no_more(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with screens(apps, looking, (1, gateways.other, bob)) as (b,):
        async with screens(apps, looking, (0, gateways.one, ada), (0, gateways.one, ada)) as (first, second):
            await views(first)
            assert await b.next() == BY_ADA
            await views(second)
            await first.go()
            await quiet(second)
            await quiet(b)  # She looks with the other tab.
        assert await b.next() == NOBODY


async def test_who_is_not_heard_of_any_more_is_gone_after_a_while(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TOKEN_CHECKED_EVERY_S", 0.01)
    async with screens(apps, looking, (1, gateways.other, bob)) as (b,):
        await gateways.signals.send("", signal("lost"))
        assert await b.next() == BY_ADA
        gateways.other.clock.move(VIEWING_COUNTS - timedelta(seconds=1))
        await quiet(b)
        gateways.other.clock.move(timedelta(seconds=1) + SWEEP_EVERY)
        assert await b.next() == NOBODY


async def test_who_goes_on_looking_says_so_again(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "VIEW_AGAIN_EVERY_S", 0.01)
    async with screens(apps, looking, (0, gateways.one, ada), (1, gateways.other, bob)) as (a, b):
        await views(a)
        assert await b.next() == BY_ADA

        async def told_thrice() -> bool:
            told = [one for one in gateways.sent if isinstance(one, Viewing)]
            return [(one.agent_id, one.conversation_id) for one in told[:3]] == [(ADA, CONVERSATION)] * 3

        await eventually(told_thrice, within_s=5.0, every_s=0.01, what="she says it three times")
        await quiet(b)


async def test_however_often_the_view_changes_it_is_told_seldom(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "VIEW_EVERY_S", 60.0)
    async with screens(apps, looking, (0, gateways.one, ada)) as (a,):
        for number in range(50):
            await views(a, derived_id(number))
        await quiet(a)
        assert len([one for one in gateways.sent if isinstance(one, Viewing)]) <= 1


async def test_of_another_workspace_nobody_is_told(gateways: Gateways, apps: tuple[FastAPI, FastAPI]) -> None:
    async with socket(apps[0]) as s, screens(apps, looking, (0, gateways.one, ada)) as (a,):
        await authorise(s, gateways.one, stranger)
        await views(s)
        await views(a)
        await quiet(s)
        await quiet(a)


async def test_a_visitor_looks_at_nothing(gateways: Gateways, apps: tuple[FastAPI, FastAPI]) -> None:
    async with screens(apps, looking, (0, gateways.one, visitor)) as (vi,):
        await views(vi)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await vi.until("ready")
    assert not [one for one in gateways.sent if isinstance(one, Viewing)]


@pytest.mark.parametrize("more", [{}, {"conversation_id": CHAT}, {"conversation_id": 1}, {"agent_id": ADA}])
async def test_a_frame_that_does_not_fit_ends_the_socket(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], more: dict[str, Any]
) -> None:
    async with screens(apps, looking, (0, gateways.one, ada)) as (a,):
        await a.send(type="view", **more)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await a.until("ready")


def signal(socket: str, conversation_id: str | None = CONVERSATION, **changes: Any) -> Viewing:
    """A signal of Ada's."""
    told = {"workspace_id": WORKSPACE, "agent_id": ADA, "agent_name": "Ada", "at": T0, **changes}
    return Viewing(socket=socket, conversation_id=conversation_id, **told)


def test_an_older_signal_of_a_socket_changes_nothing() -> None:
    viewers = Viewers()
    assert not viewers.hear(signal("a", None, at=after(2)), T0)
    assert not viewers.hear(signal("a", at=after(1)), T0)
    assert not viewers.hear(signal("b", at=T0 - VIEWING_COUNTS), T0)
    assert viewers.of(PLACE) == {}


def test_one_who_looks_twice_is_one() -> None:
    viewers = Viewers()
    assert viewers.hear(signal("a"), T0) == [PLACE]
    assert viewers.hear(signal("b"), T0) == []
    assert viewers.hear(signal("a", None), T0) == []
    assert viewers.of(PLACE) == {ADA: "Ada"}
    assert set(viewers.hear(signal("b", OTHER), T0)) == {PLACE, (WORKSPACE, OTHER)}
    assert viewers.of(PLACE) == {}


def test_workspaces_are_apart() -> None:
    viewers = Viewers()
    viewers.hear(signal("a"), T0)
    viewers.hear(signal("a", workspace_id=ELSEWHERE), T0)

    assert viewers.of((ELSEWHERE, CONVERSATION)) == viewers.of(PLACE) == {ADA: "Ada"}
    viewers.hear(signal("a", None), after(1))
    assert viewers.of(PLACE) == {}


@prop(
    st.lists(
        st.tuples(
            st.sampled_from([ADA, BOB, EVA]),
            st.sampled_from("ab"),
            st.sampled_from([None, CONVERSATION, OTHER]),
            st.integers(0, 60),
        ),
        max_size=30,
    )
)
def test_when_all_are_silent_nothing_is_left(heard: list[tuple[str, str, str | None, int]]) -> None:
    viewers, told = Viewers(), dict[tuple[str, str], Any]()
    for agent_id, name, conversation_id, seconds in heard:
        now = after(seconds)
        changed = viewers.hear(
            signal(name, conversation_id, agent_id=agent_id, agent_name=agent_id, at=now), now
        )
        told |= {place: viewers.of(place) for place in changed}
        assert all(
            told.get((WORKSPACE, one), {}) == viewers.of((WORKSPACE, one)) for one in (CONVERSATION, OTHER)
        )
    told |= {place: viewers.of(place) for place in viewers.sweep(after(61) + VIEWING_COUNTS)}

    assert all(agents == {} for agents in told.values())
    assert not viewers._newest
    assert not viewers._sockets


def test_a_screen_is_told_of_so_many_others_and_of_news_alone() -> None:
    told, crowd = Told[str](ADA, viewing_frame), {derived_id(number): "Eva" for number in range(STREAMS_MAX)}
    assert told.news(CONVERSATION, {ADA: "Ada"}) is None
    first = told.news(CONVERSATION, crowd | {ADA: "Ada"})
    assert first is not None
    assert first.count("agent_id") == viewing.AGENTS_TOLD_MAX
    assert told.news(CONVERSATION, crowd) is None
    told.forget(CONVERSATION)
    assert told.news(CONVERSATION, crowd) == first
