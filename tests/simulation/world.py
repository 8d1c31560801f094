"""A run: two companies, their agents and visitors, a clock, and a crash now and then, all from one seed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from contracts.envelope import Metadata
from contracts.ids import category_of, derived_id, id_of
from services.chassis.decider import Refused
from services.chassis.http import Ask, Unauthorised
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.cli.catalogue import SERVICES
from services.conversation.settings import ConversationSettings
from services.gateway.accounts.snippets import Snippets
from services.gateway.settings import GatewaySettings
from services.notifier.service import own_of
from tests.simulation.chance import PLACES, Chance
from tests.simulation.host import Gone, Host, Own, Server
from tests.simulation.loop import NEVER, Loop, pass_time
from tests.simulation.outside import ORIGIN, PEM, SIGNER, MoodyPush, SeldomFiles
from tests.simulation.screens import Screen

START = datetime(2030, 6, 1, 9, tzinfo=UTC)
TRIES_MAX = 120
_SETTINGS = GatewaySettings.model_validate(
    {
        "token_signing_key": PEM,
        "token_kid": "1",
        "gateway_email_secret": "x" * 32,
        "origins": ORIGIN,
        "gateway_password_passes": 1,
        "gateway_password_memory_kib": 8,
    }
)
VISITOR_LEFT_S = 10
_TALK = ConversationSettings(visitor_left_s=VISITOR_LEFT_S, visitor_messages_max=1_000)
AGAIN = ("contended", "behind", "files_unavailable")
"""Refusals after which a client sends the same command again."""


def _own(files: SeldomFiles, push: MoodyPush) -> Mapping[str, Own]:
    return {
        "gateway": lambda: {
            "settings": _SETTINGS,
            "signer": lambda: SIGNER,
            "files": files,
            "snippets": Snippets(),
        },
        "notifier": lambda: own_of(push),
        "conversation": lambda: {"settings": _TALK},
    }


@dataclass
class Call:
    """A command that somebody sent, and what they were told. `sent`, `answered` and `done` are steps of the loop."""

    name: str
    caller: Caller
    command_id: str
    about: dict[str, Any]
    sent: int
    done: int = 0
    sends: int = 0
    told: Any = None
    """What was answered: Accepted, for most commands."""
    answered: int = 0
    """When it was told that it had been carried out."""
    refused: Refused | None = None
    """Unless it was carried out all the same, as another request for it that was under way at the same time."""

    @property
    def stream(self) -> str:
        """The conversation that it is about, as a stream."""
        return f"conversation-{self.about.get('conversation_id', '')}"

    def overlaps(self, other: "Call") -> bool:
        """Whether both were under way at the same time."""
        return self.sent < other.done and other.sent < self.done


@dataclass
class Company:
    """A workspace and who is in it."""

    workspace_id: str
    owner: Caller
    playbook_id: str = ""
    agents: list[Caller] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    """Of those who were invited."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """The notes of each conversation, by id."""
    persons: list[str] = field(default_factory=list)
    """Whom the list of persons has shown."""
    identity_keys: dict[str, str] = field(default_factory=dict)
    """With which its server signs, by name."""
    replies: list[str] = field(default_factory=list)
    """The canned replies, by id, also those that are there no more."""


class World:
    """The system and its people."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rng = seed, Random(seed)
        self.loop = Loop(Random(self.rng.random()))  # type: ignore[abstract]
        self.chance = Chance(Random(self.rng.random()))
        self.files, self.push = SeldomFiles(self.chance), MoodyPush(self.chance)
        own = _own(self.files, self.push)
        self.host = Host(list(SERVICES.values()), START, self.loop, self.chance, own)
        self.calls: list[Call] = []
        self.again: Counter[str] = Counter()
        """Refusals after which a command was sent again."""
        self.screens: list[Screen] = []
        self.companies: list[Company] = []
        self.visitors: list[Any] = []
        self.users: dict[str, str] = {}
        """The users of the companies' sites, by visit."""

    def screen(self, caller: Caller, tab: str = "") -> Screen:
        """A new screen, not open yet."""
        screen = Screen(self.host, caller, tab=tab)
        self.screens.append(screen)
        return screen

    def chats(self) -> dict[str, str]:
        """Every conversation that was ever started or declined, and whose it is: conversation id → workspace id."""
        streams = self.host.servers["conversation"].store.streams
        return {
            id_of(stream): events[0].metadata.workspace_id
            for stream, events in streams.items()
            if category_of(stream) == "conversation"
        }

    def wait_left_s(self, chat: str) -> float | None:
        """How long the visitor still waits, in seconds: the screen shows it as a clock."""
        due = [
            due_at
            for (stream, _), (_, due_at) in self.host.servers["conversation"].store.timers.items()
            if id_of(stream) == chat
        ]
        return (min(due) - self.host.clock.now()).total_seconds() if due else None

    def visitor_in(self, chat: str) -> Any:
        """Whose conversation it is."""
        name = f"conversation-{chat}"
        return next((one for one in self.visitors if name in one.screen.streams), None)

    async def send(
        self, service: str, endpoint: Callable[..., Coroutine[Any, Any, Any]], caller: Caller, **about: Any
    ) -> Call:
        """A command by a route's own function, sent again with the same key until there is an answer."""
        key = str(self.host.number())
        command_id = derived_id("command", caller.workspace_id, caller.actor, key)
        metadata = Metadata(caller.workspace_id, command_id, command_id, command_id, caller.actor)
        call = Call(endpoint.__name__, caller, command_id, about, self.loop.steps)
        self.calls.append(call)

        def work(ports: Ports) -> Coroutine[Any, Any, Any]:
            if caller.id in self.host.removed:
                raise Unauthorised("The token is over.")
            ask = Ask(ports, caller, ports.clock.now(), metadata, key)
            return endpoint(ask=ask, **about)

        await self._until_answered(call, service, work)
        call.done = self.loop.steps
        return call

    async def _until_answered(
        self, call: Call, service: str, work: Callable[[Ports], Coroutine[Any, Any, Any]]
    ) -> None:
        rng = self.chance.rng
        for _ in range(TRIES_MAX):
            if self.chance.is_calm or rng.random() > 0.05:
                answered = await self._once(call, service, work)
            else:  # Sent twice: the line seemed to be dead.
                answered = any(await asyncio.gather(*(self._once(call, service, work) for _ in range(2))))
            if answered:
                return
            await pass_time(0.2 + rng.random())

    async def _once(
        self, call: Call, service: str, work: Callable[[Ports], Coroutine[Any, Any, Any]]
    ) -> bool:
        call.sends += 1
        await self.chance.pause("client")
        began = self.loop.steps
        try:
            told = await self.host.servers[service].ask(work)
        except Gone:
            return False
        except Refused as refused:
            if refused.code in AGAIN:
                self.again[f"{call.name}: {refused.code}"] += 1
                return False
            if call.told is None or began >= call.answered:
                call.refused = call.refused or refused
            else:
                self.again[f"{call.name}: {refused.code}"] += 1
            return True
        if not self.chance.is_calm and self.chance.rng.random() < 0.03:
            return False  # The answer is lost on its way.
        if call.told is None:
            call.told, call.answered = told, self.loop.steps
        if call.refused is not None:
            self.again[f"{call.name}: {call.refused.code}"] += 1
            call.refused = None
        return True

    async def ask(self, service: str, work: Callable[[Ports], Coroutine[Any, Any, Any]]) -> Any:
        """Anything else of a service, until it answers. Raises Refused."""
        while True:
            try:
                return await self.host.servers[service].ask(work)
            except Gone:
                await pass_time(0.3)
            except Refused as refused:
                if refused.code not in AGAIN:
                    raise
                await pass_time(0.3)

    def crash_now_and_then(self) -> None:
        """One to four times, at a place where it may hurt, or between any two steps of anybody."""
        rng = Random(self.rng.random())
        moments = [
            rng.randint(300, 1_200),
            *sorted(rng.randint(300, 3_000) for _ in range(rng.randint(0, 3))),
        ]

        def between() -> None:
            if self.chance.victim is not None:
                name, self.chance.victim = self.chance.victim.name, None
                self._crash(rng, self.host.servers[name])
            elif moments and self.loop.steps >= moments[0]:
                moments.pop(0)
                if self.chance.is_calm:
                    return
                if rng.random() < 0.8:
                    self.chance.doom(rng.choice(PLACES), rng.randint(1, 12))
                else:
                    self._crash(rng, rng.choice(list(self.host.servers.values())))
            self.loop.look_at = moments[0] if moments else NEVER

        self.loop.between, self.loop.look_at = between, 0

    def _crash(self, rng: Random, server: Server) -> None:
        if server.process.alive:
            server.kill()
            down_s = rng.choice((0.0, 0.1, 0.5, 2.0, 6.0, 16.0))
            self.loop.start(self._bring_back(server, down_s))

    async def _bring_back(self, server: Server, down_s: float) -> None:
        await pass_time(down_s)
        if not server.process.alive:
            server.start()
