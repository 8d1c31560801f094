"""From an empty installation to a chat and a lead, by hand: a company, its first playbook, a page of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.conftest import ACTION_MS
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS, Watch
from tests.e2e.browser.words import BROWSE, CHAT, LEAVE_DETAILS, OFFLINE, ONLINE, THANKS, WELCOME
from tests.e2e.levers import knows_online
from tests.e2e.system import System
from tests.waiting import eventually_sync

TALK, GREETING, BEANIE = "Talk to a barista", "Coffee?", "Beanie"
WAIT_TIME_S = 20
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Founded:
    """A company of which nothing is known but what the command line printed."""

    base: str
    workspace_id: str
    address: str


class Desk:
    """Everybody's browsers: each profile is new."""

    def __init__(self, browser: Browser, watch: Watch, host: Host) -> None:
        self._browser, self._watch, self._host = browser, watch, host
        self.stack = ExitStack()

    def page(self, *permissions: str) -> Page:
        """The first tab of somebody new."""
        context = self._browser.new_context(locale="en-GB", permissions=permissions)
        context.set_default_timeout(ACTION_MS)
        context.add_init_script(OPEN_SHADOWS)
        self.stack.callback(context.close)
        self._watch.over(context)
        return context.new_page()

    def visitor(self) -> VisitorScreen:
        """Somebody comes to the company's own page, and opens the panel."""
        screen = VisitorScreen(self.page(), self._host)
        screen.arrive()
        screen.open()
        screen.sees(WELCOME)
        return screen


@pytest.fixture
def founded(shop: System) -> Founded:
    """`livechat workspace create`, as an operator types it."""
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "workspace", "create", "Corner shop", "olga@corner.example"],
        env={**os.environ, **shop.variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    return Founded(shop.variables["LIVECHAT_ORIGINS"], told["workspace"], told["open"])


@pytest.fixture
def desk(browser: Browser, watch: Watch, host: Host) -> Iterator[Desk]:
    found = Desk(browser, watch, host)
    with found.stack:
        yield found


def makes_a_playbook(owner: AgentScreen) -> None:
    """From the empty inbox: a new playbook of the Live Chat template."""
    page = owner.page
    page.get_by_role("link", name="Set up Live Chat on your site").click()
    dialog = page.get_by_role("dialog", name="Set up Live Chat")
    dialog.get_by_label("Name").fill("Corner")
    dialog.get_by_label("Wait time").fill(str(WAIT_TIME_S))
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Finish later").click()
    page.get_by_role("article", name="Corner").get_by_role("button", name="Edit").click()


def dresses_it(editor: EditorScreen) -> None:
    """Its look, and the label of its path to a person."""
    editor.path(CHAT).click()
    editor.write("Label of path 1", TALK)
    editor.is_saved()
    editor.part("Look")
    page = editor.page
    page.get_by_label("Bot name").fill(BEANIE)
    page.get_by_label("Greeting").fill(GREETING)
    page.get_by_label("Colour", exact=True).fill("#7a3d10")
    page.get_by_role("button", name="Save look").click()
    expect(page.get_by_text("Visitors see it within a minute.")).to_be_visible()
    editor.publish("Our own words")


def installs_it(editor: EditorScreen, host: Host) -> str:
    """On the company's own page; answers the snippet as it was copied."""
    editor.part("Install")
    page = editor.page
    page.get_by_role("textbox", name="Sites").fill(host.url)
    page.get_by_role("button", name="Save sites").click()
    expect(page.get_by_text("Only these sites may show it.").last).to_be_visible()
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(page.get_by_role("button", name="Deactivate")).to_be_visible()
    page.get_by_role("region", name="Snippet").get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def goes_to_the_inbox(owner: AgentScreen) -> None:
    owner.page.get_by_role("navigation").get_by_role("link", name="Live Chat", exact=True).click()


def can_be_reached(shop: System, founded: Founded, *, online: bool) -> None:
    eventually_sync(
        lambda: knows_online(shop, founded.workspace_id, "Olga", online=online),
        within_s=120,
        what="visitors reach Olga" if online else "visitors reach nobody",
    )


def reads_the_leads_of_conversations(owner: AgentScreen) -> None:
    """Two so far, each with the way to its own."""
    owner.goes_to("All leads")
    expect(owner.listed().get_by_role("link", name="Open conversation")).to_have_count(2)


def is_offered_the_lead_of_nobodys_visitor(owner: AgentScreen) -> None:
    """On the page of leads, which is open."""
    owner.page.get_by_role("button", name="New leads: show").click(timeout=PATIENCE_MS)
    expect(owner.listed()).to_have_count(3)
    for text in ("vera@example.com", "in “Corner”", "From a visit without a conversation"):
        expect(owner.listed().first.get_by_text(text)).to_be_visible()


def test_from_the_first_command_to_a_chat_and_a_lead(
    shop: System, founded: Founded, desk: Desk, host: Host
) -> None:
    owner = AgentScreen(desk.page("clipboard-read", "clipboard-write"), founded)
    owner.page.goto(founded.address)
    owner.comes_in("Olga")
    makes_a_playbook(owner)
    editor = EditorScreen(owner.page, founded)
    editor.is_open()
    dresses_it(editor)
    host.snippet = installs_it(editor, host)

    goes_to_the_inbox(owner)
    owner.go_online()
    can_be_reached(shop, founded, online=True)
    ada = desk.visitor()
    expect(ada.page.get_by_role("button", name=re.compile(re.escape(GREETING)))).to_have_count(0)
    expect(ada.title).to_have_text(BEANIE)
    expect(ada.panel.get_by_role("button", name=BROWSE, exact=True)).to_be_visible()
    ada.choose(TALK)
    ada.sees(ONLINE)
    owner.open_folder("Unassigned")
    owner.open_conversation()
    owner.take()
    ada.sees("Olga has joined the chat.")
    ada.say("Do you grind for a moka pot?")
    owner.sees("Do you grind for a moka pot?")
    owner.say("We do.")
    ada.sees("We do.")
    owner.create("lead")
    expect(owner.outcomes.get_by_role("listitem")).to_have_count(1)
    owner.close_conversation()
    expect(ada.panel.get_by_text("This chat was closed.")).to_be_visible()

    # Somebody is there and does not come: the wait ends in the offline flow.
    eva = desk.visitor()
    eva.choose(TALK)
    eva.sees(ONLINE)
    eva.sees(OFFLINE, within_ms=PATIENCE_MS)
    eva.sees(LEAVE_DETAILS)
    eva.leaves_details()
    eva.sees(THANKS)
    owner.open_folder("Closed")
    expect(owner.rows()).to_have_count(2)  # Both are visitors without a name: hers is the newer one.
    owner.open_conversation("Visitor")
    expect(owner.details.get_by_label("E-mail")).to_have_value("vera@example.com")
    expect(owner.outcomes.get_by_role("listitem")).to_have_count(1)

    # Nobody is there: the offline flow begins at once, and its lead is seen though no conversation is.
    reads_the_leads_of_conversations(owner)
    owner.go_offline()
    can_be_reached(shop, founded, online=False)
    ida = desk.visitor()
    ida.choose(TALK)
    ida.sees(LEAVE_DETAILS)
    ida.sees(ONLINE, times=0)
    ida.sees(OFFLINE, times=0)
    ida.leaves_details()
    ida.sees(THANKS)
    is_offered_the_lead_of_nobodys_visitor(owner)
