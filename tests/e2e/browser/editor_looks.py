"""An editor of playbooks in Portuguese, read state by state: what is not of people's writing has to be ours."""

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.spoken import foreign, is_ours

HELLO, EMAIL, BYE = "Olá! Como podemos ajudar?", "E o seu e-mail?", "Boa tarde!"
UTM = tuple(f"utm_{name}" for name in ("source", "medium", "campaign", "term", "content"))
LONG = "Bia" + 20 * "\nAna"
JUST_LOOKING = "Só estou olhando"
WRITTEN = (
    LONG,
    JUST_LOOKING,
    "Ana",
    "Bia",
    "Loja",
    "Shop",
    "Bot",
    "Moka",
    "Palavras nossas",
    "name",
    "email",
    *UTM,
)
"""What people write in this test, and the names of fields and parameters."""
NUMBER = re.compile(r"^\d+\. ")
VISIT = re.compile(r"[0-9a-f-]{36}")


class Looks:
    """Looks at the editor in one state after the other; what cards say, people have written."""

    def __init__(self, page: Page, company: Company) -> None:
        self.page, self._company = page, company
        self.wrong: dict[str, str] = {}

    def look(self, state: str) -> None:
        """All of it, whether it is seen or read out."""
        expect(self.page.get_by_text("Carregando")).to_have_count(0)
        said = set(_texts(self._company.get(f"playbooks/{self._company.playbook_id}")["draft"]))
        said |= {HELLO, BYE, *WRITTEN}
        for text in foreign(self.page, *said):
            if not _is_made_of(text, said) and not VISIT.fullmatch(text):
                self.wrong.setdefault(text, state)

    def dialog(self, state: str, opener: Locator) -> None:
        """What a button or an item of a menu leads to, which is put away again."""
        opener.click()
        expect(self.page.get_by_role("dialog")).to_be_visible()
        self.look(state)
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("dialog")).to_have_count(0)


def _is_made_of(text: str, said: set[str]) -> bool:
    """Whether it is the title of a card or a condition, with what people wrote in it, perhaps on one of the paths, or
    several texts, each perhaps with its number."""
    if all(is_ours(part) or is_ours(part.rpartition(": ")[0]) for part in text.split(" · ")):
        return True
    title = NUMBER.sub("", text).partition(" › em “")[0]
    kind, _, cut = title.partition(": ")
    field, _, rest = title.partition(" ")
    written = is_ours(cut) or any(one.startswith(cut.removesuffix("…")) for one in said)
    return (is_ours(kind) and written) or (field in said and is_ours(rest))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)
