"""Sockets are counted while they are open, with the reason when they end, and live frames with their delay."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from tests.unit.gateway.client import Closed, authorise, socket
from tests.unit.gateway.examples import CHAT, ada, recorded, said, started, visitor
from tests.unit.gateway.replica import Replica


def told(name: str, **labels: str) -> float:
    """A metric's value."""
    return REGISTRY.get_sample_value(f"livechat_{name}", labels) or 0.0


async def test_open_sockets_are_counted_by_who_has_them(app: FastAPI, replica: Replica) -> None:
    agents, visitors = told("sockets_open", kind="agent"), told("sockets_open", kind="visitor")
    left = told("sockets_closed_total", reason="left")

    async with socket(app) as one, socket(app) as other:
        await authorise(one, replica, ada)
        await authorise(other, replica, visitor)
        assert told("sockets_open", kind="agent") == agents + 1
        assert told("sockets_open", kind="visitor") == visitors + 1

    assert (told("sockets_open", kind="agent"), told("sockets_open", kind="visitor")) == (agents, visitors)
    assert told("sockets_closed_total", reason="left") == left + 2


@pytest.mark.parametrize(
    ("frame", "reason"),
    [('{"type":"sing"}', "bad_frame"), ('{"type":"authorise","token":"no"}', "unauthorised")],
)
async def test_a_socket_that_we_end_is_counted_with_the_reason(app: FastAPI, frame: str, reason: str) -> None:
    before = told("sockets_closed_total", reason=reason)

    async with socket(app) as client:
        await client.send_text(frame)
        with pytest.raises(Closed, match=reason):
            await client.until("ready")

    assert told("sockets_closed_total", reason=reason) == before + 1


async def test_a_socket_of_a_foreign_page_is_counted(app: FastAPI) -> None:
    before = told("sockets_closed_total", reason="foreign_origin")

    async with socket(app, "https://evil.example") as client:
        with pytest.raises(Closed, match="4403"):
            await client.next()

    assert told("sockets_closed_total", reason="foreign_origin") == before + 1


async def test_frames_are_counted_and_live_ones_timed_from_their_event(
    app: FastAPI, replica: Replica
) -> None:
    replica.topics.append(recorded(started, 1))
    async with socket(app) as client:
        await authorise(client, replica, ada)
        await client.send(type="follow", stream=CHAT)
        await client.next()
        sent, timed = told("socket_frames_sent_total"), told("socket_frame_delay_seconds_count")
        total_s = told("socket_frame_delay_seconds_sum")
        now = replica.ports.clock.now()

        late = said("hi").model_copy(update={"at": now - timedelta(seconds=3)})
        replica.topics.append(recorded(late, 2))
        await client.next()
        await client.send(type="ping")
        await client.next()

    assert told("socket_frames_sent_total") == sent + 2, "the event and the pong"
    assert told("socket_frame_delay_seconds_count") == timed + 1, "the event alone, and not its history"
    assert told("socket_frame_delay_seconds_sum") == pytest.approx(total_s + 3, abs=0.5)
