"""What lies outside, as twins with moods: push services, the store of files; and the keys that tokens are made with."""

from collections import Counter
from typing import IO

from services.chassis.tokens import Signer, Verifier, new_private_key, read_private_key
from services.notifier.outbound import Message, Result, Subscription
from tests.memory_files import MemoryFiles
from tests.simulation.chance import Chance
from tests.simulation.loop import pass_time
from tests.unit.notifier.kept_push import TAKEN, KeptPush

ORIGIN = "http://inbox.test"
PEM = new_private_key()
_PRIVATE = read_private_key(PEM)
SIGNER, VERIFIER = Signer("1", _PRIVATE), Verifier(lambda: {"1": _PRIVATE.public_key()})
AGAIN_IN_A_ROW_MAX = 2
"""Retries wait four times longer each time: a run does not wait for the third."""
ANSWER_S_MAX = 9.0


class MoodyPush(KeptPush):
    """Answers as the seed has it, where it was told nothing else; when all is calm it takes everything at once."""

    def __init__(self, chance: Chance) -> None:
        super().__init__()
        self._chance = chance
        self._refused: Counter[str] = Counter()

    async def send(self, subscription: Subscription, message: Message) -> Result:
        told = await super().send(subscription, message)
        if told != TAKEN or self._chance.is_calm:
            return told
        luck, endpoint = self._chance.rng.random(), subscription.endpoint
        if luck < 0.03:
            return Result("gone", "410")
        if luck < 0.06:
            return Result("refused", "400")
        if luck < 0.2:
            await pass_time(self._chance.rng.uniform(0.1, ANSWER_S_MAX))
        elif luck < 0.3 and self._refused[endpoint] < AGAIN_IN_A_ROW_MAX:
            self._refused[endpoint] += 1
            return Result("again", "503")
        self._refused[endpoint] = 0
        return TAKEN


class SeldomFiles(MemoryFiles):
    """The twin of the store, away now and then until all is calm."""

    def __init__(self, chance: Chance) -> None:
        super().__init__()
        self._chance = chance

    async def keep(self, place: str, content: IO[bytes]) -> None:
        self._luck()
        await super().keep(place, content)

    async def remove(self, place: str) -> None:
        self._luck()
        await super().remove(place)

    async def tidy(self, place: str) -> None:
        self._luck()
        await super().tidy(place)

    def _luck(self) -> None:
        self.away = not self._chance.is_calm and self._chance.rng.random() < 0.15
