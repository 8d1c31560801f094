"""What the pictures show: the inbox, the editor, the widget on a site, the bot on a phone."""

from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.watching import OPEN_SHADOWS
from tests.pictures.camera import Camera
from tests.pictures.company import OWNER_EMAIL, CoffeeCompany, StoryVisitor
from tests.pictures.moment import StoryClock
from tests.waiting import eventually

INBOX, EDITOR, DESK, PHONE = (1600, 1150, 1.6), (1720, 1080, 1.5), (1280, 800, 2.0), (375, 800, 2.0)
"""Width and height, and how many points each of their pixels has."""
PATIENCE_MS = 30_000
EMMA = "Emma Laurent"


class Scenes:
    """Browsers of an agent and of visitors, by the story's clock."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        site: str,
        company: CoffeeCompany,
        clock: StoryClock,
        camera: Camera,
    ) -> None:
        self._browser, self._base, self._site = browser, base, site
        self._company, self.clock, self.camera = company, clock, camera

    async def inbox(self, shown: StoryVisitor) -> None:
        """Unassigned, with this visitor's conversation open."""
        page = await self.signed_in(*INBOX)
        switch = page.get_by_role("switch")
        # Before it is known how it stands, a click might turn it off.
        await expect(switch).not_to_have_attribute("aria-disabled", "true")
        await switch.set_checked(True)
        await page.goto(f"{self._base}/inbox/live-chat/unassigned/{shown.conversation_id}")
        await expect(page.get_by_role("log").get_by_text("on Tuesday at nine.")).to_be_visible()
        await expect(page.get_by_role("log").locator("img")).to_be_visible()
        outcomes = page.get_by_role("region", name="Final outcomes created")
        await expect(outcomes).to_contain_text("Duo")
        await expect(page.locator("[data-row]")).to_have_count(4)
        await expect(switch).to_be_checked()
        await expect(page.get_by_role("button", name="Jump to the latest")).to_be_hidden()
        await self.camera.take(page, "inbox")

    async def editor(self) -> None:
        """The playbook's cards, the form of one of them, and the panel that walks the draft."""
        page = await self.signed_in(*EDITOR)
        await page.goto(f"{self._base}/inbox/chatbot/{self._company.playbook_id}")
        await page.locator("[data-card=team]").click()
        await page.get_by_role("button", name="Preview", exact=True).click()
        panel = page.frame_locator("iframe[title^=Panel]")
        await panel.get_by_role("button", name="Coffee for our office", exact=True).click()
        await expect(panel.get_by_role("button", name="10 to 50", exact=True)).to_be_visible()
        await page.mouse.move(0, 0)
        await self.camera.take(page, "editor")

    async def signed_in(self, width: int, height: int, scale: float) -> Page:
        """The inbox of the owner, who is not asked about notifications any more."""
        page = await self._page(width, height, scale)
        await page.goto(f"{self._base}/inbox/sign-in?workspace={self._company.workspace_id}")
        await page.get_by_label("E-mail").fill(OWNER_EMAIL)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("button", name="Not now").click()
        return page

    async def widget(self) -> None:
        """A visitor of the site in a chat."""
        page, panel = await self._visit(*DESK)
        for choice in ("Help me choose my beans", "Dark, like chocolate", "French press"):
            await panel.get_by_role("button", name=choice, exact=True).click()
        for label, detail in (("Name", EMMA), ("E-mail", "emma@example.com")):
            await panel.get_by_label(label, exact=True).fill(detail)
            await panel.get_by_label(label, exact=True).press("Enter")
        emma = await self._in_the_inbox(EMMA)
        await self._company.take("Ana", emma)
        await self._company.say(
            "Ana", emma, "Good morning Emma! Then Night Shift is for you: dark, never bitter."
        )
        await panel.get_by_role("textbox", name="Message").fill("Sounds good. Is it ground already?")
        await panel.get_by_role("button", name="Send", exact=True).click()
        # What answers it comes after it.
        await expect(panel.get_by_text("Sending…")).to_have_count(0)
        await self._company.say("Ana", emma, "As you like it. Coarse for your press, free of charge.")
        await expect(panel.get_by_role("log").get_by_text("Coarse for your press")).to_be_visible()
        await self.camera.take(page, "widget")

    async def phone(self) -> None:
        """The bot's choices on a phone."""
        page, panel = await self._visit(*PHONE, is_mobile=True, has_touch=True)
        for choice in ("Help me choose my beans", "Dark, like chocolate"):
            await panel.get_by_role("button", name=choice, exact=True).tap()
        last = panel.get_by_role("button", name="Not sure yet", exact=True)
        await expect(last).to_be_visible()
        await last.evaluate("() => document.activeElement?.blur()")
        await self.camera.take(page, "phone")

    async def _visit(self, width: int, height: int, scale: float, **how: bool) -> tuple[Page, FrameLocator]:
        page = await self._page(width, height, scale, **how)
        await page.add_init_script(OPEN_SHADOWS)
        await page.goto(self._site)
        await page.locator("button[aria-expanded]").click()
        panel = page.frame_locator("iframe")
        await expect(panel.get_by_role("button", name="Just browsing")).to_be_visible()
        return page, panel

    async def _in_the_inbox(self, name: str) -> StoryVisitor:
        """The visitor of this name, as far as agents need them."""
        found = StoryVisitor({})

        async def conversation_id() -> str:
            rows = (await self._company.ana.get("gateway/folders/unassigned"))["items"]
            return next((row["conversation_id"] for row in rows if row["visitor_name"] == name), "")

        found.name = name
        found.conversation_id = await eventually(conversation_id, within_s=30, what=f"{name} waits")
        return found

    async def _page(self, width: int, height: int, scale: float, **how: bool) -> Page:
        context: BrowserContext = await self._browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
            is_mobile=how.get("is_mobile", False),
            has_touch=how.get("has_touch", False),
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        await context.clock.install(time=self.clock.now())
        return await context.new_page()
