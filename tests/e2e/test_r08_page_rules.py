"""R8: one snippet leads to several playbooks, by the page and the language from which a visit comes."""

from typing import Any

import httpx
import pytest

from tests.e2e.editing import Owner, Visit
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

SITE = "https://shop.example"
PRICES = f"{SITE}/prices?a=1"


def rule(to: str, **when: Any) -> dict[str, Any]:
    return {"when": [when], "playbook_id": to}


def drawn(owner: Owner, name: str) -> str:
    """An active playbook that says its name."""
    playbook_id = owner.create(name=name, template="blank")
    card = {"kind": "end", "text": f"This is {name}."}
    owner.post(f"playbooks/{playbook_id}/cards/hello", {"card": card})
    owner.post(f"playbooks/{playbook_id}/start", {"card_id": "hello"})
    owner.post(f"playbooks/{playbook_id}/cards/welcome/delete")
    owner.post(f"playbooks/{playbook_id}/cards/goodbye/delete")
    owner.publish(playbook_id)
    return playbook_id


def comes(owner: Owner, snippet: str, site: str = SITE, **told: Any) -> Visit:
    """A visit by this snippet that has begun."""

    def come() -> httpx.Response | None:
        answer = owner.arrives(snippet, origin=site)
        return answer if answer.is_success else None

    answer = eventually_sync(come, within_s=120, what="the playbook takes visits")
    assert answer is not None
    visit = Visit(owner.http, answer.json())
    visit.post("start", told)
    return visit


def test_the_page_decides_which_playbook_a_visit_walks(owner: Owner) -> None:
    shop, prices, brazil = (drawn(owner, name) for name in ("the shop", "the prices", "o Brasil"))
    owner.post(f"playbooks/{shop}/sites", {"sites": [SITE]})
    owner.post(f"playbooks/{prices}/look", {"look": {"bot_name": "Penny"}})
    rules = [
        rule(brazil, of="locale", locales=["pt"]),
        rule(prices, of="page", compare="contains", value="/prices"),
    ]
    owner.post(f"playbooks/{shop}/page-rules", {"rules": rules})
    assert owner.get(f"playbooks/{shop}")["rules"][1]["playbook_id"] == prices

    elsewhere = comes(owner, shop, pages=[SITE], locale="en-GB")
    assert (elsewhere.said(), elsewhere.get("/look")["bot_name"]) == (["This is the shop."], "Bot")
    here = comes(owner, shop, pages=[PRICES], locale="en-GB")
    assert (here.said(), here.get("/look")["bot_name"]) == (["This is the prices."], "Penny")
    assert comes(owner, shop, pages=[PRICES], locale="pt-BR").said() == ["This is o Brasil."]

    owner.post(f"playbooks/{prices}/deactivate")
    assert comes(owner, shop, pages=[PRICES], locale="en-GB").said() == ["This is the shop."]


def test_the_sites_that_count_are_those_of_the_snippet(owner: Owner) -> None:
    shop, prices = drawn(owner, "the shop"), drawn(owner, "the prices")
    owner.post(f"playbooks/{shop}/sites", {"sites": [SITE]})
    owner.post(f"playbooks/{prices}/sites", {"sites": ["https://elsewhere.example"]})
    rules = [rule(prices, of="page", compare="contains", value="/prices")]
    owner.post(f"playbooks/{shop}/page-rules", {"rules": rules})

    assert comes(owner, shop, pages=[PRICES]).said() == ["This is the prices."]
    refused = owner.arrives(shop, origin="https://elsewhere.example")
    assert (refused.status_code, refused.json()["code"]) == (403, "site_not_allowed")


def test_a_rule_that_leads_nowhere_is_refused(owner: Owner) -> None:
    shop, gone = drawn(owner, "the shop"), owner.create()
    owner.post(f"playbooks/{gone}/archive")

    rules = [rule(to, of="page", compare="contains", value="/") for to in (gone, shop)]
    told = owner.post(f"playbooks/{shop}/page-rules", {"rules": rules}, 409)

    assert (told["code"], [it["rule"] for it in told["errors"]]) == ("rule_leads_nowhere", [1, 2])
    assert owner.get(f"playbooks/{shop}")["rules"] == []
