"""Every frame × everybody who may open a socket: about a conversation of ours, what comes of it and who hears of it."""

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest

from contracts.gateway import Role
from contracts.ids import stream
from tests.api_reference.frames import command_types
from tests.e2e.sockets import Socket, screen
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

BAD_FRAME = 4400
VISITORS = ("visitor", "other visitor", "strange visitor")
TEAM: tuple[str, ...] = get_args(Role)
"""One of each role in the conversation's workspace, called by their role; the one called agent holds it."""
AGENTS = (*TEAM, "stranger")
"""The stranger is of another workspace, and its owner."""
EVERYBODY = (*VISITORS, *AGENTS)

WALK: Mapping[str, Mapping[str, str | int]] = {
    "authorise": dict.fromkeys(EVERYBODY, BAD_FRAME),
    "renew": dict.fromkeys(EVERYBODY, "nothing"),
    "ping": dict.fromkeys(EVERYBODY, "nothing"),
    "follow": dict.fromkeys(VISITORS, BAD_FRAME) | dict.fromkeys(TEAM, "shown") | {"stranger": "not_found"},
    "unfollow": dict.fromkeys(VISITORS, BAD_FRAME) | dict.fromkeys(AGENTS, "nothing"),
    "view": dict.fromkeys(VISITORS, BAD_FRAME) | dict.fromkeys(TEAM, "told") | {"stranger": "nothing"},
    "edit": dict.fromkeys(VISITORS, BAD_FRAME)
    | {"owner": "told", "editor": "told", "agent": "forbidden", "stranger": "nothing"},
    "typing": dict.fromkeys(EVERYBODY, "nothing") | dict.fromkeys(("visitor", *TEAM), "told"),
}
"""A frame's type → who sends it → what comes of it: the socket's end, an error, or that something is shown or told."""


def frame(stage: Stage, type_: str, who: str) -> dict[str, Any]:
    """A frame of this type about our conversation."""
    chat = stage.ids["conversation_id"]
    about: Mapping[str, dict[str, Any]] = {
        "authorise": {"token": stage.token(who)},
        "renew": {"token": stage.token(who)},
        "ping": {},
        "follow": {"stream": stream("conversation", chat)},
        "unfollow": {"stream": stream("conversation", chat)},
        "view": {"conversation_id": chat},
        "edit": {"playbook_id": stage.ids["playbook_id"], "card_id": "welcome"},
        "typing": {"conversation_id": chat, "typing": True},
    }
    return {"type": type_, **about[type_]}


def reader_beside(who: str) -> str:
    """Another one of the workspace, who follows the conversation and is told of what may be told."""
    return "owner" if who == "editor" else "editor"


def test_the_walk_knows_every_frame_and_everybody(stage: Stage) -> None:
    assert WALK.keys() == command_types(), (
        "say in WALK, and in frame, what comes of this type from each caller"
    )
    assert all(told.keys() == set(EVERYBODY) for told in WALK.values())
    assert set(EVERYBODY) <= stage.sessions.keys(), "invite one of each role to the stage"


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("type_", WALK)
def test_a_frame_does_what_its_sender_may_and_appends_nothing(stage: Stage, type_: str, who: str) -> None:
    ours, before = stream("conversation", stage.ids["conversation_id"]), stage.appended()
    # Whoever types says it of what their socket follows, or would like to.
    have = {ours: 0} if type_ == "typing" else {}

    with screen(stage, reader_beside(who), have={ours: 0}) as reader:
        if type_ == "edit":
            reader.send(**frame(stage, type_, reader_beside(who)))
        with screen(stage, who, have=have) as sender:
            sender.send(**frame(stage, type_, who))
            came = sender.answered()
            if came == "pong":
                came = shown(sender, ours) if type_ == "follow" else refused(sender)
        heard = is_told(stage, reader)
        if type_ in ("view", "edit"):
            heard = is_told_of_viewer(stage, reader, type_, who)

    assert ("told" if heard else came) == WALK[type_][who]
    assert stage.appended() == before


def shown(sender: Socket, ours: str) -> str:
    """What comes of following: the conversation, or why not."""
    while not (came := [frame for frame in sender.frames if frame["type"] in ("event", "error")]):
        sender.next()
    first = came[0]
    return "shown" if first["type"] == "event" and first["stream"] == ours else str(first["code"])


def is_told(stage: Stage, reader: Socket) -> bool:
    """Whether the reader was told that somebody writes, before the visitor, after all of it, says that they do not."""
    with screen(stage, "visitor") as panel:
        panel.send(type="typing", conversation_id=stage.ids["conversation_id"], typing=False)
        return bool(reader.until("typing")["typing"])


def refused(sender: Socket) -> str:
    """The code of an error that came before the pong, if any."""
    return next((str(frame["code"]) for frame in sender.frames if frame["type"] == "error"), "nothing")


def is_told_of_viewer(stage: Stage, reader: Socket, type_: str, who: str) -> bool:
    """Whether the reader was told that they look at it. Signals of several people have no order among each other, so
    that what has to come is waited for."""
    id_ = stage.ids.get(who, "nobody")

    def told() -> bool:
        return any(frame["type"] == f"{type_}ing" and id_ in json.dumps(frame) for frame in reader.frames)

    while WALK[type_][who] == "told" and not told():
        reader.next()
    return told()
