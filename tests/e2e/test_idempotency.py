"""Every command, sent again with its key, gets its first answer and is carried out once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.ids import derived_id
from services.cli.demo.clients import PASSWORD
from tests.e2e.routes import BODIES, CHAT, DOCUMENT, FLOW, posts, problem_of
from tests.e2e.stage import Stage
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

AT_ONCE = 6
KNOWN_WITHIN_S = 30.0
WITH_SECRETS: Mapping[str, str] = {
    "POST gateway/links/redeem": "a link is used up, and a session is told once",
    "POST gateway/visits": "a session is told once; no event comes of it before the panel is opened",
    "POST gateway/tokens": "appends nothing",
    "POST gateway/conversations/{conversation_id}/files": "a token is signed anew, for the same file",
    "POST gateway/links/reset": "a link is used up, and a session is told once",
    "POST gateway/sign-in": "a session is told once, and nothing is appended",
    "POST gateway/sign-out": "appends nothing",
    "POST gateway/account/sessions/{session_id}/end": "appends nothing",
    "POST gateway/account/password": "the token with which it was asked is over, and a session is told once",
    "POST gateway/account/sign-out-everywhere": "the token with which it was asked is over",
    "POST gateway/agents/{agent_id}/reset-link": "a link is told once, and nothing is appended",
    "POST gateway/agents/invite": "a link is told once: a repeat gives a new one to the same account",
}
"""Routes that answer with a secret or end one, and why a repeat cannot get the first answer."""


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

        found = eventually_sync(begun, within_s=60, what="a conversation")
        assert found is not None
        return found

    def online(self, *people: str) -> None:
        """They are online, and the conversations' service knows: it takes an assignment to each of them."""
        for who in people:
            self.post("POST presence/online", self.stage.headers(who), {"tab": "t"}).raise_for_status()

    def _get(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        return self.stage.http.get(path, headers=headers)


def with_text(flow: dict[str, Any], text: str) -> dict[str, Any]:
    """The flow with another last word."""
    return {**flow, "cards": {**flow["cards"], "end": {"kind": "end", "text": text}}}


def draws_a_playbook(journey: Journey) -> str:
    """Its id."""
    made = journey.once("playbook/playbooks", "editor", {"name": "One"}, {"name": "Two"})
    journey.ids["playbook_id"] = playbook_id = made["ids"]["playbook_id"]
    one = "playbook/playbooks/{playbook_id}"
    journey.once(f"{one}/flow", "editor", {"flow": FLOW}, {"flow": with_text(FLOW, "Ciao.")})
    edits_the_draft(journey, one)
    journey.once(f"{one}/name", "editor", {"name": "Shop"}, {"name": "Website"})
    journey.once(f"{one}/look", "editor", {"look": {"colour": "#ff0000"}}, {"look": {}})
    journey.once(f"{one}/sites", "editor", {"sites": ["https://a.example"]}, {"sites": []})
    journey.once(f"{one}/publish", "editor", {"note": "One."}, {"note": "Two."})
    changed = {"flow": with_text(FLOW, "Adeus.")}
    journey.post(f"POST {one}/flow", journey.stage.headers("editor"), changed).raise_for_status()
    journey.post(f"POST {one}/publish", journey.stage.headers("editor"), {}).raise_for_status()
    journey.once(f"{one}/rollback", "editor", {"published": 1}, {"published": 2})
    journey.once(f"{one}/activate", "editor", None, {})
    return str(playbook_id)


def edits_the_draft(journey: Journey, one: str) -> None:
    """Every small edit, and another document; the draft is what it was in the end."""
    question, card, end = f"{one}/questions/{{question_id}}", f"{one}/cards/{{card_id}}", "end"
    bye = {"kind": end, "text": "Bye."}
    journey.once(card, "editor", {"card": bye}, {"card": {**bye, "text": "Ciao."}})
    journey.once(f"{card}/delete", "editor", None, {})
    journey.once(f"{one}/start", "editor", {"card_id": "name"}, {"card_id": end})
    journey.once(f"{question}/choices/{{choice_id}}", "editor", {"label": "One"}, {"label": "Two"})
    order = ["browse", "chat"]
    journey.once(f"{question}/order", "editor", {"choice_ids": order}, {"choice_ids": order[::-1]})
    wait = f"{one}/live-chat-cards/{{live_chat_id}}"
    journey.once(wait, "editor", {"wait_time_s": 90}, {"wait_time_s": 91})
    path = {"question_id": "welcome", "label": "Sales"}
    journey.once(f"{one}/live-chat-card", "editor", path, {**path, "label": "Support"})
    document = {"document": DOCUMENT}
    journey.once(f"{one}/import", "editor", document, {"document": {**DOCUMENT, "name": "Other"}})


def walks_through(journey: Journey, playbook_id: str) -> None:
    """A visit to its end."""
    who, visit = journey.visit(playbook_id), "playbook/visits/{visit_id}"
    journey.once(f"{visit}/start", who, {"locale": "pt-BR"}, {"locale": "en"})
    page = {"url": "https://www.example.com/prices"}
    journey.once(f"{visit}/pages", who, page, {"url": "https://www.example.com/jobs"})
    first = {"card_id": "welcome", "choice_id": "browse"}
    journey.once(f"{visit}/answers", who, first, {**first, "choice_id": "chat"})
    name = {"card_id": "name", "value": "Ada"}
    journey.once(f"{visit}/details", who, name, {**name, "value": "Eva"})


def talks(journey: Journey) -> None:
    """A conversation that two agents hold, to its end, and one that its visitor ends."""
    agent, editor, one = (
        journey.ids["agent"],
        journey.ids["editor"],
        "conversation/conversations/{conversation_id}",
    )
    journey.post("POST presence/offline", journey.stage.headers("agent"))
    journey.once("presence/online", "agent", {"tab": "a"}, {"tab": "b"})
    journey.online("editor")
    journey.conversation()
    journey.once(f"{one}/take", "agent", {}, {"expected_holder": agent})
    passed = {"agent_id": editor, "expected_holder": agent}
    journey.once(f"{one}/assign", "agent", passed, {**passed, "expected_holder": None})
    journey.once(f"{one}/messages", "editor", {"text": "Hello!"}, {"text": "Goodbye!"})
    journey.once(f"{one}/read", "editor", {"up_to": 2}, {"up_to": 3})
    journey.once(f"{one}/block", "editor", {"reason": "Rude."}, {"reason": "Loud."})
    journey.once(f"{one}/unblock", "editor", None, {})
    journey.once("crm/conversations/{conversation_id}/leads", "editor", {"title": "One"}, {"title": "Two"})
    describes(journey)
    journey.once(f"{one}/close", "editor", {"expected_holder": editor}, {"expected_holder": None})
    who = journey.conversation()
    journey.once(f"{one}/end", who, None, {})
    journey.once("presence/offline", "agent", None, {})


def describes(journey: Journey) -> None:
    """What an agent writes down about a conversation."""
    one, editor = "crm/conversations/{conversation_id}", "editor"
    for path in (f"{one}/deals", f"{one}/activities"):
        journey.once(path, editor, {"title": "One"}, {"title": "Two"})
    for group in ("person", "organization"):
        journey.once(f"{one}/details/{group}", editor, {"name": "One"}, {"name": "Two"})
    worth = {"value_minor": 1, "currency": "EUR"}
    journey.once(f"{one}/details/deal-value", editor, worth, {**worth, "value_minor": 2})
    written = journey.once(f"{one}/details/notes", editor, {"text": "One."}, {"text": "Two."})
    journey.ids["note_id"] = written["ids"]["note_id"]
    note = f"{one}/details/notes/{{note_id}}"
    journey.once(note, editor, {"text": "Three."}, {"text": "Four."})
    journey.once(f"{note}/remove", editor, None, {})


def changes_the_team(journey: Journey) -> None:
    """Somebody is invited, gets another role, and is removed; an agent goes by another name."""
    body = {"email": f"{uuid4()}@example.com", "role": "agent"}
    invited = journey.post("POST gateway/agents/invite", journey.stage.headers("owner"), body).json()
    journey.stage.secrets.add(invited["link"])
    journey.ids["agent_id"] = invited["agent_id"]
    journey.once("gateway/account/name", "agent", {"name": "Agnes"}, {"name": "Agatha"})
    one = "gateway/agents/{agent_id}"
    journey.once(f"{one}/role", "owner", {"role": "editor"}, {"role": "agent"})
    journey.once(f"{one}/remove", "owner", None, {})


def test_every_command_is_carried_out_once_however_often_it_is_sent(stage: Stage) -> None:
    journey = Journey(stage)

    carried = {"document": DOCUMENT}
    journey.once("playbook/playbooks/import", "editor", carried, {"document": {**DOCUMENT, "name": "Other"}})
    playbook_id = draws_a_playbook(journey)
    walks_through(journey, playbook_id)
    journey.once("playbook/playbooks/{playbook_id}/deactivate", "editor", None, {})
    journey.ids["doomed_playbook"] = playbook_id
    journey.once("playbook/playbooks/{playbook_id}/archive", "editor", None, {})
    talks(journey)
    changes_the_team(journey)

    missing = {str(route) for route in posts()} - journey.proven - WITH_SECRETS.keys()
    assert not missing, f"add a step that sends these commands several times: {missing}"


def test_a_repeated_invitation_makes_one_account_and_the_last_link_counts(stage: Stage) -> None:
    headers = {**stage.headers("owner"), "idempotency-key": str(uuid4())}
    body = {"email": f"{uuid4()}@example.com", "role": "agent"}
    before = stage.appended()

    told = [
        stage.http.post("/api/gateway/agents/invite", json=body, headers=headers).json() for _ in range(2)
    ]
    other = stage.http.post("/api/gateway/agents/invite", json={**body, "role": "editor"}, headers=headers)
    stage.secrets |= {invitation["link"] for invitation in told}

    assert told[0]["agent_id"] == told[1]["agent_id"]
    assert problem_of(other)["code"] == "idempotency_key_reused"
    assert stage.appended() == before + 1
    redeemed = [
        stage.http.post(
            "/api/gateway/links/redeem",
            json={"link": invitation["link"], "name": "Eva", "password": PASSWORD},
        )
        for invitation in (told[0], told[1], told[1])
    ]
    assert [answer.status_code for answer in redeemed] == [401, 200, 401]
    stage.secrets |= {redeemed[1].json()["session"], redeemed[1].json()["token"]}


def test_requests_for_secrets_append_nothing_when_they_are_repeated(stage: Stage) -> None:
    before = stage.appended()

    for name in ("POST gateway/visits", "POST gateway/tokens"):
        (route,) = [route for route in posts() if str(route) == name]
        answers = [
            stage.ask(route, "nobody", stage.body(route), **{"idempotency-key": "k"}) for _ in range(2)
        ]
        assert all(answer.is_success for answer in answers)
        stage.secrets |= {answer.json()["token"] for answer in answers}
        assert name in BODIES

    assert stage.appended() == before
