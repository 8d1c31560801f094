"""An event loop in which time stands still until nothing is left to do, and a seed says who goes next."""

import asyncio
import heapq
from bisect import insort
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any

STEPS_MAX = 400_000
NEVER = STEPS_MAX + 1
TASKS_KEPT = 256


class Stuck(Exception):
    """A run that does not come to its end: nothing is left to do, or there is no end of it."""


class Process:
    """What dies together: the tasks that were started in it, at whichever await they are."""

    def __init__(self, name: str) -> None:
        self.name, self.alive = name, True
        self.asked: dict[asyncio.Future[Any], None] = {}
        self.tasks: list[asyncio.Task[Any]] = []
        self._tasks_max = TASKS_KEPT

    def keep(self, task: asyncio.Task[Any]) -> None:
        """The task is one of this process, until it is done."""
        self.tasks.append(task)
        if len(self.tasks) > self._tasks_max:
            self.tasks = [kept for kept in self.tasks if not kept.done()]
            self._tasks_max = 2 * len(self.tasks) + TASKS_KEPT

    def end(self) -> None:
        """No task of it goes on."""
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            if not task.done():
                _forget(task)
                with suppress(RuntimeError):  # It wanted to await on its way out; the dead do not.
                    task.get_coro().close()

    def kill(self, lost: object) -> None:
        """Ends it as SIGKILL would: no task goes on. Whoever waits for an answer of it gets `lost`."""
        self.alive = False
        self.end()
        for future in self.asked:
            if not future.done():
                future.set_result(lost)
        self.asked.clear()


def _forget(task: asyncio.Task[Any]) -> None:
    """A killed task is forgotten without a word, and so is what it was about to be told."""
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    told = task._fut_waiter  # type: ignore[attr-defined]
    if told is not None and told.done():
        told._log_traceback = False


async def pass_time(seconds: float) -> None:
    """Returns when so much time has passed."""
    loop: Any = asyncio.get_running_loop()
    future: asyncio.Future[None] = asyncio.Future(loop=loop)
    loop.wake(seconds, future)
    await future


def finish(future: asyncio.Future[None]) -> None:
    """Whoever awaits it goes on."""
    if not future.done():
        future.set_result(None)


class Strand:
    """One task's place among all, and the process it belongs to."""

    __slots__ = ("number", "process")

    def __init__(self, number: int, process: Process) -> None:
        self.number, self.process = number, process


OUTSIDE = Process("outside")
_NOBODY = Strand(0, OUTSIDE)
_STRAND: ContextVar[Strand] = ContextVar("strand", default=_NOBODY)


def current() -> Process:
    """The process of the task that runs."""
    return _STRAND.get().process


class Handle:
    """Something to be called, now or at a time."""

    __slots__ = ("args", "callback", "context", "dropped", "process")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context, process: Process
    ) -> None:
        self.callback, self.args, self.context, self.process = callback, args, context, process
        self.dropped = False

    def cancel(self) -> None:
        self.dropped = True

    def cancelled(self) -> bool:
        return self.dropped


class Waking:
    """Somebody who waits for nothing but time."""

    __slots__ = ("future", "process")
    dropped = False

    def __init__(self, future: asyncio.Future[None], process: Process) -> None:
        self.future, self.process = future, process


class Loop(asyncio.AbstractEventLoop):
    """Runs one step at a time. `steps` counts them; after step `look_at` and each later one `between` is called, which
    may kill processes.

    What is ready is kept in the order of its tasks, so that only the seed decides, and no address or hash.
    """

    def __init__(self, rng: Random) -> None:
        self.steps = self.look_at = 0
        self.failures: list[str] = []
        self.between: Callable[[], None] = lambda: None
        self._chance, self._now = rng.random, 0.0
        self._ready: list[tuple[int, int, Handle]] = []
        self._later: list[tuple[float, int, int, Handle | Waking]] = []
        self._strands = self._orders = 0

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, Any], *, name: object = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        context = context or copy_context()
        return self._started(coro, context.get(_STRAND, _NOBODY).process, context)

    def start(self, coro: Coroutine[Any, Any, Any], process: Process = OUTSIDE) -> None:
        """Starts a task in a process."""
        _ = self._started(coro, process, copy_context())

    def _started(
        self, coro: Coroutine[Any, Any, Any], process: Process, context: Context
    ) -> asyncio.Task[Any]:
        self._strands += 1
        context.run(_STRAND.set, Strand(self._strands, process))
        task = asyncio.Task(coro, loop=self, name="-", context=context)
        process.keep(task)
        return task

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        self._orders += 1
        if context is None:
            context = copy_context()
        strand = context.get(_STRAND, _NOBODY)
        handle = Handle(callback, args, context, strand.process)
        insort(self._ready, (strand.number, self._orders, handle))
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        self._orders += 1
        if context is None:
            context = copy_context()
        strand = context.get(_STRAND, _NOBODY)
        handle = Handle(callback, args, context, strand.process)
        # Tasks are told apart before the order of calls, as among what is ready.
        heapq.heappush(self._later, (when, strand.number, self._orders, handle))
        return handle

    def wake(self, delay: float, future: asyncio.Future[None]) -> None:
        """As call_later with `finish`, which is what most of all waiting is."""
        self._orders += 1
        strand = _STRAND.get()
        later = (self._now + delay, strand.number, self._orders, Waking(future, strand.process))
        heapq.heappush(self._later, later)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.failures.append(f"{context.get('message')}: {context.get('exception')!r}")

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self.call_exception_handler(context)

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """At once and here: no thread has a place in the order of things."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def play(self, coro: Coroutine[Any, Any, Any]) -> Any:
        """Runs until this coroutine is done. Raises Stuck, and what it raises."""
        asyncio.events._set_running_loop(self)
        try:
            task = self._started(coro, OUTSIDE, copy_context())
            self._run(task)
            return task.result()
        finally:
            asyncio.events._set_running_loop(None)

    def _run(self, task: asyncio.Task[Any]) -> None:
        """One step after the other, until the task is done."""
        ready, chance = self._ready, self._chance
        while not task.done():
            if not ready:
                self._wait()
            number = len(ready)
            _, _, handle = ready.pop(int(chance() * number) if number > 1 else 0)
            if handle.dropped or not handle.process.alive:
                continue
            self.steps += 1
            if self.steps > STEPS_MAX:
                raise Stuck(f"no end after {STEPS_MAX} steps, at {self._now:.1f} s")
            handle.context.run(handle.callback, *handle.args)
            if self.steps >= self.look_at:
                self.between()

    def _wait(self) -> None:
        """Time passes, to the next moment at which somebody goes on."""
        ready, later = self._ready, self._later
        while later and (not ready or later[0][0] <= self._now):
            when, _, _, handle = heapq.heappop(later)
            if not handle.dropped and handle.process.alive:
                self._now = max(self._now, when)
                if isinstance(handle, Waking):
                    finish(handle.future)
                else:
                    handle.context.run(handle.callback, *handle.args)
        if not ready:
            raise Stuck("everybody waits and nobody will come")
