"""The companies of a run: how they begin, and who joins them."""

from functools import partial
from typing import Any

from services.chassis.decider import Refused
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway.invitations import create_workspace, invite_agent, redeem
from services.playbook.api import playbooks
from tests.simulation.owners import Owner
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
        company.emails.append(email)
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
    owner = Owner(world, company)
    body = playbooks.CreateBody(name=name, wait_time_s=60)
    made = await owner.send("playbook", playbooks.create_playbook, body=body)
    company.playbook_id = made.told.ids["playbook_id"]
    if world.rng.random() < 0.2:
        await owner.edit(playbooks.activate_playbook)  # Too early: refused.
    await owner.edit(playbooks.set_sites, body=playbooks.SitesBody(sites=["https://www.example.com"]))
    await owner.publish(f"Welcome to {name}")
    await owner.make_leads_of_unfinished_chats()
    await owner.ask_for_consent()
    await owner.work_late()
    await owner.edit(playbooks.activate_playbook)
