"""R8: rules by which pages get other playbooks are written, ordered and tried, and visitors get what they say."""

from playwright.sync_api import Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible import LOOKS, checks
from tests.e2e.browser.watching import Watch
from tests.e2e.browser.words import WELCOME

HELLO = "Olá! Como podemos ajudar?"


def opened(crowd: Crowd, company: Company) -> Page:
    """The page Install of the company's playbook, beside which there are two more."""
    for name, language in (("Prices", "pt-BR"), ("Jobs", "en")):
        company.publish(company.create(name=name, language=language))
    owner = crowd.agent("Ana", role="editor", online=False)
    owner.page.goto(f"{company.base}/inbox/chatbot/{company.playbook_id}/install")
    return owner.page


def test_a_page_gets_the_playbook_of_its_rule_and_wears_its_look(
    crowd: Crowd, company: Company, host: Host
) -> None:
    page = opened(crowd, company)
    add = page.get_by_role("button", name="Add a rule")
    for value, playbook in (("/jobs", "Jobs"), ("/", "Prices")):
        add.click()
        rule = page.get_by_role("group", name="Rule").last
        rule.get_by_label("What", exact=True).fill(value)
        rule.get_by_label("Visits get", exact=True).select_option(label=playbook)
    got = page.get_by_role("group", name="Try an address")
    got.get_by_label("Address of a page").fill(f"{host.url}/jobs")
    expect(got.get_by_text("By rule 1, visits get “Jobs”.")).to_be_visible()

    page.get_by_role("button", name="Move rule 2 up").press("Enter")
    expect(page.get_by_role("button", name="Move rule 1 up")).to_be_focused()
    expect(got.get_by_text("By rule 1, visits get “Prices”.")).to_be_visible()
    page.get_by_role("button", name="Delete rule 2").click()
    expect(add).to_be_focused()
    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_text("Saved. New visits go by these rules.").last).to_be_visible()

    (rule_now,) = company.get(f"playbooks/{company.playbook_id}")["rules"]
    assert company.get(f"playbooks/{rule_now['playbook_id']}")["name"] == "Prices"
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(HELLO)
    expect(visitor.panel.get_by_role("button", name="Fechar chat")).to_be_visible()
    assert visitor.frame.evaluate("document.documentElement.lang") == "pt-BR"


def test_rules_that_somebody_else_has_changed_are_not_written_over(crowd: Crowd, company: Company) -> None:
    page = opened(crowd, company)
    page.get_by_role("button", name="Add a rule").click()
    other = next(it for it in company.get("playbooks")["items"] if it["name"] == "Jobs")["playbook_id"]
    theirs = {"when": [{"of": "locale", "locales": ["de"]}], "playbook_id": other}
    company.post(f"playbooks/{company.playbook_id}/page-rules", {"rules": [theirs]})

    page.get_by_role("button", name="Save rules").click()
    expect(page.get_by_text("Somebody else has changed the rules meanwhile.")).to_be_visible()
    page.get_by_role("button", name="Show their rules").click()

    expect(page.get_by_label("Languages")).to_have_value("de")
    expect(page.get_by_role("button", name="Save rules")).to_have_attribute("aria-disabled", "true")


def test_a_visitor_elsewhere_gets_the_snippets_own(crowd: Crowd, company: Company, host: Host) -> None:
    prices = company.create(name="Prices", language="pt-BR")
    company.publish(prices)
    rule = {"when": [{"of": "page", "compare": "contains", "value": "/prices"}], "playbook_id": prices}
    company.post(f"playbooks/{company.playbook_id}/page-rules", {"rules": [rule]})

    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    visitor.page.evaluate("livechat('reset')")
    visitor.page.goto(f"{host.url}/prices")
    visitor.open()
    visitor.sees(HELLO)


def test_rules_have_nothing_that_readers_miss(crowd: Crowd, company: Company, watch: Watch) -> None:
    page = opened(crowd, company)
    page.get_by_role("button", name="Add a rule").click()
    # A long page scrolls by itself, and not with everything around it.
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    with checks(LOOKS[0][1], watch) as found:
        found.look(page, "a rule")
        page.get_by_role("group", name="Rule 1").get_by_label("What", exact=True).fill("")
        found.look(page, "a rule without words")
