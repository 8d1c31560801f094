"""The company of the site to try: made at the first start, and led to its first chat."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from contracts.envelope import Metadata
from contracts.ids import derived_id, stream
from services.chassis.decider import Refused
from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.chassis.wiring import store_ports
from services.gateway.invitations import create_workspace, invite_agent
from services.gateway.service import SERVICE as GATEWAY
from services.playbook.commands.playbook import (
    ActivatePlaybook,
    CreatePlaybook,
    PlaybookCommand,
    PublishPlaybook,
    SetSites,
)
from services.playbook.decider.playbook import DECIDER
from services.playbook.queries import playbook_now
from services.playbook.service import SERVICE as PLAYBOOK

NAME, EMAIL = "Sunny Side Coffee", "you@example.com"
WAIT_TIME_S = 60
BY = derived_id("site")
"""Stands where an event names the agent who did it."""
FILE = "company.json"


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace with an active playbook. `link` is its owner's one-time link, None once the owner has joined."""

    workspace_id: str
    playbook_id: str
    link: str | None


async def founded(data: Path, site: str) -> Company:
    """The company of this data folder, whose playbook this site may show. Killed at any moment, it goes on here."""
    async with store_ports(GATEWAY) as ports:
        workspace_id, link = await _workspace(ports, data / FILE)
    playbook_id = derived_id("site", workspace_id)
    async with store_ports(PLAYBOOK) as ports:
        await _install(ports, workspace_id, playbook_id, site)
    return Company(workspace_id, playbook_id, link)


async def _workspace(ports: Ports, file: Path) -> tuple[str, str | None]:
    """Its id and the owner's link, made anew at each start until the owner has joined."""
    workspace_id = _kept(file)
    if workspace_id is None:
        made = await create_workspace(ports, NAME, EMAIL)
        _keep(file, made.workspace_id)
        return made.workspace_id, made.link
    try:
        return workspace_id, (await invite_agent(ports, workspace_id, EMAIL, "owner", None)).link
    except Refused as refused:
        if refused.code != "already_joined":
            raise
        return workspace_id, None


def _kept(file: Path) -> str | None:
    return str(json.loads(file.read_text())["workspace_id"]) if file.exists() else None


def _keep(file: Path, workspace_id: str) -> None:
    """Whole or not at all."""
    new = file.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps({"workspace_id": workspace_id}))
    new.replace(file)


async def _install(ports: Ports, workspace_id: str, playbook_id: str, site: str) -> None:
    """Each step is taken once, so that what the owner changes later stays as they want it."""

    async def step(command: PlaybookCommand, name: str) -> None:
        command_id = derived_id("site", workspace_id, name)
        metadata = Metadata(workspace_id, command_id, command_id, command_id, "service:cli")
        await execute(ports, DECIDER, stream("playbook", playbook_id), command, metadata)

    now = ports.clock.now()
    create = CreatePlaybook(
        playbook_id=playbook_id,
        name="Website",
        template="live_chat",
        wait_time_s=WAIT_TIME_S,
        language="en",
        by=BY,
        at=now,
    )
    await step(create, "create")
    playbook = await playbook_now(ports, workspace_id, playbook_id)
    if site not in playbook.sites:
        await step(SetSites((*playbook.sites, site), BY, now), f"sites {playbook.version} {site}")
    await step(PublishPlaybook("", BY, now), "publish")
    await step(ActivatePlaybook(BY, now), "activate")
