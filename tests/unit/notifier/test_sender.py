"""Very many devices, quick, slow and silent ones: each has one verdict, and none waits for another."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Metadata, Recorded
from contracts.ids import derived_id, stream
from contracts.notifier import DeviceNotice, NoticeDelayed, NoticeFailed, NoticeHandedOver, Recipient
from services.chassis.credential import Credential
from services.chassis.execution import execute
from services.chassis.memory import MemoryCredentials
from services.chassis.ports import StoredEvent
from services.notifier.consumers.sender import Sender
from services.notifier.consumers.sending import on_notice
from services.notifier.decider import notice
from services.notifier.outbound import Message, Result, Subscription, subscriptions
from services.notifier.service import SERVICE
from tests.unit.conversation.edge import Edge, recorded_of
from tests.unit.notifier.examples import NOTICE, T0, decide
from tests.unit.notifier.kept_push import TAKEN, KeptPush
from tests.waiting import eventually

WORKSPACE, AGENTS, DEVICES_OF_EACH = derived_id("workspace"), 200, 3
STREAM = stream("notice", NOTICE)


class CountedCredentials(MemoryCredentials):
    """Counts how often the database would be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def find_all(self, kind: str, hashes: Collection[str], now: datetime) -> list[Credential]:
        self.reads += 1
        return await super().find_all(kind, hashes, now)


class Answering(KeptPush):
    """Each push costs the process some work and is answered after a while; those told otherwise as they were told."""

    def __init__(self, work_s: float = 0.0, answer_s: float = 0.0) -> None:
        super().__init__()
        self._work_s, self._answer_s = work_s, answer_s

    async def send(self, subscription: Subscription, message: Message) -> Result:
        until = time.perf_counter() + self._work_s
        while time.perf_counter() < until:
            pass
        if self._answer_s and not self.answers[subscription.endpoint]:
            answer = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_later(self._answer_s, answer.set_result, TAKEN)
            self.answers[subscription.endpoint].append(answer)
        return await super().send(subscription, message)


class Desk:
    """A notice that is decided for very many devices, and the sender that is to hand it over."""

    def __init__(self, push: KeptPush, devices: int) -> None:
        self.push, self.edge, self.credentials = push, Edge(SERVICE, T0), CountedCredentials()
        self.devices = [derived_id("device", number) for number in range(devices)]
        self.sender = Sender(push)
        self.ports = replace(self.edge.ports, credentials=self.credentials, own={"sender": self.sender})

    async def hand_over(self) -> None:
        """Decides, and hands over what was decided."""
        for decided in await self.decide():
            await on_notice(decided, self.ports, T0)

    async def decide(self) -> list[Recorded]:
        """Answers the verdicts, in as many parts as they take."""
        for place, device_id in enumerate(self.devices):
            given, agent_id = Subscription(f"https://push.test/{device_id}", "k", "a"), derived_id(place // 3)
            await subscriptions.keep(self.credentials, WORKSPACE, device_id, agent_id, given, T0)
        told = [self.devices[first : first + DEVICES_OF_EACH] for first in range(0, len(self.devices), 3)]
        recipients = tuple(
            Recipient(agent_id=derived_id(place), outcome="sent", devices=tuple(some))
            for place, some in enumerate(told)
        )
        command = decide(recipients=recipients)
        metadata = Metadata(WORKSPACE, derived_id("decide"), NOTICE, NOTICE, "service:notifier")
        await execute(self.ports, notice.DECIDER, STREAM, command, metadata)
        return [recorded_of(one) for one in self.stored]

    @property
    def stored(self) -> list[StoredEvent]:
        return self.edge.store.streams[STREAM]

    def hang(self, count: int) -> list[asyncio.Future[Result]]:
        """The answers of the first devices, which are given by hand."""
        waiting = [asyncio.get_running_loop().create_future() for _ in range(count)]
        for device_id, answer in zip(self.devices, waiting, strict=False):
            self.push.answers[f"https://push.test/{device_id}"] = [answer]
        return waiting

    def told(self) -> Counter[str]:
        """How often each type of event tells of a device."""
        events = (recorded_of(one).event for one in self.stored)
        return Counter(type(event).__name__ for event in events if isinstance(event, DeviceNotice))

    def has_told(self, name: str, count: int) -> Callable[[], Awaitable[bool]]:
        """Whether so many events of a type tell of devices."""

        async def found() -> bool:
            return self.told()[name] == count

        return found

    def unsettled(self) -> Iterator[str]:
        """Devices of which it is neither known that they were reached nor that they never will be."""
        reached = {endpoint.rpartition("/")[2] for endpoint, _ in self.push.given}
        events = [recorded_of(one).event for one in self.stored]
        last: dict[str, Any] = {e.device_id: e for e in events if isinstance(e, DeviceNotice)}
        for device_id in self.devices:
            event = last.get(device_id)
            if (event is None and device_id not in reached) or (
                event is not None and not isinstance(event, NoticeHandedOver | NoticeFailed)
            ):
                yield device_id


async def test_healthy_devices_are_told_without_any_event_however_many_they_are() -> None:
    desk = Desk(Answering(work_s=0.001, answer_s=0.03), AGENTS * DEVICES_OF_EACH)

    await desk.hand_over()

    assert len(desk.push.given) == len(desk.devices)
    assert desk.told() == {}
    assert desk.credentials.reads == len(desk.stored) == 2


async def test_what_devices_that_were_slow_answer_is_recorded_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    monkeypatch.setattr("services.notifier.consumers.sender.NOTE_EVERY_S", 0.05)
    desk = Desk(KeptPush(), 60)
    answers = desk.hang(30)
    await desk.hand_over()
    assert desk.told() == {"NoticeDelayed": 30}

    for answer in answers[:25]:
        answer.set_result(TAKEN)
    await eventually(desk.has_told("NoticeHandedOver", 25), what="what came is recorded")
    commands = {one.metadata.command_id for one in desk.stored}
    assert len(commands) == 3  # The verdicts, those who were slow, those who answered.
    for answer in answers[25:]:
        answer.set_result(Result("refused", "400"))
    await desk.sender.finished()

    assert desk.told() == {"NoticeDelayed": 30, "NoticeHandedOver": 25, "NoticeFailed": 5}
    assert list(desk.unsettled()) == []


async def test_devices_that_hang_take_no_room_from_those_that_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    monkeypatch.setattr("services.notifier.consumers.sender.AT_ONCE_MAX", 2)
    desk = Desk(KeptPush(), 12)
    answers = desk.hang(6)

    await desk.hand_over()

    assert len(desk.push.given) == 12
    assert desk.told() == {"NoticeDelayed": 6}
    for answer in answers:
        answer.set_result(TAKEN)
    await desk.sender.finished()
    assert list(desk.unsettled()) == []


async def test_more_devices_than_may_hang_at_once_are_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    monkeypatch.setattr("services.notifier.consumers.sender.SLOW_AT_ONCE_MAX", 4)
    desk = Desk(KeptPush(), 9)
    answers = desk.hang(9)

    await desk.hand_over()

    delayed = [event for one in desk.stored if isinstance(event := recorded_of(one).event, NoticeDelayed)]
    assert Counter(event.reason for event in delayed) == {"slow": 4, "busy": 5}
    assert set(desk.edge.store.timers) == {(STREAM, device_id) for device_id in desk.devices}
    assert sum(answer.cancelled() for answer in answers) == 5
    for answer in answers[:4]:
        answer.set_result(TAKEN)
    await desk.sender.finished()
    assert desk.told()["NoticeHandedOver"] == 4


async def test_a_device_that_was_slow_and_is_quick_again_is_waited_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", 0.05)
    desk = Desk(KeptPush(), 1)
    (answer,) = desk.hang(1)
    (decided,) = await desk.decide()
    await on_notice(decided, desk.ports, T0)
    answer.set_result(TAKEN)
    await desk.sender.finished()
    assert desk.sender._slow

    await on_notice(decided, desk.ports, T0)
    await desk.sender.finished()

    assert desk.sender._slow == {}


GRACE_S = 0.02


async def test_a_device_that_keeps_hanging_is_tried_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.notifier.consumers.sender.GRACE_S", GRACE_S)
    desk = Desk(KeptPush(), 1)
    waits_s = []
    for outcome in [Result("again", "timeout")] * 7 + [TAKEN, Result("again", "timeout")]:
        (answer,) = desk.hang(1)
        await desk.hand_over()
        asyncio.get_running_loop().call_later(GRACE_S, answer.set_result, outcome)
        await desk.sender.finished()
        waits_s.append(desk.sender._wait_s(desk.devices[0]))

    assert waits_s == [20, 40, 80, 160, 320, 320, 320, 10, 20]
    delayed = [event for one in desk.stored if isinstance(event := recorded_of(one).event, NoticeDelayed)]
    assert [(event.reason, event.retry_at - event.at) for event in delayed] == [
        ("slow", timedelta(seconds=15)),
        ("timeout", timedelta(seconds=20)),
    ]
