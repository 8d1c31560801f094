"""Every command, sent again with its key, gets its first answer and is carried out once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from contracts.ids import derived_id
from services.cli.demo.clients import PASSWORD
from tests.e2e.journey import Journey
from tests.e2e.routes import BODIES, DOCUMENT, FLOW, PAGE_RULE, device_body, filled, posts, problem_of
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

OTHER_DOCUMENT = {"document": {**DOCUMENT, "name": "Other"}}
ASKS = {"hides_offline": True, "privacy": {"text": "We keep it.", "asks": True}}
WITH_SECRETS: Mapping[str, str] = {
    "POST gateway/links/redeem": "a link is used up, and a session is told once",
    "POST gateway/visits": "a session is told once; no event comes of it before the panel is opened",
    "POST gateway/tokens": "appends nothing",
    "POST playbook/playbooks/{playbook_id}/dry-runs": "appends nothing",
    "POST gateway/conversations/{conversation_id}/files": "a token is signed anew, for the same file",
    "POST gateway/links/reset": "a link is used up, and a session is told once",
    "POST gateway/sign-in": "a session is told once, and nothing is appended",
    "POST gateway/sign-out": "an end is recorded once, whatever key it is asked for with",
    "POST gateway/account/sessions/renew": "a session is told once, and nothing is appended",
    "POST gateway/account/sessions/{session_id}/end": "an end is recorded once, and a repeat finds no session",
    "POST gateway/account/sign-out-everywhere": "the token with which it was asked is over",
    "POST gateway/agents/{agent_id}/reset-link": "a link is told once: a repeat gives another, recorded once",
    "POST gateway/agents/invite": "a link is told once: a repeat gives a new one to the same account",
    "POST gateway/identity-keys": "a repeat tells the same secret; it has a proof of its own",
}
"""Routes that answer with a secret, end one, or append nothing, and why a repeat cannot get the first answer."""


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
    rules = [filled(PAGE_RULE, journey.ids)]
    journey.once(f"{one}/page-rules", "editor", {"rules": rules}, {"rules": []})
    journey.once(f"{one}/behaviour", "editor", {"behaviour": ASKS}, {"behaviour": {}})
    journey.once(f"{one}/unfinished-chats", "editor", {"after_s": 300}, {"after_s": None})
    journey.once(f"{one}/publish", "editor", {"note": "One."}, {"note": "Two."})
    changed = {"flow": with_text(FLOW, "Adeus.")}
    journey.post(f"POST {one}/flow", journey.stage.headers("editor"), changed).raise_for_status()
    journey.once(f"{one}/undo", "editor", None, {})
    journey.once(f"{one}/redo", "editor", None, {})
    journey.post(f"POST {one}/publish", journey.stage.headers("editor"), {}).raise_for_status()
    journey.once(f"{one}/duplicate", "editor", {"name": "Again"}, {"name": "Anew"})
    journey.once(f"{one}/rollback", "editor", {"published": 1}, {"published": 2})
    journey.once(f"{one}/versions/{{published}}/restore", "editor", None, {})
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
    journey.once(f"{one}/import", "editor", {"document": DOCUMENT}, OTHER_DOCUMENT)


def walks_through(journey: Journey, playbook_id: str) -> None:
    """A visit to its end."""
    who, visit = journey.visit(playbook_id), "playbook/visits/{visit_id}"
    journey.once(f"{visit}/start", who, {"locale": "pt-BR"}, {"locale": "en"})
    page = {"url": "https://www.example.com/prices"}
    journey.once(f"{visit}/pages", who, page, {"url": "https://www.example.com/jobs"})
    first = {"card_id": "welcome", "choice_id": "browse"}
    journey.once(f"{visit}/answers", who, first, {**first, "choice_id": "chat"})
    journey.once(f"{visit}/consent", who, None, {})
    name = {"card_id": "name", "value": "Ada"}
    journey.once(f"{visit}/details", who, name, {**name, "value": "Eva"})


def talks(journey: Journey) -> None:
    """A conversation that two agents hold, to its end, and one that its visitor ends."""
    agent, editor = journey.ids["agent"], journey.ids["editor"]
    one = "conversation/conversations/{conversation_id}"
    journey.post("POST presence/offline", journey.stage.headers("agent"))
    journey.once("presence/online", "agent", {"tab": "a"}, {"tab": "b"})
    journey.online("editor")
    first, _ = journey.conversation()
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
    merges(journey, first, who[0])
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


def merges(journey: Journey, first: str, second: str) -> None:
    """The two visitors turn out to be one person."""
    path, headers = "crm/conversations/{conversation_id}/details/person", journey.stage.headers("editor")
    journey.post(f"POST {path}", headers, {"name": "One"}).raise_for_status()
    into, person_id = derived_id("person", first), derived_id("person", second)
    for known in (into, person_id):
        journey.known(f"/api/crm/persons/{known}")
    journey.ids["person_id"] = person_id
    journey.once("crm/persons/{person_id}/merge", "editor", {"into": into}, {"into": person_id})


def allows_a_device(journey: Journey) -> None:
    """A browser may show notices."""
    journey.once("notifier/devices", "agent", device_body("again"), device_body("another"))


def chooses_notices(journey: Journey) -> None:
    """An agent wants to be told of less than of everything."""
    journey.post("POST notifier/choices", journey.stage.headers("agent"), {"off": []}).raise_for_status()
    off = ["new_conversation", "new_message"]
    journey.once("notifier/choices", "agent", {"off": off}, {"off": off[:1]})


def keeps_a_view(journey: Journey) -> None:
    """A view of the inbox is added, changed and removed."""
    one: dict[str, Any] = {"name": "One", "folder": "mine", "filters": {"unread": True}}
    path = "gateway/account/views"
    added = journey.once(path, "editor", one, {**one, "folder": "closed"})
    journey.ids["view_id"] = added["ids"]["view_id"]
    other = {**one, "filters": {"words": "two"}}
    journey.once(f"{path}/{{view_id}}", "editor", other, one)
    journey.once(f"{path}/{{view_id}}/remove", "editor", None, {})


def shares_a_reply(journey: Journey) -> None:
    """A canned reply is added, changed and removed."""
    one = {"shortcut": f"again-{uuid4().hex[:8]}", "title": "Again", "text": "Again, {visitor_name}?"}
    added = journey.once("conversation/replies", "agent", one, {**one, "title": "Once more"})
    journey.ids["reply_id"] = added["ids"]["reply_id"]
    other, path = {**one, "text": "Once more?"}, "conversation/replies/{reply_id}"
    journey.once(path, "agent", other, {**other, "title": "Once more"})
    journey.once(f"{path}/remove", "agent", None, {})


def changes_the_team(journey: Journey) -> None:
    """Somebody is invited, gets another role, and is removed; one goes by another name, in another language."""
    body = {"email": f"{uuid4()}@example.com", "role": "agent"}
    invited = journey.post("POST gateway/agents/invite", journey.stage.headers("owner"), body).json()
    journey.stage.secrets.add(invited["link"])
    journey.ids["agent_id"] = invited["agent_id"]
    journey.once("gateway/account/name", "agent", {"name": "Agnes"}, {"name": "Agatha"})
    journey.once("gateway/account/language", "agent", {"language": "pt-BR"}, {"language": "en"})
    one = "gateway/agents/{agent_id}"
    journey.once(f"{one}/role", "owner", {"role": "editor"}, {"role": "agent"})
    journey.once(f"{one}/remove", "owner", None, {})


def sets_hours(journey: Journey) -> None:
    """The team is there on Mondays, and then at any time again, as other proofs expect it."""
    monday = {"monday": [{"opens": "09:00", "closes": "24:00"}]}
    one: dict[str, Any] = {"hours": {"time_zone": "Europe/London", "week": monday}}
    journey.once("gateway/hours", "owner", one, {**one, "expected_revision": 0})
    owner = journey.stage.headers("owner")
    journey.post("POST gateway/hours", owner, {"hours": None}).raise_for_status()


def fresh_key(journey: Journey) -> dict[str, str]:
    """An identity key, told several times in answer to one command; those before are ended."""
    stage, owner = journey.stage, journey.stage.headers("owner")
    for key in stage.http.get("/api/gateway/identity-keys", headers=owner).json()["items"]:
        stage.http.post(f"/api/gateway/identity-keys/{key['kid']}/end", headers=owner).raise_for_status()
    headers, before = {**owner, "idempotency-key": str(uuid4())}, stage.appended()
    with ThreadPoolExecutor(4) as together:
        sent = [
            together.submit(stage.http.post, "/api/gateway/identity-keys", headers=headers) for _ in range(4)
        ]
    told = [future.result().raise_for_status().json() for future in sent]
    assert told == [told[0]] * 4
    assert stage.appended() == before + 1
    stage.secrets.add(told[0]["secret"])
    return dict(told[0])


def changes_a_password(journey: Journey) -> None:
    """To the same one. The token that asked is over with it, so the repeat comes with a newer one."""
    stage, name, before = journey.stage, "POST gateway/account/password", journey.stage.appended()
    key, body = str(uuid4()), {"old": PASSWORD, "new": PASSWORD}
    told = journey.post(name, stage.headers("agent"), body, key).raise_for_status().json()
    newer = {"authorization": f"Bearer {told['token']}"}
    again = journey.post(name, newer, body, key).raise_for_status().json()
    stage.secrets |= {told["session"], told["token"], again["session"], again["token"]}
    reused = journey.post(name, newer, {**body, "new": "four grey herons"}, key)
    assert (reused.status_code, problem_of(reused)["code"]) == (422, "idempotency_key_reused")
    assert stage.appended() == before + 1
    stage.sign_in_again("agent")
    journey.proven.add(name)


def test_every_command_is_carried_out_once_however_often_it_is_sent(stage: Stage) -> None:
    journey = Journey(stage)

    journey.once("playbook/playbooks/import", "editor", {"document": DOCUMENT}, OTHER_DOCUMENT)
    playbook_id = draws_a_playbook(journey)
    walks_through(journey, playbook_id)
    journey.once("playbook/playbooks/{playbook_id}/deactivate", "editor", None, {})
    journey.ids["doomed_playbook"] = playbook_id
    journey.once("playbook/playbooks/{playbook_id}/archive", "editor", None, {})
    talks(journey)
    allows_a_device(journey)
    chooses_notices(journey)
    shares_a_reply(journey)
    keeps_a_view(journey)
    changes_the_team(journey)
    sets_hours(journey)
    journey.ids["kid"] = fresh_key(journey)["kid"]
    journey.once("gateway/identity-keys/{kid}/end", "owner", None, {})
    changes_a_password(journey)

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
