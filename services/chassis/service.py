"""What a service is, told to the chassis: its deciders, read models, reactions, routes and background roles."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.routing import BaseRoute

from contracts.envelope import Recorded
from contracts.topics import Topic
from services.chassis.decider import Decider
from services.chassis.models import About, ReadModel
from services.chassis.ports import Ports


@dataclass(frozen=True)
class Order:
    """A command for a stream of ours, given by a reaction; `if_claimed` is carried out where a claim refuses it.

    `about` tells it apart from the others that follow from the same event. Its place among them would not: where they
    follow from what is known as well, there may be fewer of them when the event is read again.
    """

    decider: Decider[Any, Any]
    stream: str
    command: Any
    if_claimed: Any = None
    about: str = ""


React = Callable[[Recorded, Ports, datetime], Awaitable[Sequence[Order]]]


@dataclass(frozen=True)
class Reaction:
    """Another service's events → commands of ours. `name` is the consumer's name and never changes.

    `about` are the events that it is for; others, which it never hears of, cost next to nothing. `react` gets the
    event, the ports (to read what we know) and the time now. Each order's command id is derived from the event's id,
    the reaction's name and what the order is about, so a repeated event changes nothing. `role` is the role that runs
    it: one apart where it waits for the outside, so that it is scaled, and may reach out, alone.
    """

    name: str
    source: Topic
    react: React
    about: About = None
    role: str = "reactions"


@dataclass(frozen=True, slots=True)
class Consumer:
    """What reads a topic for a service: its name there, the role that runs it, the topic."""

    service: str
    name: str
    role: str
    topic: Topic

    @property
    def group(self) -> str:
        """The consumer group's id in Kafka, without an installation's prefix."""
        return f"{self.service}.{self.name}"


@dataclass(frozen=True)
class Service:
    """One service.

    `own` makes what only it has, for Ports.own. `roles` are its background roles beside the usual ones (relay,
    projectors, reactions, timers); a role runs until cancelled. `with_api` runs until cancelled as well, in processes
    that serve `routes` and in no others: it is no role, so that nobody starts it alone. `tails` are the topics whose
    live end it hears; `hears_signals` says whether it listens to signals as well. `raw` tells the requests (method,
    path below the service) whose body is no JSON: their routes read and bound it. `routes` are the routers' own, not
    included ones, which FastAPI would analyse anew for every application and look through in two steps for every
    request. `pages` are what browsers get at the root of the address, outside of the API; one service of a system has
    any.
    """

    name: str
    deciders: tuple[Decider[Any, Any], ...]
    models: tuple[ReadModel, ...]
    reactions: tuple[Reaction, ...]
    routes: Sequence[BaseRoute]
    roles: Mapping[str, Callable[[Ports], Awaitable[None]]] = field(default_factory=dict)
    with_api: Mapping[str, Callable[[Ports], Awaitable[None]]] = field(default_factory=dict)
    tails: tuple[Topic, ...] = ()
    hears_signals: bool = False
    own: Callable[[], Mapping[str, Any]] = field(default=dict)
    raw: Callable[[str, str], bool] = field(default=lambda method, path: False)
    pages: Sequence[BaseRoute] = ()

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles that a process of this service can be started with, each alone."""
        projectors = ("projectors",) if self.models else ()
        reacting = dict.fromkeys(reaction.role for reaction in self.reactions)
        return ("api", "relay", "timers", *projectors, *reacting, *self.roles)

    @property
    def consumers(self) -> tuple[Consumer, ...]:
        """One for each read model and reaction."""
        return (
            *(Consumer(self.name, one.name, "projectors", one.source) for one in self.models),
            *(Consumer(self.name, one.name, one.role, one.source) for one in self.reactions),
        )

    def decider(self, category: str) -> Decider[Any, Any]:
        """The decider of a category of streams."""
        return next(decider for decider in self.deciders if decider.category == category)
