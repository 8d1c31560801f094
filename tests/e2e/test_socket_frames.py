"""A bad frame ends its socket, with a reason, and is never a failure of the server."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived_id
from tests.e2e.sockets import screen, socket
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

CONVERSATION = f"conversation-{derived_id('unknown')}"
BAD_FRAMES: dict[str, str | bytes] = {
    "empty": "",
    "no JSON": "{",
    "binary": b'{"type":"ping"}',
    "a list": "[]",
    "a number": "7",
    "no type": "{}",
    "a type of another type": '{"type":["ping"]}',
    "an unknown type": '{"type":"shutdown"}',
    "an unknown field": '{"type":"ping","at":1}',
    "a missing field": '{"type":"follow"}',
    "a wrong type": json.dumps({"type": "follow", "stream": CONVERSATION, "after": "1"}),
    "a negative version": json.dumps({"type": "follow", "stream": CONVERSATION, "after": -1}),
    "a large version": json.dumps({"type": "follow", "stream": CONVERSATION, "after": 2**31}),
    "thousands of digits": '{"type":"follow","stream":"' + CONVERSATION + '","after":' + "9" * 5_000 + "}",
    "another kind of stream": json.dumps({"type": "follow", "stream": f"visit-{derived_id('x')}"}),
    "a malformed stream": '{"type":"follow","stream":"conversation-x"}',
    "a long text": json.dumps({"type": "renew", "token": "x" * 20_000}),
    "many long letters": json.dumps({"type": "renew", "token": "é" * 15_000}, ensure_ascii=False),
    "a lone surrogate": r'{"type":"renew","token":"\ud800"}',
    "a NUL": r'{"type":"follow","stream":"\u0000"}',
    "a raw NUL": '{"type":"ping\0"}',
    "deep": "[" * 10_000,
    "deep inside": '{"type":"ping","x":' + "[" * 5_000 + "]" * 5_000 + "}",
    "a view of a stream": json.dumps({"type": "view", "conversation_id": CONVERSATION}),
    "a view of nothing named": '{"type":"view"}',
    "authorised before": '{"type":"authorise","token":"x"}',
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_a_bad_frame_ends_its_socket_with_a_reason(stage: Stage, frame: str | bytes) -> None:
    with screen(stage, "agent") as inbox:
        inbox.send_raw(frame)
        assert inbox.closed() == 4400

    assert (inbox.frames[-1]["type"], inbox.frames[-1]["code"]) == ("error", "bad_frame")
    assert inbox.frames[-1]["detail"]


def test_a_frame_beyond_all_measure_ends_its_socket(stage: Stage) -> None:
    with screen(stage, "agent") as inbox:
        inbox.send_raw("x" * 100_000)
        assert inbox.closed() == 1009


def test_a_screen_follows_a_bounded_number_of_streams(stage: Stage) -> None:
    have = {f"conversation-{derived_id(place)}": 0 for place in range(51)}

    with socket(stage) as opened:
        opened.send(type="authorise", token=stage.token("agent"), have=have)
        assert opened.closed() == 4400


def frames_alike() -> st.SearchStrategy[str]:
    """Texts with the names that real frames have, and anything under them."""
    names = st.sampled_from(
        ["type", "token", "stream", "after", "have", "folders", "tab", "conversation_id", "x"]
    )
    values = st.sampled_from(
        ["ping", "renew", "follow", "unfollow", "view", "authorise", CONVERSATION, derived_id("unknown")]
    ) | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=6,
    )
    return st.dictionaries(names, values, max_size=5).map(json.dumps)


@given(st.binary(max_size=200) | st.text(max_size=200) | frames_alike())
def test_no_frame_is_a_failure(stage: Stage, frame: str | bytes) -> None:
    with screen(stage, "agent") as inbox:
        inbox.send_raw(frame)
        assert inbox.answered() in ("pong", 4400)
