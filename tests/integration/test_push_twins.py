"""What every way to hand notices over promises: one suite over web push, the twin in memory and the simulation's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from random import Random

import pytest
from pydantic import SecretStr

from services.chassis.clock import SystemClock
from services.notifier.outbound import (
    BadEndpoint,
    Message,
    Push,
    Result,
    Subscription,
    WebPush,
    new_vapid_key,
)
from services.notifier.outbound.push import TRY_S, result_of
from services.notifier.settings import NotifierSettings
from tests.e2e.push_service import HANG, push_service
from tests.integration.sample_tails import T0
from tests.proof import count
from tests.simulation.chance import Chance, calm
from tests.simulation.loop import OUTSIDE, Loop
from tests.simulation.outside import MoodyPush
from tests.unit.notifier.kept_push import KeptPush

MESSAGE = Message(b'{"id": "notice"}', "0123456789abcdef0123456789abcdef", ttl_s=60)


@dataclass
class Twin:
    """A way to hand over, one without a key, and the push service behind both: its devices, its answers, its post."""

    push: Push
    keyless: Push
    device: Callable[[str], Subscription]
    answer: Callable[[str, int], None]
    reached: Callable[[], list[str]]


def kept(push: KeptPush) -> Twin:
    """A twin: what it is given has reached the device."""
    keyless = KeptPush()
    keyless.key = None

    def device(name: str) -> Subscription:
        return Subscription(f"https://push.test/{name}", "BKey", "auth")

    def answer(name: str, status: int) -> None:
        never: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        told = never if status == HANG else result_of(status, "", T0)
        push.answers[device(name).endpoint].append(told)

    def reached() -> list[str]:
        return [endpoint.rpartition("/")[2] for endpoint, _ in push.given]

    return Twin(push, keyless, device, answer, reached)


@pytest.fixture(params=["memory", "simulated", "web"])
async def twin(request: pytest.FixtureRequest) -> AsyncIterator[Twin]:
    if request.param != "web":
        yield kept(KeptPush() if request.param == "memory" else MoodyPush(calm()))
        return
    with push_service() as service:
        local = (f"127.0.0.1:{service.port}",)
        key = SecretStr(new_vapid_key())
        push = WebPush(lambda: NotifierSettings(vapid_key=key, push_local=local), SystemClock())
        keyless = WebPush(lambda: NotifierSettings(vapid_key=None, push_local=local), SystemClock())

        def device(name: str) -> Subscription:
            given = service.subscription(name)
            return Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])

        def answer(name: str, status: int) -> None:
            service.statuses[name].append(status)

        yield Twin(push, keyless, device, answer, lambda: [pushed.device for pushed in service.pushed])
        await push.close()
        await keyless.close()


async def test_a_message_is_taken_and_reaches_its_device_alone(twin: Twin) -> None:
    await twin.push.admit(twin.device("phone"))

    assert await twin.push.send(twin.device("phone"), MESSAGE) == Result("taken")
    assert twin.reached() == ["phone"]


async def test_each_answer_is_told_once_and_each_try_reaches_the_push_service(twin: Twin) -> None:
    for status in (404, 410, 429, 503, 400):
        twin.answer("phone", status)

    told = [await twin.push.send(twin.device("phone"), MESSAGE) for _ in range(6)]

    assert told == [
        Result("gone", "404"),
        Result("gone", "410"),
        Result("again", "429"),
        Result("again", "503"),
        Result("refused", "400"),
        Result("taken"),
    ]
    assert twin.reached() == ["phone"] * 6


async def test_who_does_not_answer_is_to_be_tried_again_and_delays_nobody(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifier.outbound.push.TRY_S", 1.0)
    names = [f"d{number}" for number in range(20)]
    for name in names[:3]:
        twin.answer(name, HANG)
    ended: list[str] = []

    async def send(name: str) -> Result:
        result = await twin.push.send(twin.device(name), MESSAGE)
        ended.append(name)
        return result

    results = await asyncio.gather(*(send(name) for name in names))

    assert results == [Result("again", "timeout")] * 3 + [Result("taken")] * 17
    assert set(ended[:17]) == set(names[3:])


@pytest.mark.parametrize(
    "bad",
    [
        lambda good: "",
        lambda good: "no address",
        lambda good: "https://nowhere.test/phone",
        lambda good: "https://127.0.0.1/phone",
        lambda good: good.replace("://", "://user@"),
        lambda good: f"{good}#part",
        lambda good: f"{good}/a b",
        lambda good: f"{good}/ü",
        lambda good: f"{good}/\\",
        lambda good: f"{good}/{'x' * 2_048}",
    ],
    ids=["none", "text", "stranger", "number", "user", "fragment", "space", "letter", "backslash", "long"],
)
async def test_an_address_that_may_not_be_is_neither_admitted_nor_sent_to(
    twin: Twin, bad: Callable[[str], str]
) -> None:
    good = twin.device("phone")
    given = Subscription(bad(good.endpoint), good.p256dh, good.auth)

    with pytest.raises(BadEndpoint):
        await twin.push.admit(given)
    assert await twin.push.send(given, MESSAGE) == Result("refused", "bad_endpoint")
    assert twin.reached() == []


async def test_devices_subscribe_with_the_public_key_and_without_one_nothing_is_sent(twin: Twin) -> None:
    assert twin.push.public_key
    assert twin.keyless.public_key is None
    assert await twin.keyless.send(twin.device("phone"), MESSAGE) == Result("refused", "no_web_push")
    assert twin.reached() == []


def test_in_all_its_moods_the_simulations_twin_answers_in_time_as_push_services_do() -> None:
    told: set[Result] = set()

    async def sent(seed: int, loop: Loop) -> None:
        twin = kept(MoodyPush(Chance(Random(seed))))
        begun_s = loop.time()
        told.add(await twin.push.send(twin.device("phone"), MESSAGE))
        assert loop.time() - begun_s <= TRY_S
        assert twin.reached() == ["phone"]

    for seed in range(count(4_000)):
        loop = Loop(Random(seed))  # type: ignore[abstract]
        loop.play(sent(seed, loop))
        OUTSIDE.end()

    statuses = (410, 400, 503, 201)
    assert told == {result_of(status, "", T0) for status in statuses}
