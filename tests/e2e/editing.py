"""An owner who edits playbooks by the public API, and visitors who walk them."""

import time
from typing import Any, Literal

import httpx

from services.cli.demo.clients import PASSWORD
from tests.e2e.system import System
from tests.waiting import eventually_sync

TOKEN_USED_S = 200
PATIENCE_S = 120.0  # After a test that writes very much, read models have something to catch up with.


class Owner:
    """The owner of a new workspace, and the visitors who come."""

    def __init__(self, system: System, http: httpx.Client) -> None:
        self.http = http
        link = system.new_workspace()
        told = {"link": link, "name": "Ana", "password": PASSWORD}
        joined = http.post("/api/gateway/links/redeem", json=told).raise_for_status().json()
        self.workspace_id = joined["workspace_id"]
        self.agent_id = joined["agent_id"]
        self._session, self._token, self._token_at_s = joined["session"], joined["token"], time.monotonic()

    def post(
        self, path: str, body: Any = None, status: int = 200, *, service: str = "playbook", **headers: str
    ) -> Any:
        """A command, to the playbook service where no other is named."""
        answer = self.http.post(f"/api/{service}/{path}", json=body, headers={**self._known(), **headers})
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, service: str = "playbook") -> Any:
        """A read, of the playbook service where no other is named."""
        return self.http.get(f"/api/{service}/{path}", headers=self._known()).raise_for_status().json()

    def switch(self, way: Literal["online", "offline"]) -> None:
        """The switch at the bottom left of the inbox; online lasts for a lease, no socket keeps it."""
        body = {"tab": "editing"} if way == "online" else None
        self.http.post(f"/api/presence/{way}", json=body, headers=self._known()).raise_for_status()

    def _known(self) -> dict[str, str]:
        if time.monotonic() - self._token_at_s > TOKEN_USED_S:
            answer = self.http.post("/api/gateway/tokens", json={"session": self._session})
            self._token, self._token_at_s = answer.raise_for_status().json()["token"], time.monotonic()
        return {"authorization": f"Bearer {self._token}"}

    def create(self, **body: Any) -> str:
        """A new playbook's id."""
        return str(self.post("playbooks", {"name": "Shop", **body}, 201)["ids"]["playbook_id"])

    def publish(self, playbook_id: str) -> None:
        """New visits walk the draft as it is."""
        self.post(f"playbooks/{playbook_id}/publish", {})
        self.post(f"playbooks/{playbook_id}/activate")

    def arrives(self, playbook_id: str, identity: str | None = None, **headers: str) -> httpx.Response:
        """Somebody wants a visit."""
        body = {"workspace_id": self.workspace_id, "playbook_id": playbook_id, "identity": identity}
        return self.http.post("/api/gateway/visits", json=body, headers=headers)

    def visit(self, playbook_id: str) -> "Visit":
        """A visit that has begun, once the gateway knows of the playbook."""
        visit = self.entered(playbook_id)
        visit.post("start", {})
        return visit

    def entered(self, playbook_id: str) -> "Visit":
        """A visit that has not begun yet, once the gateway knows of the playbook."""

        def come() -> httpx.Response | None:
            answer = self.arrives(playbook_id)
            return answer if answer.is_success else None

        answer = eventually_sync(come, within_s=PATIENCE_S, what="the playbook takes visits")
        assert answer is not None
        return Visit(self.http, answer.json())

    def outcomes(self, visit: "Visit") -> list[Any]:
        """What came of a visit, once the CRM has heard of it."""

        def listed() -> httpx.Response | None:
            path = f"/api/crm/visits/{visit.visit_id}/outcomes"
            answer = self.http.get(path, headers=self._known())
            return answer if answer.status_code != httpx.codes.NOT_FOUND else None

        answer = eventually_sync(listed, within_s=PATIENCE_S, what="the CRM hears of the visit")
        assert answer is not None
        return list(answer.raise_for_status().json()["items"])

    def leads_to_a_person(self, playbook_id: str, choice_id: str) -> None:
        """Returns when a visitor who picks the choice asks for a person.

        Until presence is known everywhere, they may be told at once that nobody is there.
        """

        def asked() -> bool:
            visit = self.visit(playbook_id)
            visit.pick("welcome", choice_id)
            return visit.get()["conversation_id"] is not None

        self.switch("online")
        eventually_sync(asked, within_s=PATIENCE_S, every_s=0.2, what="a visitor who asks for a person")


class Visit:
    """One visitor's walk."""

    def __init__(self, http: httpx.Client, told: Any) -> None:
        self.visit_id, self.token = str(told["visit_id"]), str(told["token"])
        self.session = str(told["session"])
        self._http, self._path = http, f"/api/playbook/visits/{self.visit_id}"
        self._headers = {"authorization": f"Bearer {self.token}"}

    def post(self, step: str, body: Any, status: int = 200, key: str = "") -> Any:
        """A command of the visitor's."""
        headers = {**self._headers, "idempotency-key": key} if key else self._headers
        answer = self._http.post(f"{self._path}/{step}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def pick(self, card_id: str, choice_id: str) -> None:
        """Picks a choice."""
        self.post("answers", {"card_id": card_id, "choice_id": choice_id})

    def give(self, card_id: str, value: str) -> None:
        """Gives a detail, once the walk has come to its card."""
        eventually_sync(lambda: self.waits_at() == card_id, within_s=120, what=f"the card {card_id}")
        self.post("details", {"card_id": card_id, "value": value})

    def say(self, text: str) -> None:
        """Writes into the conversation."""
        path = f"/api/conversation/conversations/{self.get()['conversation_id']}/messages"
        self._http.post(path, json={"text": text}, headers=self._headers).raise_for_status()

    def get(self, what: str = "") -> Any:
        """What the screen shows."""
        return self._http.get(f"{self._path}{what}", headers=self._headers).raise_for_status().json()

    def waits_at(self) -> str | None:
        """The card that waits for the visitor."""
        waiting = self.get()["waiting"]
        return waiting and str(waiting["card_id"])

    def labels(self) -> list[str]:
        """The choices that are offered."""
        return [option["label"] for option in self.get()["waiting"]["options"]]

    def said(self) -> list[str]:
        """What the bot has shown so far."""
        return [line["text"] for line in self.get()["walk"] if line["by"] == "bot"]
