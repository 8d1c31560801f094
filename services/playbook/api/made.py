"""Who changes a playbook, when, and on which version of it.

Every change may name that version in If-Match; where somebody has changed the playbook since, it is refused with 412
and changes nothing.
"""

from datetime import datetime
from typing import Annotated, TypedDict

from fastapi import Depends, Header

from services.chassis.http import EditorAsk

IfMatch = Annotated[
    str | None,
    Header(pattern=r'^(\*|"?[0-9]{1,9}"?)$', description="The playbook's version that was edited."),
]


class Made(TypedDict):
    """Who made an edit, when, and on which version."""

    by: str
    at: datetime
    version: int | None


async def _made(ask: EditorAsk, if_match: IfMatch = None) -> Made:
    version = None if if_match in (None, "*") else int((if_match or "").strip('"'))
    return {"by": ask.caller.id, "at": ask.now, "version": version}


MadeOn = Annotated[Made, Depends(_made)]
