"""Accounts over real servers: sign-in and its bound, resets, removal felt everywhere, and the last owner."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets

from contracts.envelope import Event
from contracts.presence import (
    AgentSwitchedOnElsewhere,
    AgentSwitchesEnded,
    AgentWentOffline,
    AgentWentOnline,
)
from services.cli.catalogue import SERVICES
from services.cli.demo.clients import PASSWORD, Agent, Answer
from services.cli.demo.reckoning import read_history
from services.cli.demo.screens import socket_url
from services.cli.infrastructure import Servers
from tests.e2e.system import System
from tests.proof import count
from tests.unique import unique_name
from tests.waiting import eventually

pytestmark = pytest.mark.real

FELT_WITHIN_S = 5.0
FIRST_READS = {
    "playbook": "playbooks",
    "conversation": "blocked",
    "presence": "agents",
    "crm": "leads",
    "notifier": "devices",
    "gateway": "agents",
}
"""Something that every agent may read, of each service that has such a thing."""


@pytest.fixture(scope="module")
def apart(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Every service in a process of its own, with one proxy that names the callers' addresses."""
    folder = tmp_path_factory.mktemp("accounts")
    system = System(infrastructure, folder, unique_name("acc"))
    system.variables["LIVECHAT_TRUSTED_PROXIES"] = "127.0.0.1"
    try:
        system.start(*SERVICES)
        yield system
    finally:
        system.stop_all()


class Office:
    """A workspace with its owner, and whoever is hired."""

    def __init__(self, system: System, stack: AsyncExitStack) -> None:
        self.system, self._stack = system, stack
        self.emails: dict[str, str] = {}

    async def open(self) -> Agent:
        email = f"{uuid4()}@example.com"
        link = await asyncio.to_thread(self.system.new_workspace, "Accounts", email)
        return await self._join(email, link)

    async def hire(self, owner: Agent, role: str = "agent") -> Agent:
        email = f"{uuid4()}@example.com"
        told = await owner.post("gateway/agents/invite", {"email": email, "role": role})
        return await self._join(email, told["link"])

    async def _join(self, email: str, link: str) -> Agent:
        agent = await self._stack.enter_async_context(Agent(self.system.bases))
        await agent.join(link, "Agent")
        self.emails[agent.agent_id] = email
        return agent

    async def ask(self, path: str, body: Any, address: str = "203.0.113.1") -> httpx.Response:
        """A request to the gateway from this address, without a token."""
        async with httpx.AsyncClient(timeout=30) as http:
            url = f"{self.system.bases['gateway']}/api/gateway/{path}"
            return await http.post(url, json=body, headers={"x-forwarded-for": address})

    async def sign_in(self, agent: Agent, password: str, address: str = "203.0.113.1") -> httpx.Response:
        body = {"workspace_id": agent.workspace_id, "email": self.emails[agent.agent_id]}
        return await self.ask("sign-in", {**body, "password": password}, address)

    async def statuses(self, token: str) -> dict[str, int]:
        """What each service says to a read with this token."""
        async with httpx.AsyncClient(timeout=30, headers={"authorization": f"Bearer {token}"}) as http:
            reads = {
                name: f"{self.system.bases[name]}/api/{name}/{path}" for name, path in FIRST_READS.items()
            }
            answers = await asyncio.gather(*(http.get(url) for url in reads.values()))
        return {name: answer.status_code for name, answer in zip(reads, answers, strict=True)}

    async def refused_everywhere(self, token: str, since_s: float) -> None:
        """Every service refuses the token in time."""

        async def refused() -> bool:
            return set((await self.statuses(token)).values()) == {401}

        await eventually(refused, within_s=FELT_WITHIN_S, every_s=0.05, what="all refuse the old token")
        assert time.monotonic() - since_s < FELT_WITHIN_S


@pytest.fixture
async def stack() -> Any:
    async with AsyncExitStack() as stack:
        yield stack


async def test_wrong_tries_are_bounded_over_restarts_and_the_owner_gets_in_from_elsewhere(
    apart: System, stack: AsyncExitStack
) -> None:
    office = Office(apart, stack)
    ana = await office.open()
    assert (await office.sign_in(ana, PASSWORD)).status_code == 200

    codes = [(await office.sign_in(ana, "guessed by now", "203.0.113.7")).status_code for _ in range(12)]
    await asyncio.to_thread(apart.kill, "gateway")
    await asyncio.to_thread(apart.start, "gateway")
    refused = await office.sign_in(ana, PASSWORD, "203.0.113.7")

    assert codes == [401] * 10 + [429] * 2
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert (await office.sign_in(ana, PASSWORD)).status_code == 200


@pytest.mark.parametrize("how", ["removal", "password", "everywhere", "reset"])
async def test_an_end_is_felt_in_every_service_and_on_every_screen_in_time(
    apart: System, stack: AsyncExitStack, how: str
) -> None:
    office = Office(apart, stack)
    ana = await office.open()
    bob = await office.hire(ana, "editor")
    token = await bob.token()
    assert set((await office.statuses(token)).values()) == {200}
    screen = await stack.enter_async_context(websockets.connect(socket_url(apart.bases)))
    await screen.send(json.dumps({"type": "authorise", "token": token}))
    assert json.loads(await screen.recv())["type"] == "ready"

    since_s = time.monotonic()
    match how:
        case "removal":
            await ana.post(f"gateway/agents/{bob.agent_id}/remove")
        case "password":
            await bob.post("gateway/account/password", {"old": PASSWORD, "new": "four grey herons"})
        case "everywhere":
            await bob.post("gateway/account/sign-out-everywhere")
        case _:
            link = (await ana.post(f"gateway/agents/{bob.agent_id}/reset-link"))["link"]
            told = await office.ask("links/reset", {"link": link, "password": "four grey herons"})
            assert told.status_code == 200
    await office.refused_everywhere(token, since_s)
    async with asyncio.timeout(FELT_WITHIN_S):
        error = json.loads(await screen.recv())
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await screen.recv()
    assert closed.value.rcvd is not None
    assert time.monotonic() - since_s < FELT_WITHIN_S

    reasons = {
        "removal": "removed",
        "password": "password_changed",
        "everywhere": "signed_out_everywhere",
        "reset": "reset",
    }
    assert (closed.value.rcvd.code, error["code"], closed.value.rcvd.reason) == (4401, *[reasons[how]] * 2)
    assert (await office.ask("tokens", {"session": bob.session})).status_code == 401
    assert set((await office.statuses(await ana.token())).values()) == {200}
    right = {"removal": 401, "everywhere": 200}.get(how, 401)
    assert (await office.sign_in(bob, PASSWORD)).status_code == right


async def test_whoever_signs_out_where_they_switched_on_is_offline_at_once_and_for_that_reason(
    apart: System, stack: AsyncExitStack
) -> None:
    office = Office(apart, stack)
    ana = await office.open()
    bob = await office.hire(ana)
    elsewhere = (await office.sign_in(bob, PASSWORD)).json()["session"]
    await bob.post("presence/online", {"tab": "here"})

    async def is_online() -> bool:
        listed = (await ana.get("presence/agents"))["items"]
        return [one["online"] for one in listed if one["agent_id"] == bob.agent_id] == [True]

    async def is_offline() -> bool:
        return not await is_online()

    await eventually(is_online, within_s=FELT_WITHIN_S, what="Bob, online")
    assert (await office.ask("sign-out", {"session": elsewhere})).json() == {"ended": True}
    assert (await office.ask("sign-out", {"session": bob.session})).json() == {"ended": True}
    await eventually(is_offline, within_s=FELT_WITHIN_S, every_s=0.05, what="Bob, signed out")

    history = await read_history(apart.kafka, apart.naming, ana.workspace_id)
    online, offline = [recorded.event for recorded in history.streams[f"agent-{bob.agent_id}"]]
    assert isinstance(online, AgentWentOnline)
    assert isinstance(offline, AgentWentOffline)
    assert (online.session_id is not None, offline.reason) == (True, "signed_out")


async def test_whoever_switched_on_in_two_sessions_is_offline_with_the_end_of_the_last(
    apart: System, stack: AsyncExitStack
) -> None:
    office = Office(apart, stack)
    ana = await office.open()
    bob = await office.hire(ana)
    elsewhere = (await office.sign_in(bob, PASSWORD)).json()["session"]
    there = (await office.ask("tokens", {"session": elsewhere})).json()["token"]
    await bob.post("presence/online", {"tab": "here"})
    async with httpx.AsyncClient(timeout=30) as http:
        url = f"{apart.bases['presence']}/api/presence/online"
        headers = {"authorization": f"Bearer {there}", "idempotency-key": str(uuid4())}
        assert (await http.post(url, json={"tab": "there"}, headers=headers)).status_code == 200

    async def told() -> list[Event]:
        history = await read_history(apart.kafka, apart.naming, ana.workspace_id)
        return [recorded.event for recorded in history.streams.get(f"agent-{bob.agent_id}", [])]

    async def is_told(kind: type[Event]) -> bool:
        return isinstance((await told())[-1], kind)

    await office.ask("sign-out", {"session": bob.session})
    await eventually(partial(is_told, AgentSwitchesEnded), within_s=20, what="the first session, over")
    assert [one["online"] for one in (await ana.get("presence/agents"))["items"]] == [True]
    await office.ask("sign-out", {"session": elsewhere})
    await eventually(partial(is_told, AgentWentOffline), within_s=20, what="Bob, signed out")

    kinds = [AgentWentOnline, AgentSwitchedOnElsewhere, AgentSwitchesEnded, AgentWentOffline]
    history = await told()
    assert [type(event) for event in history] == kinds
    assert isinstance(history[-1], AgentWentOffline)
    assert history[-1].reason == "signed_out"


async def test_a_token_that_was_ended_stays_so_after_a_service_starts_anew(
    apart: System, stack: AsyncExitStack
) -> None:
    office = Office(apart, stack)
    ana = await office.open()
    token = await ana.token()
    await ana.post("gateway/account/sign-out-everywhere")
    await office.refused_everywhere(token, time.monotonic())

    await asyncio.to_thread(apart.kill, "crm")
    await asyncio.to_thread(apart.start, "crm")

    assert (await office.statuses(token))["crm"] == 401


async def test_of_two_owners_who_remove_each_other_exactly_one_stays(
    apart: System, stack: AsyncExitStack
) -> None:
    office = Office(apart, stack)

    async def duel() -> None:
        ana = await office.open()
        bob = await office.hire(ana, "owner")
        pair = {ana.agent_id: ana, bob.agent_id: bob}
        tries = (
            ana.post(f"gateway/agents/{bob.agent_id}/remove"),
            bob.post(f"gateway/agents/{ana.agent_id}/remove"),
        )
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
        assert [answer.code in {"last_owner", "unauthorised"} for answer in refused] == [True]
        assert [(await office.sign_in(agent, PASSWORD)).status_code for agent in pair.values()].count(
            200
        ) == 1

    for _ in range(count(50)):
        await duel()
