"""Whoever leaves a Kafka over TLS does not wait for its goodbye."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, suppress
from pathlib import Path
from socket import create_server, socket
from threading import Event, Thread
from typing import Any

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection, AIOKafkaProtocol

from services.chassis.kafka import renewing
from tests.certificates import Authority

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of one that shakes hands and is silent from then on, and what trusts it."""
    authority, ended = Authority("a broker's"), Event()
    (tmp_path / "broker.pem").write_text("".join(authority.signs("localhost")))
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(tmp_path / "broker.pem")

    def serve(listening: socket) -> None:
        # Whom it talks to may be gone before its own part of the handshake is over.
        with suppress(OSError), secured.wrap_socket(listening.accept()[0], server_side=True):
            ended.wait(60)

    with closing(create_server(("127.0.0.1", 0))) as listening:
        thread = Thread(target=serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1], ssl.create_default_context(cadata=authority.pem)
        ended.set()
        thread.join()


async def _connection(port: int, trusting: ssl.SSLContext) -> AIOKafkaConnection:
    """As it is once a broker was talked to."""
    loop, made = asyncio.get_running_loop(), AIOKafkaConnection("127.0.0.1", port)
    made._closed_fut, reader = loop.create_future(), asyncio.StreamReader()
    transport, protocol = await loop.create_connection(
        lambda: AIOKafkaProtocol(made._closed_fut, reader, loop=loop),
        "127.0.0.1",
        port,
        ssl=trusting,
        server_hostname="localhost",
    )
    made._reader, made._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
    made._read_task = made._create_reader_task()
    return made


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_client_is_closed_while_its_broker_is_silent(broker: tuple[int, ssl.SSLContext], run: Run) -> None:
    async def work() -> None:
        client = AIOKafkaClient()
        renewing(client)
        connection = await _connection(*broker)
        client._conns = {(0, 0): connection}

        async with asyncio.timeout(10):  # Its goodbye would be waited for three times as long.
            await client.close()

        assert connection._closed_fut.done()

    run(work())
