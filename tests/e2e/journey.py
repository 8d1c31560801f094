"""Commands sent several times, at once and one after the other, and what must come of it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from contracts.ids import derived_id
from tests.e2e.routes import CHAT, posts, problem_of
from tests.e2e.stage import Stage
from tests.waiting import eventually_sync

AT_ONCE = 6
KNOWN_WITHIN_S = 30.0


class Journey:
    """Sends commands several times each, and keeps which routes it has proven."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._routes = {str(route): route for route in posts()}
        self.ids, self.proven = dict(stage.ids), set[str]()

    def post(self, name: str, headers: Mapping[str, str], body: Any = None, key: str = "") -> httpx.Response:
        """One request, answered. That a read model is behind for a moment is no answer."""
        keyed = {**headers, "idempotency-key": key} if key else headers

        def answered() -> httpx.Response | None:
            answer = self.stage.http.post(self._routes[name].url(**self.ids), json=body, headers=keyed)
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        found = eventually_sync(answered, what=name)
        assert found is not None
        return found

    def once(self, name: str, who: str | tuple[str, str], body: Any, other: Any) -> dict[str, Any]:
        """The first answer to a command that is sent AT_ONCE times at the same moment and once more afterwards.

        Somebody on the stage sends it, or a visitor by id and token. `other` is another body for the same route.
        """
        name, key, before = f"POST {name}", str(uuid4()), self.stage.appended()
        actor, headers = self._sender(who)

        answers: list[httpx.Response] = []

        def all_are_heard() -> bool:
            with ThreadPoolExecutor(AT_ONCE) as together:
                sent = [together.submit(self.post, name, headers, body, key) for _ in range(AT_ONCE)]
            told = [future.result() for future in sent]
            answers.extend(answer for answer in told if "agent_offline" not in answer.text)
            return len(answers) >= AT_ONCE

        # That somebody is online may be heard of a moment later; a refused command leaves its key free.
        eventually_sync(all_are_heard, what=name)
        answers.append(self.post(name, headers, body, key))
        assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
        first, *others = sorted(
            (answer.json() for answer in answers), key=lambda told: bool(told["repeated"])
        )
        assert not first["repeated"]
        assert others == [{**first, "repeated": True}] * len(others)
        events = self.stage.events_of(derived_id("command", self.ids["workspace"], actor, key))
        assert events[-1] == (first["stream"], first["version"])
        assert self.stage.appended() == before + len(events)
        reused = self.post(name, headers, other, key)
        assert (reused.status_code, problem_of(reused)["code"]) == (422, "idempotency_key_reused")
        assert self.stage.appended() == before + len(events)
        self.proven.add(name)
        return dict(first)

    def _sender(self, who: str | tuple[str, str]) -> tuple[str, dict[str, str]]:
        if isinstance(who, tuple):
            return f"visitor:{who[0]}", {"authorization": f"Bearer {who[1]}"}
        return f"agent:{self.ids[who]}", self.stage.headers(who)

    def visit(self, playbook_id: str) -> tuple[str, str]:
        """A new visitor's id and token, once the gateway knows of the playbook."""
        body = {"workspace_id": self.ids["workspace"], "playbook_id": playbook_id}

        def arrived() -> httpx.Response | None:
            answer = self.post("POST gateway/visits", {}, body)
            return answer if answer.is_success else None

        answer = eventually_sync(arrived, within_s=KNOWN_WITHIN_S, what="the playbook takes visits")
        assert answer is not None
        told = answer.json()
        self.stage.secrets |= {told["session"], told["token"]}
        self.ids["visit_id"] = told["visit_id"]
        return told["visitor_id"], told["token"]

    def conversation(self) -> tuple[str, str]:
        """The id and token of a new visitor with a conversation, once everybody knows of it.

        An agent must have been online for a moment.
        """

        def begun() -> tuple[str, str] | None:
            visitor_id, token = self.visit(self.ids["visited_playbook"])
            headers = {"authorization": f"Bearer {token}"}
            self.post("POST playbook/visits/{visit_id}/start", headers, {}).raise_for_status()
            self.post("POST playbook/visits/{visit_id}/answers", headers, CHAT).raise_for_status()
            shown = self._get(f"/api/playbook/visits/{self.ids['visit_id']}", headers).json()
            self.ids["conversation_id"] = id_ = str(shown["conversation_id"])
            owner = self.stage.headers("owner")
            try:
                eventually_sync(
                    lambda: self._get(f"/api/crm/conversations/{id_}/outcomes", owner).is_success, within_s=5
                )
            except AssertionError:
                return None  # Nobody was known to be online yet: the request was declined.
            return visitor_id, token

        found = eventually_sync(begun, within_s=120, what="a conversation")
        assert found is not None
        return found

    def known(self, path: str) -> None:
        """Waits until an agent finds this."""
        owner = self.stage.headers("owner")
        eventually_sync(lambda: self._get(path, owner).is_success, within_s=KNOWN_WITHIN_S, what=path)

    def online(self, *people: str) -> None:
        """They are online, and the conversations' service knows: it takes an assignment to each of them."""
        for who in people:
            self.post("POST presence/online", self.stage.headers(who), {"tab": "t"}).raise_for_status()

    def _get(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        return self.stage.http.get(path, headers=headers)
