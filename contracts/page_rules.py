"""Which playbook the visits of a snippet get, by the page that they come from."""

from typing import Annotated

from pydantic import Field

from contracts.conditions import LocaleIs, PageIs, UtmIs
from contracts.envelope import Fact
from contracts.ids import PlaybookId

PAGE_RULES_MAX = 20
PAGE_CONDITIONS_MAX = 5

PageCondition = Annotated[PageIs | UtmIs | LocaleIs, Field(discriminator="of")]


class PageRule(Fact):
    """Visits that come where all of this is so get this playbook."""

    when: tuple[PageCondition, ...] = Field(min_length=1, max_length=PAGE_CONDITIONS_MAX)
    playbook_id: PlaybookId


class ChosenBy(Fact):
    """The rule by which a visit got its playbook: number `rule` (1, 2, 3 …) of the playbook `snippet`.

    It is that one's snippet which the site shows.
    """

    snippet: PlaybookId
    rule: int
