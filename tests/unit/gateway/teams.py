"""A workspace and those who joined it, as an owner's requests change them."""

from typing import Any

from contracts.ids import stream
from services.chassis.execution import state_of
from services.gateway.decider import account, workspace
from tests.unit.gateway.examples import PASSWORD
from tests.unit.gateway.people import Ana
from tests.unit.gateway.web import Web


class Team:
    """A workspace and whoever joined it, by name."""

    def __init__(self, web: Web, workspace_id: str) -> None:
        self.web, self.workspace_id = web, workspace_id
        self.members: dict[str, Ana] = {}

    async def join(self, name: str, link: str) -> Ana:
        told = await self.web.post("/links/redeem", {"link": link, "name": name, "password": PASSWORD})
        assert told.status_code == 200, told.text
        self.members[name] = Ana(self.workspace_id, told.json())
        return self.members[name]

    async def invite(self, name: str, role: str = "agent", by: str = "Ana") -> Ana:
        body = {"email": f"{name.lower()}@example.org", "role": role}
        told = (await self.web.post("/agents/invite", body, self.members[by].token)).json()
        return await self.join(name, told["link"])

    async def ask(self, by: str, whom: str, what: str, body: Any = None, **headers: str) -> Any:
        path = f"/agents/{self.members[whom].agent_id}/{what}"
        return await self.web.post(path, body, self.members[by].token, **headers)

    async def listed(self, by: str = "Ana") -> dict[str, tuple[str, str]]:
        items = (await self.web.get("/agents", self.members[by].token)).json()["items"]
        return {item["name"]: (item["role"], item["state"]) for item in items}

    async def link_of(self, name: str, by: str = "Ana") -> tuple[Any, Any]:
        """Who made the last reset link to somebody, and when, as the team's list tells it."""
        items = (await self.web.get("/agents", self.members[by].token)).json()["items"]
        (item,) = [item for item in items if item["name"] == name]
        return item["reset_link_by"], item["reset_link_at"]

    async def owners(self) -> set[str]:
        """Those of the accounts' streams."""
        ports, found = self.web.replica.ports, set[str]()
        for name, member in self.members.items():
            state = await state_of(
                ports, account.DECIDER, self.workspace_id, stream("account", member.agent_id)
            )
            if isinstance(state, account.Joined) and state.role == "owner":
                found.add(name)
        return found

    async def counted(self) -> set[str]:
        """Those of the workspace's stream."""
        ports, name = self.web.replica.ports, stream("workspace", self.workspace_id)
        state: workspace.Workspace = await state_of(ports, workspace.DECIDER, self.workspace_id, name)
        return {name for name, member in self.members.items() if member.agent_id in state.owners}
