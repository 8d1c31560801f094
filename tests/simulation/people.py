"""Somebody with a screen, a tempo, and chances of their own; and somebody who works for a company."""

from random import Random
from typing import Any

from services.chassis.tokens import Caller
from tests.simulation.loop import pass_time
from tests.simulation.world import Call, Company, World


class Person:
    """A visitor or an agent."""

    def __init__(self, world: World, caller: Caller) -> None:
        self.world, self.caller, self.rng = world, caller, Random(world.rng.random())
        self.screen = world.screen(caller, tab=f"tab-{caller.id[:8]}")

    async def wait(self, least_s: float, most_s: float) -> None:
        """Some time passes."""
        await pass_time(self.rng.uniform(least_s, most_s))

    async def send(self, service: str, endpoint: Any, **about: Any) -> Call:
        """A command of this person."""
        return await self.world.send(service, endpoint, self.caller, **about)


class Employee(Person):
    """An agent, with the devices that show their notices."""

    def __init__(self, world: World, caller: Caller, company: Company) -> None:
        super().__init__(world, caller)
        self.company = company
        self.devices: list[str] = []
        self.views: list[str] = []
