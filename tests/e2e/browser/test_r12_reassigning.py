"""R12: to any agent who is online, and only to those; from the one folder to the other, on every open screen."""

import re

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd


def test_it_moves_from_folder_to_folder_on_every_screen(crowd: Crowd, company: Company) -> None:
    ana, ben, eva = crowd.agent("Ana"), crowd.agent("Ben"), crowd.agent("Eva")
    ben.go_offline()
    company.knows_offline("Ben")
    visitor = crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()
    ana.take()
    visitor.sees("Ana has joined the chat.")
    for agent in (ben, eva):
        expect(agent.folder("Ana")).to_contain_text("1")

    ana.page.get_by_role("button", name="Assign to an agent").click()
    menu = ana.page.get_by_role("menuitem")
    expect(menu).to_have_text([re.compile("^Ana"), "EvaOnline", re.compile("^BenOffline")])
    ben.go_online()
    # Whoever is online comes first, but not under the pointer: the menu says it in place until it is opened again.
    expect(menu).to_have_text([re.compile("^Ana"), "EvaOnline", "BenOnline"])
    company.knows_online("Ben")
    menu.filter(has_text="Ben").click()

    expect(ana.folder("Ben")).to_contain_text("1")
    expect(ben.folder("My conversations")).to_contain_text("1")
    expect(eva.folder("Ben")).to_contain_text("1")
    expect(eva.folder("Ana")).not_to_contain_text("1")
    expect(visitor.title).to_have_text("Ben")
    ben.open_folder("My conversations")
    ben.open_conversation()
    ben.say("I go on from here.")
    visitor.sees("I go on from here.")
    expect(ana.page.get_by_role("textbox", name="Message")).to_have_count(0)


def test_who_is_offline_cannot_be_chosen_and_the_menu_says_why(crowd: Crowd, company: Company) -> None:
    ana = crowd.agent("Ana")
    crowd.agent("Ben").go_offline()
    crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()

    ana.page.get_by_role("button", name="Assign to an agent").click()

    choice = ana.page.get_by_role("menuitem", name="Ben")
    expect(choice).to_be_disabled()
    expect(choice).to_contain_text("Offline")
