"""The companies of a run: how they begin, who joins them, and how their playbooks change under visitors' feet."""

from functools import partial
from random import Random
from typing import Any

from services.chassis.decider import Refused
from services.chassis.http import Ask
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway.invitations import create_workspace, invite_agent, redeem
from services.playbook.api import drafts, playbooks
from tests.simulation.flows import flow
from tests.simulation.loop import pass_time
from tests.simulation.world import Company, World

PASSWORD = "three grey herons"


async def found(world: World, name: str, agents: int) -> Company:
    """A company with an active playbook and its agents."""
    made = await world.ask("gateway", lambda ports: create_workspace(ports, name, f"{name}-0@example.com"))
    first = await _join(world, made.workspace_id, made.agent_id, made.link, f"{name} 0", "owner")
    company = Company(made.workspace_id, first, agents=[first])
    for number in range(1, agents):
        email = f"{name}-{number}@example.com"
        invited = await world.ask(
            "gateway",
            partial(_invite, made.workspace_id, email, first.id),
        )
        company.agents.append(
            await _join(world, made.workspace_id, invited.agent_id, invited.link, f"{name} {number}", "agent")
        )
    await _set_up(world, company, name)
    return company


async def _invite(workspace_id: str, email: str, by: str, ports: Ports) -> Any:
    return await invite_agent(ports, workspace_id, email, "agent", by)


async def _join(world: World, workspace_id: str, agent_id: str, link: str, name: str, role: Any) -> Caller:
    try:
        await world.ask("gateway", lambda ports: redeem(ports, link, name, PASSWORD, agent_id))
    except Refused as refused:
        if refused.code != "bad_link":  # The session got lost on its way; the agent has joined.
            raise
    return Caller(kind="agent", id=agent_id, workspace_id=workspace_id, name=name, role=role)


async def _set_up(world: World, company: Company, name: str) -> None:
    editor, rng = company.owner, world.rng
    body: Any = playbooks.CreateBody(name=name, wait_time_s=60)
    made = await world.send("playbook", playbooks.create_playbook, editor, body=body)
    assert made.told is not None, made
    company.playbook_id = made.told.ids["playbook_id"]
    about: dict[str, Any] = {"playbook_id": company.playbook_id}
    body = drafts.FlowBody(flow=flow(rng.choice((5, 8, 13, 20)), f"Welcome to {name}"))
    await world.send("playbook", edit_flow, editor, **about, body=body)
    if rng.random() < 0.2:
        await world.send("playbook", playbooks.activate_playbook, editor, **about)  # Too early: refused.
    sites = playbooks.SitesBody(sites=["https://www.example.com"])
    await world.send("playbook", playbooks.set_sites, editor, **about, body=sites)
    await world.send("playbook", playbooks.publish_playbook, editor, **about, body=playbooks.PublishBody())
    await world.send("playbook", playbooks.activate_playbook, editor, **about)


async def edit_flow(ask: Ask, **about: Any) -> Any:
    """The route, without a version that the edit is made on."""
    made = {"by": ask.caller.id, "at": ask.now, "version": None}
    return await drafts.edit_flow(ask=ask, made=made, **about)  # type: ignore[arg-type]


async def edit(world: World, company: Company) -> None:
    """The playbook changes while visitors walk through it; it may be off for a while."""
    rng, about = Random(world.rng.random()), {"playbook_id": company.playbook_id}
    for number in range(rng.choice((0, 1, 2))):
        await pass_time(rng.uniform(1, 10))
        body = drafts.FlowBody(flow=flow(rng.choice((5, 8, 13, 20)), f"Welcome back {number}"))
        await world.send("playbook", edit_flow, company.owner, **about, body=body)
        publishing = playbooks.PublishBody()
        await world.send("playbook", playbooks.publish_playbook, company.owner, **about, body=publishing)
    if rng.random() < 0.3:
        await world.send("playbook", playbooks.deactivate_playbook, company.owner, **about)
        await pass_time(rng.uniform(0, 3))
        await world.send("playbook", playbooks.activate_playbook, company.owner, **about)
