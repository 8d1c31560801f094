"""Web push over real connections: what a push service gets, every answer it may give, and none at all."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from services.chassis.clock import SystemClock
from services.notifier.outbound import Message, Result, Subscription, WebPush, new_vapid_key
from services.notifier.outbound.addresses import Addresses
from services.notifier.settings import NotifierSettings
from tests.e2e.push_service import HANG, PushService, push_service

MESSAGE = Message(b'{"id": "n", "text": "Ol\xc3\xa1"}', "0123456789abcdef0123456789abcdef", ttl_s=60)


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as found:
        yield found


@pytest.fixture
async def push(service: PushService) -> AsyncIterator[WebPush]:
    key, local = SecretStr(new_vapid_key()), (f"127.0.0.1:{service.port}",)
    found = WebPush(lambda: NotifierSettings(vapid_key=key, push_local=local), SystemClock())
    yield found
    await found.close()


def subscription(service: PushService, device: str) -> Subscription:
    """The device's subscription, as we keep it."""
    given = service.subscription(device)
    return Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])


async def test_the_device_reads_it_and_the_push_service_knows_how_to_keep_it(
    service: PushService, push: WebPush
) -> None:
    await push.admit(subscription(service, "phone"))
    assert await push.send(subscription(service, "phone"), MESSAGE) == Result("taken")

    (pushed,) = service.of("phone")
    assert pushed.told == {"id": "n", "text": "Olá"}
    wanted = {"ttl": "60", "topic": MESSAGE.topic, "urgency": "high", "content-encoding": "aes128gcm"}
    assert wanted.items() <= pushed.headers.items()


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (404, Result("gone", "404")),
        (410, Result("gone", "410")),
        (429, Result("again", "429")),
        (500, Result("again", "500")),
        (307, Result("refused", "307")),
    ],
)
async def test_each_answer_is_told_and_no_redirect_is_followed(
    service: PushService, push: WebPush, status: int, wanted: Result
) -> None:
    service.statuses["phone"] = [status]

    assert await push.send(subscription(service, "phone"), MESSAGE) == wanted
    assert len(service.pushed) == 1


async def test_who_does_not_answer_in_time_is_tried_again_and_delays_nobody(
    service: PushService, push: WebPush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.outbound.push.TRY_S", 0.5)
    devices = [f"d{number}" for number in range(40)]
    for device in devices[:4]:
        service.statuses[device] = [HANG]

    results = await asyncio.gather(*(push.send(subscription(service, one), MESSAGE) for one in devices))

    assert results[:4] == [Result("again", "timeout")] * 4
    assert results[4:] == [Result("taken")] * 36


async def test_a_push_service_that_is_away_is_tried_again(service: PushService) -> None:
    local = NotifierSettings(vapid_key=SecretStr(new_vapid_key()), push_local=("127.0.0.1:9",))
    given = subscription(service, "phone")
    away = Subscription("http://127.0.0.1:9/phone", given.p256dh, given.auth)

    push = WebPush(lambda: local, SystemClock())
    assert await push.send(away, MESSAGE) == Result("again", "client_connector_error")
    await push.close()


async def test_a_name_that_leads_to_us_is_not_sent_to(service: PushService) -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    settings = NotifierSettings(vapid_key=SecretStr(new_vapid_key()), push_hosts=("push.example.com",))
    push = WebPush(lambda: settings, SystemClock(), Addresses(settings, here))
    given = subscription(service, "phone")
    inside = Subscription("https://push.example.com/phone", given.p256dh, given.auth)

    assert await push.send(inside, MESSAGE) == Result("refused", "bad_endpoint")
    await push.close()


async def test_an_endpoint_is_asked_for_as_it_was_given(service: PushService) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = NotifierSettings(vapid_key=SecretStr(new_vapid_key()), push_local=(f"127.0.0.1:{port}",))
    push, given = WebPush(lambda: settings, SystemClock()), subscription(service, "phone")
    path = "/a/%2e%2e/b/../c?d=%2F%7e"

    async with server:
        sent = await push.send(
            Subscription(f"http://127.0.0.1:{port}{path}", given.p256dh, given.auth), MESSAGE
        )
        await push.close()

    assert sent == Result("taken")
    assert asked == [f"POST {path} HTTP/1.1\r\n".encode()]
