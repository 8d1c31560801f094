"""A line of visitors whose sockets are held by hand: what the inbox tells, and which numbers they were told."""

import json
from collections.abc import Callable
from typing import Any

from contracts.topics import INBOX_STATE
from services.chassis.models import Changed
from services.chassis.ports import Row
from services.gateway.sockets.hub import Hub
from services.gateway.sockets.waiting import Waiting
from tests.unit.gateway.examples import (
    ELSEWHERE,
    WORKSPACE,
    after,
    inbox_row,
)
from tests.unit.gateway.replica import Replica
from tests.waiting import eventually


class Panel(Waiting):
    """A visitor's socket, and the numbers that it was told."""

    def __init__(self, replica: Replica, hub: Hub) -> None:
        super().__init__(hub.queues, replica.models, WORKSPACE, self._hear)
        self.told: list[int] = []

    def _hear(self, frame: str) -> None:
        self.told.append(json.loads(frame)["position"])


class Line:
    """A replica of which the visitors' sockets are held by hand."""

    def __init__(self, replica: Replica) -> None:
        self.replica, self.hub, self.readings = replica, Hub(replica.ports), 0
        self.panels: dict[str, Panel] = {}
        self.meanwhile: Callable[[], None] = lambda: None
        self._versions: dict[str, int] = {}
        self._find = replica.models.find
        self._reached, self._looked_at = replica.models.reached, set[int]()
        replica.models.find = self._counted  # type: ignore[method-assign]
        replica.models.reached = self._asked  # type: ignore[method-assign]

    async def _counted(self, *args: Any, **more: Any) -> list[Row]:
        self.readings += 1
        found = await self._find(*args, **more)
        self.meanwhile()
        return found

    async def _asked(self, consumer: str, partition: int) -> int:
        self._looked_at.add(partition)
        return await self._reached(consumer, partition)

    async def behind(self, conversation_id: str) -> None:
        """Waits until a reading has found that what was heard of the conversation is not in the read model."""
        partition, end = await self.replica.topics.end(INBOX_STATE, conversation_id)
        assert await self._reached("inbox", partition) < end
        self._looked_at.clear()

        async def asked() -> bool:
            return partition in self._looked_at

        await eventually(asked, within_s=10, every_s=0.005)

    def row(self, conversation_id: str, seconds: float = 0, **changes: Any) -> None:
        """The inbox tells of the conversation, begun so many seconds after the others."""
        version = self._versions[conversation_id] = self._versions.get(conversation_id, 0) + 1
        told = {"conversation_id": conversation_id, "started_at": after(seconds), "version": version}
        row = inbox_row(**{**told, **changes})
        self.replica.topics.publish(INBOX_STATE, conversation_id, Changed(conversation_id, row))

    def join(self, conversation_id: str, workspace_id: str = WORKSPACE) -> Panel:
        panel = self.panels[conversation_id] = Panel(self.replica, self.hub)
        self.hub.queues.join(workspace_id, conversation_id, panel)
        return panel

    def leave(self) -> None:
        for conversation_id, panel in self.panels.items():
            for workspace_id in (WORKSPACE, ELSEWHERE):
                self.hub.queues.leave(workspace_id, conversation_id, panel)

    async def told(self, *numbers: list[int]) -> None:
        """Waits until the panels, in the order in which they joined, were told these numbers."""

        async def so() -> bool:
            return [panel.told for panel in self.panels.values()] == list(numbers)

        was = [panel.told for panel in self.panels.values()]
        await eventually(so, within_s=10, every_s=0.005, what=f"{numbers}, after {was}")

    async def at_rest(self) -> None:
        """Waits until nothing is left to be read."""

        async def read() -> bool:
            return all(
                queue.places is not None and not queue.news.is_set()
                for queue in self.hub.queues._queues.values()
            )

        await eventually(read, within_s=10, every_s=0.005)
