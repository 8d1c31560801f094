"""When a chat counts as unfinished: its visitor can be reached, and has said nothing more for so long."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Fact
from contracts.look import Language

UNFINISHED_AFTER_S_MIN = 300
UNFINISHED_AFTER_S_MAX = 604_800

UnfinishedAfterS = Annotated[int, Field(ge=UNFINISHED_AFTER_S_MIN, le=UNFINISHED_AFTER_S_MAX)]


class Unfinished(Fact):
    """After how many seconds a visit counts as unfinished, and in which language the lead that it becomes says so."""

    after_s: UnfinishedAfterS
    language: Language = "en"
