"""The inbox in front of an agent: what they see and do, as they would."""

from playwright.sync_api import FilePayload, Locator, Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.host import Place


class AgentScreen:
    """The inbox of an agent."""

    def __init__(self, page: Page, company: Place) -> None:
        self.page, self._company = page, company

    def join(self, name: str, link: str) -> None:
        """Comes in by a one-time link, as people do."""
        self.page.goto(f"{self._company.base}/inbox/join?workspace={self._company.workspace_id}#{link}")
        self.comes_in(name)

    def comes_in(self, name: str) -> None:
        """Says who they are, where a link has led them."""
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Join").click()
        expect(self.page.get_by_role("navigation").first).to_be_visible()

    def go_online(self) -> None:
        """The switch at the bottom left."""
        switch = self.page.get_by_role("switch")
        switch.click()
        expect(switch).to_be_checked()

    def go_offline(self) -> None:
        """The same switch; it asks where it does not know yet how many conversations are open."""
        switch = self.page.get_by_role("switch")
        switch.click()
        asked = self.page.get_by_role("dialog").get_by_role("button", name="Go offline")
        expect(asked.or_(self.page.get_by_role("switch", checked=False))).to_be_visible()
        if asked.is_visible():
            asked.click()
        expect(switch).not_to_be_checked()

    def go_offline_amid_chats(self) -> None:
        """The same with open conversations, of which this screen knows: it asks first."""
        expect(self.folder("My conversations")).to_contain_text("1")
        switch = self.page.get_by_role("switch")
        switch.click()
        self.page.get_by_role("dialog").get_by_role("button", name="Go offline").click()
        expect(switch).not_to_be_checked()

    def goes_to(self, page: str) -> None:
        """Another page of the inbox, by the navigation."""
        self.page.get_by_role("navigation").get_by_role("link", name=page, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(page)

    def folder(self, name: str) -> Locator:
        """A folder of the inbox, with its count."""
        return self.page.get_by_role("list", name="Folders").get_by_role("link").filter(has_text=name)

    def open_folder(self, name: str) -> None:
        """Looks into a folder."""
        self.folder(name).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def rows(self) -> Locator:
        """The conversations of the open folder."""
        return self.page.locator("[data-row]")

    def row(self, who: str = "Visitor") -> Locator:
        """The first conversation of the open folder with this visitor's name."""
        return self.rows().filter(has_text=who).first

    def open_conversation(self, who: str = "Visitor") -> None:
        """Opens it."""
        self.row(who).click()
        expect(self.log).to_be_visible()

    def assign_to(self, name: str) -> None:
        """Gives it to a colleague."""
        self.page.get_by_role("button", name="Assign to an agent").click()
        self.page.get_by_role("menuitem", name=name).click()

    def close_conversation(self) -> None:
        """Closes it for good, and confirms."""
        self.page.get_by_role("button", name="Close", exact=True).click()
        self.page.get_by_role("button", name="Close for good").click()

    def create(self, what: str) -> None:
        """Makes a lead of it, as the dialog proposes."""
        self.page.get_by_role("button", name=f"Create {what}").click()
        self.page.get_by_role("dialog").get_by_role("button", name=f"Create {what}").click()

    def create_more(self, what: str) -> None:
        """Makes a deal or an activity of it, as the dialog proposes."""
        self.page.get_by_role("button", name="Create something else").click()
        self.page.get_by_role("menuitem", name=what).click()
        self.page.get_by_role("dialog").get_by_role("button", name=what).click()

    @property
    def details(self) -> Locator:
        """The panel beside the chat."""
        return self.page.get_by_role("complementary", name="Details")

    @property
    def outcomes(self) -> Locator:
        """What came of it."""
        return self.page.get_by_role("region", name="Final outcomes created")

    def listed(self, page: str = "All leads") -> Locator:
        """What the page of all leads, all deals or all activities shows."""
        return self.page.get_by_role("list", name=page).locator("> li")

    def take(self) -> None:
        """Assigns it to oneself."""
        self.page.get_by_role("button", name="Assign to me").first.click()

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("log")

    @property
    def message(self) -> Locator:
        """Where a message is written."""
        return self.page.get_by_role("textbox", name="Message")

    def attaches(self, file: FilePayload) -> None:
        """Picks a file that goes with the next message, and waits until it was taken or refused."""
        self.page.locator("input[type=file]").set_input_files(file)
        expect(self.page.get_by_role("button", name=f"Remove {file['name']}")).to_be_visible()
        expect(self.page.get_by_role("progressbar")).to_have_count(0)

    def types(self) -> bool:
        """One more letter of a message."""
        self.message.press_sequentially("a")
        return True

    def say(self, text: str) -> None:
        """Writes to the visitor."""
        self.message.fill(text)
        self.page.keyboard.press("Enter")

    def sees(self, text: str, times: int = 1) -> None:
        """What was said is there, exactly so often."""
        expect(self.log.get_by_text(text)).to_have_count(times)

    def sees_last(self, text: str) -> None:
        """What was said last is this, as it was written."""
        expect(self.log.get_by_text(text, exact=True).last).to_be_visible()
