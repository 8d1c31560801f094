"""A desktop of our own: it is told of notifications as any desktop is, and clicks on them as its person would."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Annotated, Any

from dbus_fast import Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from services.cli.infrastructure.installing import Package, install
from services.cli.infrastructure.tools import Machine

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CALLED_WITHIN_S = 10
Texts = Annotated[list[str], DBusSignature("as")]
Hints = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
Server = Annotated[tuple[str, str, str, str], DBusSignature("ssss")]
Acted = Annotated[tuple[int, str], DBusSignature("us")]
Ended = Annotated[tuple[int, int], DBusSignature("uu")]


@dataclass(frozen=True)
class Told:
    """A notification as the desktop was told it; `replaced` is the one whose place it took, 0 where it took none."""

    number: int
    replaced: int
    title: str
    body: str
    actions: tuple[str, ...]


class Desktop(ServiceInterface):
    """What was told to it so far, and what is closed by now."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.address = ""
        self.told: list[Told] = []
        self.closed: set[int] = set()
        self._loop = asyncio.new_event_loop()

    def click(self, number: int) -> None:
        """The person clicks on it."""

        async def act() -> None:
            self.ActionInvoked(number, "default")

        asyncio.run_coroutine_threadsafe(act(), self._loop).result(CALLED_WITHIN_S)

    def standing(self) -> list[Told]:
        """What is seen now."""
        last = {one.number: one for one in self.told}
        return [one for number, one in last.items() if number not in self.closed]

    def run(self, began: Future[None]) -> None:
        """Serves until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        bus = self._loop.run_until_complete(self._begin())
        began.set_result(None)
        try:
            self._loop.run_forever()
        finally:
            bus.disconnect()
            self._loop.run_until_complete(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
            self._loop.close()

    def end(self) -> None:
        """Stops serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _begin(self) -> MessageBus:
        bus = await MessageBus(bus_address=self.address).connect()
        bus.export(PATH, self)
        await bus.request_name(NAME)
        return bus

    @dbus_method()
    def GetCapabilities(self) -> Texts:
        return ["actions", "body"]

    @dbus_method()
    def GetServerInformation(self) -> Server:
        return "Desktop", "Livechat", "1", "1.2"

    @dbus_method()
    def Notify(
        self,
        app: DBusStr,
        replaced: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        actions: Texts,
        hints: Hints,
        expires: DBusInt32,
    ) -> DBusUInt32:
        number = replaced or len(self.told) + 1
        self.told.append(Told(number, replaced, title, body, tuple(actions)))
        return number

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> None:
        self.closed.add(number)
        self.NotificationClosed(number, 3)

    @dbus_signal()
    def ActionInvoked(self, number: int, action: str) -> Acted:
        return number, action

    @dbus_signal()
    def NotificationClosed(self, number: int, reason: int) -> Ended:
        return number, reason


def _daemon() -> str:
    """The program of the bus, which is installed where it is missing and may be. Raises MissingTool."""
    machine = Machine()
    if machine.which("dbus-daemon") is None:
        package = Package("D-Bus", "dbus")
        install(
            machine.which, machine.run, machine.is_root, [package], lambda line: print(line, file=sys.stderr)
        )
    found = machine.which("dbus-daemon")
    assert found is not None, "D-Bus was installed and is not there"
    return found


@contextmanager
def desktop() -> Iterator[Desktop]:
    """A bus of its own with a desktop on it, until the context ends."""
    command = [_daemon(), "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        found = Desktop()
        found.address = daemon.stdout.readline().strip()
        began: Future[Any] = Future()
        thread = Thread(target=found.run, args=[began], daemon=True)
        thread.start()
        try:
            began.result(CALLED_WITHIN_S)
            yield found
        finally:
            found.end()
            thread.join(CALLED_WITHIN_S)
            daemon.terminate()
