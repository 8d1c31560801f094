"""A company whose widget is on a site."""

from typing import Any

import httpx

from contracts.gateway import Role
from tests.e2e.browser.host import Host
from tests.e2e.browser.words import NAME
from tests.e2e.editing import PATIENCE_S, Owner
from tests.e2e.levers import knows_online
from tests.e2e.system import System
from tests.waiting import eventually_sync

WAIT_TIME_S = 60


class Company(Owner):
    """A workspace with a playbook, and its owner's token; browsers reach it at `base`."""

    def __init__(self, system: System, http: httpx.Client, base: str) -> None:
        super().__init__(system, http)
        self.system, self.base, self._client, self._names = system, base, http, 0
        self.playbook_id = ""

    def install(self, host: Host, **template: Any) -> None:
        """An active playbook of the Live Chat template, and its snippet on the site."""
        self.playbook_id = self.create(**{"wait_time_s": WAIT_TIME_S, **template})
        self.post(f"playbooks/{self.playbook_id}/sites", {"sites": [host.url]})
        self.publish(self.playbook_id)
        host.snippet = (
            f'<script async src="{self.base}/widget/{self.workspace_id}/{self.playbook_id}.js"></script>'
        )
        self.shows_on(host)

    def takes_visits(self, playbook_id: str) -> bool:
        """Whether sites show it by now."""
        return "[1,[" in self.launcher(playbook_id)

    def shows_on(self, host: Host) -> None:
        """The gateway knows by now of the playbook whose snippet the site has."""
        playbook_id = host.snippet.partition(f"/widget/{self.workspace_id}/")[2].partition(".js")[0]
        eventually_sync(lambda: self.takes_visits(playbook_id), what="the gateway knows of the playbook")

    def launcher(self, playbook_id: str) -> str:
        """What sites load of it now; empty while the gateway knows of none."""
        answer = self._client.get(f"/widget/{self.workspace_id}/{playbook_id}.js")
        return answer.text if answer.is_success else ""

    def waits(self, wait_time_s: int) -> None:
        """Visitors wait so long from now on."""
        card = f"playbooks/{self.playbook_id}/live-chat-cards/live_chat"
        self.post(card, {"wait_time_s": wait_time_s})
        self.publish(self.playbook_id)

    def asks_for_the_name_first(self) -> None:
        """Visits begin with the visitor's name."""
        card = {
            "kind": "capture",
            "text": NAME,
            "field": "name",
            "retry_text": "Please tell us your name.",
            "next": "welcome",
        }
        one = f"playbooks/{self.playbook_id}"
        self.post(f"{one}/cards/first_name", {"card": card})
        self.post(f"{one}/start", {"card_id": "first_name"})
        self.publish(self.playbook_id)

    def knows_online(self, name: str) -> None:
        """Returns when visitors can reach this agent."""
        eventually_sync(
            lambda: knows_online(self.system, self.workspace_id, name),
            within_s=PATIENCE_S,
            what=f"{name} can be reached",
        )

    def knows_offline(self, name: str) -> None:
        """Returns when visitors can reach this agent no more."""
        eventually_sync(
            lambda: knows_online(self.system, self.workspace_id, name, online=False),
            within_s=PATIENCE_S,
            what=f"{name} cannot be reached",
        )

    def knows_leads(self, count: int) -> None:
        """Returns when there are so many leads."""
        eventually_sync(
            lambda: len(self.get("leads", service="crm")["items"]) == count,
            within_s=PATIENCE_S,
            what=f"{count} leads",
        )

    def takes(self, conversation_id: str) -> bool:
        """Whether the owner, who is online, got the conversation; that they are is known a moment later."""
        path = f"/api/conversation/conversations/{conversation_id}/take"
        return self._client.post(path, json={}, headers=self._known()).is_success

    def removes(self, name: str) -> None:
        """Takes an agent off the team; not the owner, who may have the same name."""
        team = self.get("agents", service="gateway")["items"]
        (agent_id,) = [
            one["agent_id"] for one in team if one["name"] == name and one["agent_id"] != self.agent_id
        ]
        self.post(f"agents/{agent_id}/remove", {}, service="gateway")

    def invite(self, role: Role = "agent") -> str:
        """A one-time link for somebody new."""
        self._names += 1
        body = {"email": f"person{self._names}@example.com", "role": role}
        answer = self._client.post("/api/gateway/agents/invite", json=body, headers=self._known())
        assert answer.is_success, answer.text
        return str(answer.json()["link"])
