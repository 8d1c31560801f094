"""A push service in memory: it keeps what it is given and answers each address as it was told to."""

import asyncio
import json
from collections import defaultdict
from typing import Any

from services.notifier.outbound import BadEndpoint, Message, Push, Result, Subscription

TAKEN = Result("taken")


class KeptPush(Push):
    """Push that hands nothing over. `answers` are an endpoint's next answers; a Future is one that is waited for."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Message]] = []
        self.answers: dict[str, list[Result | asyncio.Future[Result]]] = defaultdict(list)
        self.key: str | None = "BKey"

    @property
    def public_key(self) -> str | None:
        return self.key

    async def admit(self, subscription: Subscription) -> None:
        if not subscription.endpoint.startswith("https://push.test/"):
            raise BadEndpoint("This is the address of no push service known here.")

    async def send(self, subscription: Subscription, message: Message) -> Result:
        self.given.append((subscription.endpoint, message))
        waiting = self.answers[subscription.endpoint]
        answer = waiting.pop(0) if waiting else TAKEN
        return answer if isinstance(answer, Result) else await answer

    def told(self, endpoint: str = "") -> list[dict[str, Any]]:
        """What the devices at this endpoint, or at all, were told."""
        return [json.loads(message.data) for where, message in self.given if endpoint in where]
