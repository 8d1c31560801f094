"""The services as processes that die and come back: what a database keeps stays, everything else is gone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.gateway import AgentRemoved
from contracts.personal import ClearKeyring
from contracts.topics import GATEWAY_EVENTS, PARTITIONS, Naming
from services.chassis.batches import Handler
from services.chassis.decider import Refused
from services.chassis.memory import CountedIds, MemoryCredentials
from services.chassis.memory_host import MemoryRecord
from services.chassis.parked import is_infrastructure
from services.chassis.ports import Ports, StoredEvent
from services.chassis.projector import Projection
from services.chassis.reactor import Reacting
from services.chassis.relay import Relay, StateRelay
from services.chassis.revocations import Revocations
from services.chassis.service import Service
from services.chassis.timers import Timers
from services.gateway.accounts.throttle import Places
from services.gateway.sockets.frames import too_many_sockets
from services.gateway.sockets.hub import Hub
from tests.simulation.chance import Chance, LoopClock
from tests.simulation.heard import LateSignals, LateTail, WakingLog, read_once
from tests.simulation.loop import Loop, Process, finish, pass_time
from tests.simulation.relays import EventRelay, RowRelay
from tests.simulation.twins import PausingReader, PausingRows, PausingStore, pausing

TAKEN_MAX = 40
TRIES_MAX = 400
Own = Callable[[], Mapping[str, Any]]
"""What a new process of a service has for its own."""
LOST = object()
"""What a request is answered with by a process that died."""


class Gone(Exception):
    """The process died before it answered, or is not there."""


class Host:
    """All services on one log, one clock and one seed."""

    def __init__(
        self, services: Sequence[Service], at: datetime, loop: Loop, chance: Chance, own: Mapping[str, Own]
    ) -> None:
        self.loop, self.chance, self.naming = loop, chance, Naming()
        self.clock, self.log, self.signals = LoopClock(at, loop), WakingLog(), LateSignals(loop, chance)
        self.faults: list[str] = []
        self.removed: set[str] = set()
        """Agents whose tokens count no more: services hear of it at once."""
        self.log.listen(self._hear)
        self.crashes = self.repeats = self._numbers = 0
        self.own = own
        self.servers = {service.name: Server(self, service) for service in services}

    def _hear(self, record: MemoryRecord) -> None:
        if record.topic == self.naming.of(GATEWAY_EVENTS):
            event = read_once(record).event
            if isinstance(event, AgentRemoved):
                self.removed.add(event.agent_id)

    def number(self) -> int:
        """The next number of this run."""
        self._numbers += 1
        return self._numbers

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more: all that was written has been heard by everybody."""
        return all(server.is_quiet for server in self.servers.values())


async def _run(role: Callable[[Ports], Awaitable[None]], ports: Ports) -> None:
    await role(ports)


class Server:
    """One service: its database, and the process that works on it."""

    def __init__(self, host: Host, service: Service) -> None:
        self.service, self._host = service, host
        self.rows = PausingRows(service.models, host.chance, lambda: self._woken(StateRelay.OUTBOX))
        self.store = PausingStore(host.clock, host.chance, self._committed)
        self.credentials, self.ids = pausing(MemoryCredentials(), host.chance), CountedIds(service.name)
        self.outbox: dict[int, StoredEvent] = {}
        self.numbers: dict[str, int] = {}
        """The position of each event by its id."""
        self.relayed: dict[int, int] = {}
        self.leaders: dict[str, Process] = {}
        """Who publishes each outbox: a lock that the database frees when its process is gone."""
        self.topics = {model.name: host.naming.of(model.source) for model in service.models}
        self.process = Process(service.name)
        self._wake: dict[str, asyncio.Future[None]] = {}
        self._timer_wake = host.loop.create_future()
        self.start()

    def start(self) -> None:
        """A new process with nothing in its memory."""
        host, service = self._host, self.service
        self.process = process = Process(service.name)
        self.tail = LateTail(host.log, host.naming, service.tails, host.chance)
        self.ports = Ports(
            service=service.name,
            store=self.store,
            reader=PausingReader(self.rows, self.topics, host.chance),
            clock=host.clock,
            ids=self.ids,
            keyring=ClearKeyring(),
            credentials=self.credentials,
            tail=self.tail,
            signals=host.signals.of(process),
            own=host.own.get(service.name, service.own)(),
        )
        # As in every process: whoever asks whether a token counts hears of an end first.
        self.ends = self._ends() if service.tails else None
        self.hub, self.places = Hub(self.ports) if service.tails else None, Places(too_many_sockets)
        self.positions: dict[tuple[str, str], dict[int, int]] = {}
        for role in self._roles():
            host.loop.start(role, process)

    def _roles(self) -> Sequence[Coroutine[Any, Any, Any]]:
        """What runs in the background; a consumer's partitions may be read by two for a while."""
        service, ports = self.service, self.ports
        roles: list[Coroutine[Any, Any, Any]] = [EventRelay(self, self._host).run()]
        if any(model.publishes for model in service.models):
            roles.append(RowRelay(self, self._host).run())
        if any(decider.elapsed for decider in service.deciders):
            roles.append(Timers(service, ports, self._rest).run())
        roles += [_run(run, ports) for run in (*service.roles.values(), *service.with_api.values())]
        if service.tails:
            roles.append(self.tail.run())
        for name, topic, new in self.consumers():
            twice = not self._host.chance.is_calm and self._host.chance.rng.random() < 0.08
            roles += [self._consume(name, topic, new()) for _ in range(1 + twice)]
        return roles

    def _ends(self) -> Revocations:
        """Which sessions were ended: a new process reads of them what was told of late."""
        ends = Revocations(self.service.name, self.tail, self._host.clock)
        topic = self._host.naming.of(GATEWAY_EVENTS)
        for number in range(PARTITIONS):
            for record in self._host.log.records.get((topic, number), ()):
                ends.heard(read_once(record))
        return ends

    def consumers(self) -> list[tuple[str, str, Callable[[], Handler]]]:
        """Every consumer: its name, its topic, and what makes its handler."""
        service, ports, naming = self.service, self.ports, self._host.naming

        def projection(model: Any) -> Callable[[], Handler]:
            return lambda: Projection(service.name, model, self.topics[model.name], self.rows, ports.keyring)

        def reaction(of: Any) -> Callable[[], Handler]:
            return lambda: Reacting(of, naming.of(of.source), self.rows, ports)

        models = [(model.name, self.topics[model.name], projection(model)) for model in service.models]
        return models + [(of.name, naming.of(of.source), reaction(of)) for of in service.reactions]

    def kill(self) -> None:
        """SIGKILL."""
        self._host.crashes += 1
        self.process.kill(LOST)

    async def ask(self, work: Callable[[Ports], Coroutine[Any, Any, Any]]) -> Any:
        """Lets the process do something for a caller. Raises Refused, or Gone where no answer comes."""
        process = self.process
        if not process.alive:
            raise Gone
        future = self._host.loop.create_future()
        process.asked[future] = None
        self._host.loop.start(self._answer(work, future), process)
        answer = await future
        process.asked.pop(future, None)
        if answer is LOST:
            raise Gone
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _answer(
        self, work: Callable[[Ports], Coroutine[Any, Any, Any]], future: asyncio.Future[Any]
    ) -> None:
        try:
            answer = await work(self.ports)
        except Exception as error:
            if not isinstance(error, Refused):
                self._host.faults.append(f"{self.service.name} failed to answer: {error!r}")
            answer = error
        if not future.done():
            future.set_result(answer)

    def _committed(self, stored: StoredEvent) -> None:
        finish(self._timer_wake)  # What was written may have set a timer.
        self.numbers[stored.event_id] = number = len(self.numbers) + 1
        self.outbox[number] = stored
        self._woken(Relay.OUTBOX)

    def _woken(self, outbox: str) -> None:
        if outbox in self._wake:
            finish(self._wake.pop(outbox))

    async def news(self, outbox: str) -> None:
        """Returns when something was committed to this outbox."""
        self._wake[outbox] = woken = self._host.loop.create_future()
        await woken

    async def _rest(self, _: float) -> None:
        """Until a timer is due or may have been set: whoever looked at the clock before then would find nothing."""
        self._timer_wake = woken = self._host.loop.create_future()
        due_in_s = await self.store.next_due()
        if due_in_s is not None:
            self._host.loop.wake(due_in_s, woken)
        await woken

    async def _consume(self, name: str, topic: str, handler: Handler) -> None:
        """Follows the topic as the batch loop does; it may read again what it has read, and take any partition."""
        host, failures, tempo_s = self._host, 0, self._host.chance.tempo()
        positions = dict(await handler.positions(range(PARTITIONS)))
        self.positions[name, topic] = positions
        while True:
            slices = host.log.after(topic, positions)
            if not slices:
                await host.log.news([topic])
                await host.chance.delay(tempo_s)
                continue
            try:
                positions |= await handler.handle(self._some(topic, slices))
                failures = 0
            except Exception as error:
                failures += 1
                if not is_infrastructure(error) or failures > TRIES_MAX:
                    host.faults.append(f"{name} cannot go on: {error!r}")
                await pass_time(0.1 if failures < 5 else 1.0)

    def _some(self, topic: str, slices: dict[int, Any]) -> dict[int, Any]:
        """Some of what waits: a few partitions, a few records, and perhaps some from before once more."""
        rng = self._host.chance.rng
        if self._host.chance.is_calm:
            return slices
        taken: dict[int, Any] = {}
        for number in sorted(slices):
            records = slices[number]
            if taken and rng.random() < 0.3:
                continue
            begin = records[0].offset
            again = rng.randint(1, 6) if begin and rng.random() < 0.1 else 0
            part = self._host.log.records[topic, number]
            taken[number] = part[max(0, begin - again) : begin + rng.randint(1, TAKEN_MAX)]
            self._host.repeats += min(again, begin)
        return taken

    @property
    def owes_something(self) -> bool:
        """Whether a file waits to be asked for, or a device for its notice: that is not long to wait for."""
        return self.service.name in ("gateway", "notifier") and bool(self.store.timers)

    @property
    def is_quiet(self) -> bool:
        """Whether everything written here was told, and everything told was heard."""
        if not self.process.alive or self.outbox or self.rows.outbox or self.tail.behind():
            return False
        counts = self._host.log.counts
        return all(sum(at.values()) == counts[topic] for (_, topic), at in self.positions.items())
