"""Tries to reach devices, all at once within limits: those that answer are waited for, and slow ones go on beside."""

import asyncio
from collections import Counter as Counted
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from prometheus_client import Counter, Histogram

from contracts.envelope import Event, Recorded
from contracts.ids import derived_id
from contracts.notifier import NoticesDecided
from contracts.personal import Erased
from services.chassis.decider import Contended, Refused
from services.chassis.execution import execute, metadata_from, recorded
from services.chassis.ports import Ports
from services.notifier.commands import Attempt, ExpireDevice, NoteAttempts
from services.notifier.consumers.expiring import expire
from services.notifier.decider import notice
from services.notifier.outbound import Message, Push, Result, Subscription, subscriptions

GRACE_S, LOOKS = 0.3, 10
"""How long an answer is waited for, from the begin of its try, before the try is noted as slow and goes on by itself.
It is looked for so often meanwhile: a process that is late by other work looks once, and makes no device slow by it."""
AT_ONCE_MAX = 128
SLOW_AT_ONCE_MAX = 256
SLOW_DEVICES_MAX = 10_000
BUSY_WAIT_S, HUNG_IN_A_ROW_MAX = 10.0, 5
"""When a device is tried again that did not answer, or is still being asked: twice as late after each such try."""
DECISIONS_MAX, DECISION_KEPT_S = 64, 30.0
NOTED_TRIES_MAX, NOTED_AGAIN_S = 10, 0.05
NOTE_EVERY_S = 1.0
"""How often the outcomes of tries that go on are recorded, all that came meanwhile together."""

TRIES = Counter("livechat_notices_tried", "Tries to hand a notice over.", ["kind", "outcome"])
HANDED_OVER = Histogram(
    "livechat_notices_handed_over_seconds",
    "From the event that is told of to its notice in the push service's hands.",
    ["kind"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600),
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Try:
    """One device of an agent to be reached, for the how many-th time, with what."""

    device_id: str
    agent_id: str
    number: int
    decided: NoticesDecided
    data: bytes


class Sender:
    """One for each process. What it holds in memory is speed alone: whoever is not reached yet stands in the log."""

    def __init__(self, push: Push) -> None:
        self._push = push
        self._room = asyncio.Semaphore(AT_ONCE_MAX)
        self._beside = 0
        self._slow: dict[str, int] = {}  # Device → how often in a row it did not answer.
        self._decisions: dict[str, tuple[NoticesDecided, float]] = {}
        self._under_way = Counted[str]()
        self._late: set[asyncio.Task[None]] = set()

    async def hand_over(self, cause: Recorded, ports: Ports, tries: Sequence[Try]) -> None:
        """Returns when each device was reached, or when it is recorded what became of its try.

        Killed before, the event is read again, and those that were reached already get the same notice again.
        """
        devices = [(one.device_id, one.agent_id) for one in tries]
        found = await subscriptions.find_all(ports.credentials, devices, ports.clock.now())
        begun = [self._begin(cause, ports, one, found.get(one.device_id)) for one in tries]
        attempts: list[Attempt] = []
        beside: list[asyncio.Task[Attempt]] = []
        for one, end in zip(tries, await asyncio.gather(*begun), strict=True):
            if isinstance(end, Attempt):
                attempts.append(end)
            elif end.done():
                attempts.append(end.result())
            else:
                attempts.append(Attempt(one.device_id, one.number, "slow", "slow"))
                beside.append(end)
        # Nothing is recorded of those that were taken at the first try: the verdict "sent" stands for them.
        await note(cause, ports, [one for one in attempts if one.outcome != "handed_over" or one.number > 1])
        if beside:
            finishing = asyncio.create_task(_finish(cause, ports, beside))
            self._late.add(finishing)
            finishing.add_done_callback(self._late.discard)

    async def decision(self, cause: Recorded, ports: Ports) -> NoticesDecided:
        """The verdicts that a later event of the notice is about: of many devices to be tried again, read once."""
        now_s = asyncio.get_running_loop().time()
        known, until_s = self._decisions.pop(cause.stream, (None, 0.0))
        if known is None or now_s > until_s:
            stored = await ports.store.history(cause.metadata.workspace_id, cause.stream, limit=1)
            event = (await recorded(ports.keyring, stored[0])).event
            assert isinstance(event, NoticesDecided)
            if event.parts > 1:
                stored = await ports.store.history(
                    cause.metadata.workspace_id, cause.stream, limit=event.parts
                )
                event = _whole([(await recorded(ports.keyring, part)).event for part in stored])
            known, until_s = event, now_s + DECISION_KEPT_S
        self._decisions[cause.stream] = known, until_s
        if len(self._decisions) > DECISIONS_MAX:
            del self._decisions[next(iter(self._decisions))]
        return known

    async def finished(self) -> None:
        """Returns when no try goes on."""
        while self._late:
            await asyncio.gather(*self._late, return_exceptions=True)

    async def _begin(
        self, cause: Recorded, ports: Ports, one: Try, subscription: Subscription | None
    ) -> Attempt | asyncio.Task[Attempt]:
        """What came of the try, or the try itself, where it goes on beside. Of a device that was slow the last time it
        does so at once."""
        if one.device_id in self._slow:
            if self._under_way[one.device_id] or self._beside >= SLOW_AT_ONCE_MAX:
                return self._busy(one)
            return self._go_on(self._try(cause, ports, one, subscription))
        async with self._room:
            going = self._try(cause, ports, one, subscription)
            for _ in range(LOOKS):
                await asyncio.wait([going], timeout=GRACE_S / LOOKS)
                if going.done():
                    return going.result()
        self._remember_slow(one.device_id, self._slow.get(one.device_id, 0))
        if self._beside >= SLOW_AT_ONCE_MAX:
            going.cancel()
            return self._busy(one)
        return self._go_on(going)

    def _try(
        self, cause: Recorded, ports: Ports, one: Try, subscription: Subscription | None
    ) -> asyncio.Task[Attempt]:
        going = asyncio.create_task(self._reach(cause, ports, one, subscription))
        self._under_way[one.device_id] += 1
        going.add_done_callback(lambda _: self._ended(one.device_id))
        return going

    def _ended(self, device_id: str) -> None:
        self._under_way[device_id] -= 1
        if not self._under_way[device_id]:
            del self._under_way[device_id]

    def _go_on(self, going: asyncio.Task[Attempt]) -> asyncio.Task[Attempt]:
        self._beside += 1
        going.add_done_callback(self._came_back)
        return going

    def _came_back(self, _: asyncio.Task[Attempt]) -> None:
        self._beside -= 1

    def _remember_slow(self, device_id: str, hung: int) -> None:
        self._slow.pop(device_id, None)
        self._slow[device_id] = min(hung, HUNG_IN_A_ROW_MAX)
        if len(self._slow) > SLOW_DEVICES_MAX:
            del self._slow[next(iter(self._slow))]

    def _wait_s(self, device_id: str) -> float:
        return BUSY_WAIT_S * float(2 ** self._slow.get(device_id, 0))

    def _busy(self, one: Try) -> Attempt:
        return Attempt(one.device_id, one.number, "again", "busy", self._wait_s(one.device_id))

    async def _reach(
        self, cause: Recorded, ports: Ports, one: Try, subscription: Subscription | None
    ) -> Attempt:
        """One try; whatever goes wrong is its outcome."""
        begun_s = asyncio.get_running_loop().time()
        try:
            result = await self._sent(cause, ports, one, subscription)
            if asyncio.get_running_loop().time() - begun_s < GRACE_S:
                self._slow.pop(one.device_id, None)
            elif result.outcome != "again":
                self._remember_slow(one.device_id, 0)
            else:
                self._remember_slow(one.device_id, self._slow.get(one.device_id, 0) + 1)
                result = replace(result, wait_s=max(result.wait_s, self._wait_s(one.device_id)))
        except Exception as error:
            log.warning("notice_not_sent", device=one.device_id, error=repr(error))
            result = Result("again", "unexpected")
        TRIES.labels(one.decided.kind, result.outcome).inc()
        if result.outcome == "taken":
            late_s = (ports.clock.now() - one.decided.occurred_at).total_seconds()
            HANDED_OVER.labels(one.decided.kind).observe(max(0.0, late_s))
            return Attempt(one.device_id, one.number, "handed_over")
        if result.outcome == "again":
            return Attempt(one.device_id, one.number, "again", result.reason, result.wait_s)
        return Attempt(one.device_id, one.number, "refused", result.reason)

    async def _sent(
        self, cause: Recorded, ports: Ports, one: Try, subscription: Subscription | None
    ) -> Result:
        left = one.decided.expires_at - ports.clock.now()
        if left < timedelta(seconds=1):
            return Result("refused", "time_over")
        if subscription is None:
            return Result("refused", "device_expired")
        topic = one.decided.conversation_id.replace("-", "")
        result = await self._push.send(
            subscription, Message(one.data, topic, ttl_s=int(left.total_seconds()))
        )
        if result.outcome == "gone":
            command = ExpireDevice("gone", ports.clock.now(), one.agent_id)
            await expire(cause, ports, one.device_id, command)
        return result


def _whole(parts: Sequence[Event]) -> NoticesDecided:
    """A decision with the recipients of all its parts."""
    decided = [part for part in parts if isinstance(part, NoticesDecided)]
    return decided[0].model_copy(
        update={"recipients": tuple(one for part in decided for one in part.recipients)}
    )


async def _finish(cause: Recorded, ports: Ports, tries: Sequence[asyncio.Task[Attempt]]) -> None:
    """Notes what becomes of slow tries. Where that fails their timers, which are set already, try again."""
    while tries:
        await asyncio.wait(tries, timeout=NOTE_EVERY_S)
        ended = [going.result() for going in tries if going.done()]
        tries = [going for going in tries if not going.done()]
        try:
            await note(cause, ports, ended)
        except Exception as error:
            log.warning("notice_outcome_not_noted", notice=cause.stream, error=repr(error))


async def note(cause: Recorded, ports: Ports, attempts: Sequence[Attempt]) -> None:
    """Records what became of tries; the command's id tells all of it."""
    if not attempts:
        return
    told = sorted(f"{a.device_id}/{a.number}/{a.outcome}/{a.reason}" for a in attempts)
    command_id = derived_id("attempts", cause.event_id, *told)
    metadata = metadata_from(cause, command_id, f"service:{ports.service}")
    command = NoteAttempts(tuple(attempts), at=ports.clock.now())
    for place in range(1, NOTED_TRIES_MAX + 1):
        try:
            await execute(ports, notice.DECIDER, cause.stream, command, metadata)
            return
        except Contended:
            # Timers of the same notice go on meanwhile. To begin the whole batch again would reach all devices again.
            if place == NOTED_TRIES_MAX:
                raise
            await asyncio.sleep(NOTED_AGAIN_S * place)
        except (Refused, Erased) as refused:
            log.info("notice_outcome_refused", notice=cause.stream, error=repr(refused))
            return
