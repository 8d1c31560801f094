"""The socket lets in whoever a route would let in, from our own pages alone, and tells nobody of what is not theirs."""

import time
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.routes import routes
from tests.e2e.sockets import screen, socket
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

AUTHORISE_WITHIN_S = 5.0


def say(stage: Stage) -> None:
    """A message in our conversation, which one of our agents sees."""
    (post,) = [route for route in routes() if str(route).endswith("/{conversation_id}/messages")]
    stream, text = named(stage, "conversation", "conversation_id"), f"Word {uuid4()}."
    with screen(stage, "agent", have={stream: 0}) as inbox:
        assert stage.ask(post, "visitor", {"text": text}).is_success
        assert inbox.until("event", text)["stream"] == stream


def named(stage: Stage, kind: str, name: str) -> str:
    """A stream."""
    return f"{kind}-{stage.ids[name]}"


OWN = "http://127.0.0.1:8080"
FOREIGN = [
    "null",
    "",
    "http://evil.example",
    f"{OWN}.evil.example",
    f"{OWN}@evil.example",
    f"http://evil.example#{OWN}",
    OWN.upper(),
    OWN.replace("http", "https"),
    "http://127.0.0.1",
    "http://127.0.0.1:80",
    "http://127.0.0.1:80800",
    f"{OWN}/",
    f"{OWN}, http://evil.example",
    "http://user@127.0.0.1:8080",
    "http://127.0.0.1:8080\u00e9",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_from_elsewhere_open_no_socket(stage: Stage, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, socket(stage, origin):
        pass

    assert refused.value.response.status_code == 403


def test_our_own_pages_open_sockets(stage: Stage) -> None:
    for origin in stage.system.variables["LIVECHAT_ORIGINS"].split(","):
        with socket(stage, origin) as opened:
            opened.send(type="authorise", token=stage.token("visitor"))
            opened.until("ready")


def test_who_says_nothing_is_not_waited_for(stage: Stage) -> None:
    began_s = time.monotonic()

    with socket(stage) as opened:
        assert opened.closed() == 4401

    assert AUTHORISE_WITHIN_S - 0.5 < time.monotonic() - began_s < AUTHORISE_WITHIN_S + 5
    assert [frame["type"] for frame in opened.frames] == ["error"]


@pytest.mark.parametrize("who", ["garbage", "foreign key", "over"])
def test_a_token_that_does_not_count_ends_the_socket(stage: Stage, who: str) -> None:
    token = stage.headers(who)["authorization"].removeprefix("Bearer ")

    with socket(stage) as opened:
        opened.send(type="authorise", token=token, folders=True, have={})
        assert opened.closed() == 4401

    assert [frame["type"] for frame in opened.frames] == ["error"]


@pytest.mark.parametrize(
    "first", [{"type": "ping"}, {"type": "follow", "stream": "conversation-x"}, {"type": "authorise"}, {}]
)
def test_the_first_frame_says_who_it_is(stage: Stage, first: dict[str, Any]) -> None:
    with socket(stage) as opened:
        opened.send(**first)
        assert opened.closed() == 4400


@pytest.mark.parametrize("who", ["other visitor", "strange visitor"])
def test_a_visitor_hears_of_no_other_visit_and_of_no_folder(stage: Stage, who: str) -> None:
    have = {named(stage, "conversation", "conversation_id"): 0, named(stage, "visit", "visit_id"): 0}

    with screen(stage, who, have=have, folders=True) as panel:
        say(stage)
        panel.send(type="ping")
        panel.until("pong")

    assert not any(stream in panel.told() for stream in have)
    assert not [frame for frame in panel.frames if frame["type"] == "rows"]


def test_a_visitor_asks_for_no_stream_by_name(stage: Stage) -> None:
    for stream in ("conversation_id", "strange_conversation"):
        with screen(stage, "visitor") as panel:
            panel.send(type="follow", stream=named(stage, "conversation", stream))
            assert panel.closed() == 4400


def test_a_visitor_sees_their_own_conversation(stage: Stage) -> None:
    with screen(stage, "visitor") as panel:
        assert {named(stage, "conversation", "conversation_id"), named(stage, "visit", "visit_id")} == {
            frame["stream"] for frame in panel.frames if frame["type"] == "event"
        }


@pytest.mark.parametrize("at_once", [True, False])
def test_an_agent_of_another_workspace_follows_nothing_of_ours(stage: Stage, at_once: bool) -> None:
    stream = named(stage, "conversation", "conversation_id")

    with screen(stage, "stranger", have={stream: 0} if at_once else {}) as inbox:
        if not at_once:
            inbox.send(type="follow", stream=stream)
        say(stage)
        assert inbox.until("error")["code"] == "not_found"
        say(stage)
        inbox.send(type="ping")
        inbox.until("pong")

    assert not [frame for frame in inbox.frames if frame["type"] in ("event", "rows")]


def test_an_agent_follows_no_visit(stage: Stage) -> None:
    with screen(stage, "agent", have={named(stage, "visit", "visit_id"): 0}) as inbox:
        assert inbox.until("error")["code"] == "not_found"

    assert not [frame for frame in inbox.frames if frame["type"] == "event"]


def test_folders_are_told_to_their_own_workspace_alone(stage: Stage) -> None:
    switch = {
        route.path: route for route in routes() if route.service == "presence" and route.method == "POST"
    }

    with screen(stage, "stranger", folders=True) as theirs, screen(stage, "owner", folders=True) as ours:
        stage.ask(switch["/offline"], "editor")
        stage.ask(switch["/online"], "editor", {"tab": "t"})
        ours.until("rows")
        theirs.send(type="ping")
        theirs.until("pong")

    assert not [frame for frame in theirs.frames if frame["type"] == "rows"]


@pytest.mark.parametrize("other", ["other visitor", "agent", "strange visitor"])
def test_a_socket_does_not_change_hands(stage: Stage, other: str) -> None:
    with screen(stage, "visitor") as panel:
        panel.send(type="renew", token=stage.token(other))
        assert panel.closed() == 4401


def test_a_newer_token_of_the_same_caller_keeps_the_socket(stage: Stage) -> None:
    with screen(stage, "visitor") as panel:
        answer = stage.http.post("/api/gateway/tokens", json={"session": stage.sessions["visitor"]})
        stage.secrets.add(answer.json()["token"])
        panel.send(type="renew", token=answer.json()["token"])
        panel.send(type="ping")
        panel.until("pong")
