"""People who chat while something is done to the cluster, and what they were told, held against the log."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from deploy.acl import NAMES
from deploy.real.cluster import Cluster
from deploy.real.kubectl import Failed
from services.cli.catalogue import SERVICES
from services.cli.demo.cast import PATIENCE_S, Cast
from services.cli.demo.clients import Visitor
from services.cli.demo.reckoning import disagreements, read_history
from services.cli.demo.screens import Screen

LIVES, TURNS, PAUSE_S = 3, 6, 1.2
FLOOD, FLOODED = 1_200, 6
"""Messages, and conversations that they are posted in."""
ATTEMPTS_MAX = 480
"""A killed pod is away for as long as it takes to start: clients ask for two minutes."""
LAST_WITHIN_S, AGREE_WITHIN_S = 300.0, 120.0


class Chats(Cast):
    """Lives of conversations, some at once, one after the other, until told to end."""

    visitors: list[Visitor]
    panels: list[Screen]
    lives = 0
    slowest_s = 0.0

    async def run(self, started: threading.Event, ending: threading.Event) -> None:
        """Until told to end; then each conversation is brought to its end, and the log is asked."""
        self.visitors, self.panels = [], []
        await self._set_up()
        for agent in self.agents:
            agent.attempts_max = ATTEMPTS_MAX
        await self._live(0)
        started.set()
        async with asyncio.TaskGroup() as group:
            for number in range(LIVES):
                group.create_task(self._lives(number, ending))

    async def _lives(self, number: int, ending: threading.Event) -> None:
        while not ending.is_set():
            await self._live(number)

    async def _live(self, number: int) -> None:
        visitor, panel = await self._visitor(self.playbook)
        visitor.attempts_max = ATTEMPTS_MAX
        self.visitors.append(visitor)
        self.panels.append(panel)
        conversation_id = await self._conversation(visitor, panel)
        stream = f"conversation-{conversation_id}"
        agent, inbox = (self.ana, self._inbox) if number % 2 else (self.ben, self._bens)
        await self._take(agent, conversation_id)
        await inbox.follow(stream)
        for turn in range(TURNS):
            for who in (visitor, agent):
                begun_s = time.monotonic()
                await self._say_in(who, conversation_id, f"{turn}: still here?")
                self.slowest_s = max(self.slowest_s, time.monotonic() - begun_s)
            await asyncio.sleep(PAUSE_S)
        for screen in (panel, inbox):
            await screen.until(lambda s: self._missing(s, conversation_id) == [], PATIENCE_S, "all messages")
        await self._close(agent, conversation_id)
        for screen in (panel, inbox):
            await screen.until(lambda s: s.of(stream, "closed"), PATIENCE_S, "the end of the chat")
        await panel.close()
        await inbox.unfollow(stream)
        self.lives += 1

    def _missing(self, screen: Screen, conversation_id: str) -> list[str]:
        """The messages that were acknowledged and are not shown yet."""
        shown = {one["message_id"] for one in screen.of(f"conversation-{conversation_id}", "message_posted")}
        return [id_ for id_ in self.told.messages[conversation_id] if id_ not in shown]


class Load:
    """Chats in a thread of their own; what came of them is known when it has ended."""

    def __init__(self, cluster: Cluster, url: str, link: str) -> None:
        self._kafka, self._bases, self._link = cluster.settings.kafka, dict.fromkeys(SERVICES, url), link
        self.started, self._ending = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.told = ""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def begun(self) -> None:
        """Returns when people chat. Raises Failed."""
        while not self.started.wait(1):
            if not self._thread.is_alive():
                raise Failed(f"nobody could chat: {self.error!r}"[:600])

    def finish(self) -> str:
        """Lets them end; what they did, in words. Raises Failed with what went wrong."""
        self._ending.set()
        self._thread.join(LAST_WITHIN_S)
        if self._thread.is_alive():
            raise Failed(f"chats did not end within {LAST_WITHIN_S:g} s")
        if self.error is not None:
            raise Failed(f"chats: {self.error!r}"[:600])
        return self.told

    def _run(self) -> None:
        try:
            asyncio.run(self._chat())
        except BaseException as error:  # Told where it is asked for, in another thread.
            self.error = error
            if not isinstance(error, Exception | asyncio.CancelledError):
                raise

    async def _chat(self) -> None:
        async with Chats(self._bases, self._link, lambda _: None) as chats:
            await chats.run(self.started, self._ending)
            await self._agree(chats)
            clients = [*chats.agents, *chats.visitors]
            accepted = sum(len(one.accepted) for one in clients)
            if unknown := sum(len(one.unknown) for one in clients):
                raise Failed(f"{unknown} of {accepted + unknown} commands failed")
            screens = [chats._inbox, chats._bens, *chats.panels]
            again = sum(screen.connected - 1 for screen in screens)
            self.told = (
                f"{accepted} commands in {chats.lives} chats, 0 failed, the slowest message {chats.slowest_s:.1f} s; "
                f"{len(screens)} sockets, {again} times opened again, 0 frames lost"
            )

    async def _agree(self, chats: Chats) -> None:
        deadline_s = time.monotonic() + AGREE_WITHIN_S
        while True:
            history = await read_history(self._kafka, NAMES, chats.told.workspace_id)
            wrong = disagreements(history, chats.told)
            if not wrong:
                return
            if time.monotonic() > deadline_s:
                raise Failed(f"the log disagrees: {'; '.join(wrong[:3])}")
            await asyncio.sleep(1)


def workspace(cluster: Cluster, name: str) -> str:
    """A new workspace's one-time link, as an operator makes one in the cluster."""
    told = cluster.kubectl.run(
        "-n", cluster.settings.namespace, "exec", "deployment/gateway-api", "--",
        "livechat", "workspace", "create", name, "ana@example.com",
    )  # fmt: skip
    return dict(line.split(" ", 1) for line in told.splitlines())["link"]


@contextmanager
def chatting(cluster: Cluster) -> Iterator[Load]:
    """People chat through the ingress for as long as the context lasts; call `finish` for what came of it."""
    with cluster.entered() as url:
        load = Load(cluster, url, workspace(cluster, "Busy"))
        load.begun()
        try:
            yield load
        finally:
            with suppress(Failed):
                load.finish()


class Flood(Cast):
    """More messages at once than anybody reads, in several conversations."""

    def __init__(self, bases: Mapping[str, str], link: str) -> None:
        super().__init__(bases, link, lambda _: None)

    async def run(self, before: Callable[[], None]) -> int:
        """Begins conversations, has something done, and then posts; answers how many messages were accepted."""
        async with self:
            await self._set_up()
            conversations = []
            for _ in range(FLOODED):
                visitor, panel = await self._visitor(self.playbook)
                conversation_id = await self._conversation(visitor, panel)
                await self._take(self.ana, conversation_id)
                conversations.append(conversation_id)
            await asyncio.to_thread(before)
            await asyncio.gather(*(self._flood(one) for one in conversations))
            return sum(map(len, self.told.messages.values()))

    async def _flood(self, conversation_id: str) -> None:
        for number in range(FLOOD // FLOODED):
            await self._say_in(self.ana, conversation_id, f"{number}: and another one")
