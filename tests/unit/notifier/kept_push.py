"""A push service in memory: it keeps what it is given and answers each address as it was told to."""

import asyncio
import json
from collections import defaultdict
from typing import Any

from services.notifier.outbound import BadEndpoint, Message, Push, Result, Subscription, push
from services.notifier.outbound.addresses import Addresses
from services.notifier.settings import NotifierSettings

TAKEN = Result("taken")


class KeptPush(Push):
    """Push that hands nothing over, and takes the keys of devices for names.

    `answers` are an endpoint's next answers; a Future is one that is waited for.
    """

    def __init__(self) -> None:
        self.given: list[tuple[str, Message]] = []
        self.answers: dict[str, list[Result | asyncio.Future[Result]]] = defaultdict(list)
        self.key: str | None = "BKey"
        self._addresses = Addresses(NotifierSettings(push_hosts=("push.test",)))

    @property
    def public_key(self) -> str | None:
        return self.key

    async def admit(self, subscription: Subscription) -> None:
        self._addresses.check(subscription.endpoint)

    async def send(self, subscription: Subscription, message: Message) -> Result:
        if self.key is None:
            return Result("refused", "no_web_push")
        try:
            self._addresses.check(subscription.endpoint)
        except BadEndpoint:
            return Result("refused", "bad_endpoint")
        self.given.append((subscription.endpoint, message))
        waiting = self.answers[subscription.endpoint]
        answer = waiting.pop(0) if waiting else TAKEN
        if isinstance(answer, Result):
            return answer
        try:
            async with asyncio.timeout(push.TRY_S):
                return await answer
        except TimeoutError:
            return Result("again", "timeout")

    def told(self, endpoint: str = "") -> list[dict[str, Any]]:
        """What the devices at this endpoint, or at all, were told."""
        return [json.loads(message.data) for where, message in self.given if endpoint in where]
