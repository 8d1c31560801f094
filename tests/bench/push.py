"""From a conversation's beginning to the agents' devices and open tabs, also while some push services hang."""

import asyncio
import base64
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.chassis.execution import execute
from services.chassis.migrate import urls_of
from services.chassis.ports import Ports
from services.conversation.decider import DECIDER
from services.notifier.outbound import new_vapid_key
from tests.bench.command import agent_token
from tests.bench.conversations import Talk, new_talk, opened, start, told
from tests.bench.figures import Figure, benchmark, percentile
from tests.bench.generator import Generator, generating
from tests.bench.lab import Lab
from tests.bench.processes import Keys
from tests.bench.system import System, whole_system
from tests.waiting import eventually

AGENTS, DEVICES_EACH = 200, 3
STARTS, EVERY_S = 20, 2.0
HANGING_ONE_IN = 10
P99_S_MAX = 1.0
SETTLED_WITHIN_S, PATIENCE_S = 90.0, 20.0
"""What has not come after PATIENCE_S counts as if it had come then, and is told."""
AT_ONCE, ASK_EVERY_S = 8, 0.05

_KNOWN = (
    "SELECT (SELECT count(*) FROM devices.devices), (SELECT count(*) FROM presence.presence WHERE online)"
)


@dataclass
class Told:
    """When each conversation began, and when each device and each tab was told of it first."""

    begun_s: dict[str, float] = field(default_factory=dict)
    pushes: dict[tuple[str, str], float] = field(default_factory=dict)
    frames: dict[tuple[str, str], float] = field(default_factory=dict)
    twice: int = 0

    def note(self, heard: dict[str, Any]) -> None:
        """What the generator has heard; what is about earlier conversations counts no more."""
        for topic, device, at_s in heard["pushes"]:
            if topic in self.begun_s:
                self.twice += (topic, device) in self.pushes
                self.pushes.setdefault((topic, device), at_s)
        for topic, agent_id, at_s in heard["frames"]:
            if topic in self.begun_s:
                self.frames.setdefault((topic, agent_id), at_s)

    def delays_s(
        self, found: dict[tuple[str, str], float], whom: Sequence[str], never_s: float
    ) -> list[float]:
        """Of each conversation to each of them."""
        return [
            found.get((topic, one), at_s + never_s) - at_s
            for topic, at_s in self.begun_s.items()
            for one in whom
        ]


@dataclass(frozen=True)
class Office:
    """One company's agents and their devices."""

    workspace_id: str
    agents: Sequence[str]

    @property
    def devices(self) -> list[str]:
        """By agent and number."""
        return [f"{agent_id}_{number}" for agent_id in self.agents for number in range(DEVICES_EACH)]

    def conversation(self) -> Talk:
        """A new one; one of the agents was seen online."""
        return replace(new_talk(self.workspace_id), agent_id=self.agents[0])


@benchmark("push")
async def measure(lab: Lab) -> list[Figure]:
    """A conversation begins every two seconds and waits in Unassigned: every agent who is online is told."""
    keys = Keys()
    office = Office(str(uuid4()), [str(uuid4()) for _ in range(lab.count(AGENTS, 10))])
    hanging = office.devices[::HANGING_ONE_IN]
    async with generating("tests.bench.devices", private=keys.private) as devices:
        port = (await devices.ask())["port"]
        variables = {
            "LIVECHAT_NOTIFIER_VAPID_KEY": new_vapid_key(),
            "LIVECHAT_NOTIFIER_PUSH_LOCAL": f"127.0.0.1:{port}",
        }
        async with (
            whole_system(lab, keys, **variables) as system,
            opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service,
        ):
            await _at_work(office, keys, system, devices, port)
            await _known(lab, office)
            await _starts(office, service.ports, devices, office.devices, 1)
            figures = []
            for hang, words in (((), ""), (hanging, f", one endpoint in {HANGING_ONE_IN} hanging")):
                await devices.ask(hanging=hang)
                await devices.share()
                answering = set(office.devices) - set(hang)
                found = await _starts(office, service.ports, devices, answering, lab.count(STARTS, 2))
                share = await devices.share()
                pushes_s = found.delays_s(found.pushes, sorted(answering), PATIENCE_S)
                frames_s = found.delays_s(found.frames, office.agents, PATIENCE_S)
                figures += [
                    _figure(f"conversation begun → push handed over{words}", pushes_s, found, share),
                    _figure(f"conversation begun → open tab{words}", frames_s, found, share),
                ]
    return figures


def _figure(name: str, delays_s: Sequence[float], told_: Told, share: float) -> Figure:
    p99_s, never = percentile(delays_s, 0.99), sum(delay >= PATIENCE_S for delay in delays_s)
    return Figure(
        f"{name}, p99", round(p99_s, 3), "s", round(p99_s / P99_S_MAX, 2),
        f"median {percentile(delays_s, 0.5):.2f} s, all after {max(delays_s):.2f} s", f"≤ {P99_S_MAX:g} s",
        p99_s <= P99_S_MAX and not never,
        f"{len(delays_s):,} arrivals; {never} never came, {told_.twice} pushes came twice; the generator took "
        f"{share:.0%} of a core",
    )  # fmt: skip


async def _at_work(office: Office, keys: Keys, system: System, devices: Generator, port: int) -> None:
    """Everybody's tab is open, they are online, and their devices are allowed."""
    gateway = system.ports["gateway"]
    await devices.ask(agents=office.agents, workspace_id=office.workspace_id, port=gateway)
    room = asyncio.Semaphore(AT_ONCE)
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    p256dh = _text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    subscription_keys = {"p256dh": p256dh, "auth": _text(os.urandom(16))}

    async def come(agent_id: str) -> None:
        headers = {"authorization": f"Bearer {agent_token(keys, office.workspace_id, agent_id)}"}
        bases = system.bases
        async with room:
            url = f"{bases['presence']}/api/presence/online"
            (await client.post(url, json={"tab": "bench"}, headers=headers)).raise_for_status()
            for number in range(DEVICES_EACH):
                endpoint = f"http://127.0.0.1:{port}/{agent_id}_{number}"
                body = {"subscription": {"endpoint": endpoint, "keys": subscription_keys}, "label": "bench"}
                url = f"{bases['notifier']}/api/notifier/devices"
                (await client.post(url, json=body, headers=headers)).raise_for_status()

    async with httpx.AsyncClient(timeout=30) as client:
        await asyncio.gather(*map(come, office.agents))

    async def all_open() -> bool:
        return bool((await devices.ask())["ready"] == len(office.agents))

    await eventually(all_open, within_s=SETTLED_WITHIN_S, what="the tabs")


async def _known(lab: Lab, office: Office) -> None:
    """Returns once the notifier knows every device, and that everybody is online."""
    urls = urls_of(lab.servers.postgres, "notifier", lab.names)
    async with await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db:

        async def all_known() -> bool:
            row = await (await db.execute(_KNOWN)).fetchone()
            return row == (len(office.devices), len(office.agents))

        await eventually(all_known, within_s=SETTLED_WITHIN_S, every_s=0.2, what="what the notifier knows")


async def _starts(
    office: Office,
    ports: Ports,
    devices: Generator,
    answering: Collection[str],
    count: int,
) -> Told:
    """So many conversations, one every EVERY_S, until all those who answer and all tabs are told, or for a while."""
    found, last_s = Told(), 0.0
    while True:
        now_s = time.monotonic()
        if len(found.begun_s) < count and now_s - last_s >= EVERY_S:
            last_s, talk = now_s, office.conversation()
            # From before its command: what is measured is a little longer than from its commit.
            found.begun_s[talk.conversation_id.replace("-", "")] = now_s
            await execute(ports, DECIDER, talk.stream, start(talk, ports.clock.now()), told(talk))
        found.note(await devices.ask())
        if len(found.begun_s) == count:
            pushes = sum(device in answering for _, device in found.pushes)
            all_are_told = pushes == count * len(answering) and len(found.frames) == count * len(
                office.agents
            )
            if all_are_told or now_s - last_s > PATIENCE_S:
                return found
        await asyncio.sleep(ASK_EVERY_S)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
