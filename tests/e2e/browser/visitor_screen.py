"""The widget in front of a visitor: what they see and do, as they would."""

from playwright.sync_api import FilePayload, Frame, FrameLocator, Locator, Page, expect

from tests.e2e.browser.host import Host


class VisitorScreen:
    """A page of the site, and the widget on it."""

    def __init__(self, page: Page, host: Host) -> None:
        self.page, self._host = page, host

    @property
    def launcher(self) -> Locator:
        """The button that opens the panel."""
        return self.page.locator("button[aria-expanded]")

    @property
    def panel(self) -> FrameLocator:
        """What is inside of the panel."""
        return self.page.frame_locator("iframe")

    @property
    def frame(self) -> Frame:
        """The panel's own page."""
        found = self.page.locator("iframe").element_handle().content_frame()
        assert found is not None
        return found

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.panel.get_by_role("log")

    def arrive(self) -> None:
        """Goes to the site."""
        self.page.goto(self._host.url)
        expect(self.launcher).to_be_visible()

    def open(self) -> None:
        """Opens the panel, unless it is open from the page before, and waits for the bot."""
        expect(self.launcher).to_be_visible()
        if self.launcher.get_attribute("aria-expanded") == "false":
            self.launcher.click()
        expect(self.launcher).to_have_attribute("aria-expanded", "true")
        expect(self.page.locator("iframe")).to_be_visible()
        expect(self.panel.locator("body")).to_be_visible()

    def close(self) -> None:
        """Puts the panel away."""
        self.panel.get_by_role("button", name="Close chat").click()
        expect(self.launcher).to_have_attribute("aria-expanded", "false")

    def calls(self, command: str, given: str | None = None) -> None:
        """The site calls the widget."""
        self.page.evaluate("([command, given]) => livechat(command, given)", [command, given])

    @property
    def title(self) -> Locator:
        """Who the panel says one talks to."""
        return self.panel.get_by_role("heading").first

    def field(self, label: str) -> Locator:
        """Where the detail of this name is typed, once the bot asks for it."""
        return self.panel.get_by_label(label, exact=True)

    def gives(self, label: str, detail: str) -> None:
        """Gives the detail that the bot asks for."""
        self.field(label).fill(detail)
        self.field(label).press("Enter")

    def leaves_details(self) -> None:
        """Says who they are, as the offline flow of the template asks."""
        self.gives("Name", "Vera")
        self.gives("E-mail", "vera@example.com")

    def choose(self, label: str) -> None:
        """Picks an answer that the bot offers."""
        self.panel.get_by_role("button", name=label, exact=True).click()

    @property
    def message(self) -> Locator:
        """Where a message is written."""
        return self.panel.get_by_role("textbox", name="Message")

    def attaches(self, file: FilePayload) -> None:
        """Picks a file, which is sent at once."""
        self.panel.locator("input[type=file]").set_input_files(file)

    def ends_chat(self) -> None:
        """Ends it, and is sure."""
        self.panel.get_by_role("button", name="End chat").click()
        self.panel.get_by_role("dialog", name="End chat").get_by_role("button", name="End chat").click()

    def say(self, text: str) -> None:
        """Writes to whoever is there."""
        self.message.fill(text)
        self.panel.get_by_role("button", name="Send", exact=True).click()

    def sees(self, text: str, times: int = 1, within_ms: float | None = None) -> None:
        """What was said is there, exactly so often."""
        expect(self.log.get_by_text(text)).to_have_count(times, timeout=within_ms)

    def sees_last(self, text: str) -> None:
        """What was said last is this, as it was written."""
        expect(self.log.get_by_text(text, exact=True).last).to_be_visible()
