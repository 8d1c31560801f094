"""A company's server signs who its visitors are, by the program that the documentation prints."""

from typing import Any

import pytest

from tests.e2e.editing import Owner, Visit
from tests.e2e.printed import printed, programs_of
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

SITE, KEYS = "https://shop.example", "identity-keys"


async def signed_by(kid: str, secret: str, site: str = SITE) -> str:
    """What the documented program signs."""
    program = programs_of("api.md")[-1]
    async with printed(program, kid, secret, site) as process:
        told, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return told.decode().strip()


def shop(owner: Owner) -> str:
    """An active playbook of the shop's site, of which everybody has heard."""
    playbook_id = owner.create()
    owner.post(f"playbooks/{playbook_id}/sites", {"sites": [SITE]})
    owner.publish(playbook_id)
    eventually_sync(
        lambda: owner.arrives(playbook_id, origin=SITE).is_success, within_s=120, what="the shop takes visits"
    )
    owner.leads_to_a_person(playbook_id, "chat")
    return playbook_id


def chat_of(owner: Owner, told: Any) -> Any:
    """The visitor asks for a person; their conversation as agents find it."""
    visit = Visit(owner.http, told)
    visit.post("start", {})
    visit.pick("welcome", "chat")
    chat = visit.get()["conversation_id"]

    def listed() -> Any:
        rows = owner.get("folders/unassigned", "gateway")["items"]
        return next((row for row in rows if row["conversation_id"] == chat), None)

    return eventually_sync(listed, within_s=120, what="the conversation in Unassigned")


async def test_who_is_signed_in_on_the_site_is_known_to_the_agent(owner: Owner) -> None:
    playbook_id = shop(owner)
    key = owner.post(KEYS, status=201, service="gateway")
    identity = await signed_by(key["kid"], key["secret"])

    told = [owner.arrives(playbook_id, identity, origin=SITE).raise_for_status().json() for _ in range(2)]
    assert told[0]["visitor_id"] == told[1]["visitor_id"]
    row = chat_of(owner, told[0])

    assert (row["identified"], row["visitor_name"]) == (True, "Zoë Müller")
    details = f"conversations/{row['conversation_id']}/details"

    def filled() -> Any:
        panel = owner.get(details, "crm")
        return panel if panel["verified"] else None

    panel = eventually_sync(filled, within_s=120, what="what the company told, in the panel")
    assert panel is not None
    assert (panel["person"]["name"], panel["person"]["email"]) == ("Zoë Müller", "zoe@example.com")
    assert panel["verified"] == ["person.email", "person.name"]
    owner.post(f"{KEYS}/{key['kid']}/end", service="gateway")


async def test_what_is_signed_for_another_site_or_by_an_ended_key_is_refused(owner: Owner) -> None:
    playbook_id = shop(owner)
    key = owner.post(KEYS, status=201, service="gateway")
    good = await signed_by(key["kid"], key["secret"])
    elsewhere = await signed_by(key["kid"], key["secret"], "https://blog.example")

    first = owner.arrives(playbook_id, good, origin=SITE)
    assert first.is_success
    assert "aud" in _refused(owner, playbook_id, elsewhere)
    assert "signature" in _refused(
        owner, playbook_id, good[:-8] + ("a" if good[-8] == "b" else "b") + good[-7:]
    )
    owner.post(f"{KEYS}/{key['kid']}/end", service="gateway")
    assert "key" in _refused(owner, playbook_id, good)
    session = {"session": first.json()["session"]}
    assert owner.http.post("/api/gateway/tokens", json=session).status_code == 401
    assert owner.get(KEYS, "gateway") == {"items": []}


def _refused(owner: Owner, playbook_id: str, identity: str) -> str:
    answer = owner.arrives(playbook_id, identity, origin=SITE)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_identity"), answer.text
    return str(answer.json()["detail"])
