"""The editor of playbooks in front of an owner: what they see and do, as they would."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.host import Place

KINDS = {
    "question": "Question",
    "message": "Message",
    "capture": "Capture",
    "condition": "Condition",
    "live_chat": "Live Chat",
    "qualify": "Qualify",
    "action": "Action",
    "end": "End",
}


class EditorScreen:
    """One playbook, opened by somebody who is signed in on this page."""

    def __init__(self, page: Page, company: Place) -> None:
        self.page, self._company = page, company

    def open(self, playbook_id: str) -> None:
        """Goes there by its address."""
        self.page.goto(f"{self._company.base}/inbox/chatbot/{playbook_id}")
        self.is_open()

    def is_open(self) -> None:
        """The cards are there."""
        expect(self.tree).to_be_visible()

    def part(self, name: str) -> None:
        """Cards, Look, Install or Versions."""
        parts = self.page.get_by_role("navigation", name="Parts of the playbook")
        parts.get_by_role("link", name=name, exact=True).click()

    @property
    def tree(self) -> Locator:
        """All cards."""
        return self.page.get_by_role("region", name="Cards of the playbook")

    @property
    def form(self) -> Locator:
        """The form of the selected card."""
        return self.page.get_by_role("complementary", name="Selected card")

    def card(self, said: str) -> Locator:
        """A card by what it says."""
        return self.tree.locator("[data-card]").filter(has_text=said)

    def cards(self) -> list[str]:
        """What all cards say, in the order in which they stand."""
        return [text.strip() for text in self.tree.locator("[data-card] .pb-said").all_inner_texts()]

    def path(self, label: str) -> Locator:
        """The label of a path."""
        return self.tree.get_by_role("heading").get_by_role("button", name=label, exact=True)

    def select(self, said: str) -> None:
        """Opens a card's form."""
        self.card(said).click()
        expect(self.card(said)).to_have_attribute("aria-current", "true")

    def write(self, label: str, text: str) -> None:
        """Fills a field of the form."""
        self.form.get_by_label(label, exact=True).fill(text)

    def pick(self, label: str, option: str) -> None:
        """Picks from a list of the form."""
        self.form.get_by_label(label, exact=True).select_option(label=option)

    def add_after(self, said: str, kind: str) -> None:
        """Adds a card after another one; its form is open then."""
        self.select(said)
        self.form.get_by_role("button", name="Add card", exact=True).click()
        self.page.get_by_role("menuitem", name="After this one").click()
        self.choose_kind(kind)

    def choose_kind(self, kind: str) -> None:
        """In the dialog that asks which kind of card is wanted."""
        dialog = self.page.get_by_role("dialog", name="Add a card")
        dialog.get_by_role("button").filter(has=self.page.locator("strong", has_text=KINDS[kind])).click()
        expect(dialog).to_have_count(0)
        expect(self.form.get_by_role("heading", level=2)).to_have_text(KINDS[kind])

    def is_saved(self) -> None:
        """All that was changed has been saved."""
        expect(self.page.locator(".pb-saving")).to_have_text("Saved")

    def publish(self, note: str = "") -> None:
        """Makes the draft what visitors get."""
        self.page.get_by_role("button", name="Publish", exact=True).click()
        dialog = self.page.get_by_role("dialog", name="Publish the draft")
        if note:
            dialog.get_by_label("What changed").fill(note)
        dialog.get_by_role("button", name="Publish now").click()
        expect(dialog).to_have_count(0)
