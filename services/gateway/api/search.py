"""Looking for conversations by what was said in them, for agents."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts.ids import UUID_PATTERN
from services.chassis.http import AgentAsk, Cursor, Limit, Page, cursor_of, read_cursor
from services.chassis.ports import Row
from services.chassis.words import Asked, asked_by, marks
from services.gateway import queries
from services.gateway.api.turns import Turns

router = APIRouter()

WORDS_CHARS_MAX = 200
EXCERPT_CHARS_MAX = 200
CHARS_BEFORE_MAX = 60
MATCHES_MAX = 20
# A search reads far more rows than any other route: several of them leave the database to the rest.
SEARCHES_AT_ONCE = 3

_turns = Turns(SEARCHES_AT_ONCE)

Words = Annotated[
    str,
    Query(
        min_length=1,
        max_length=WORDS_CHARS_MAX,
        description='Words, "a phrase", -without, this or that; the last word may be unfinished.',
    ),
]
Folder = Annotated[str | None, Query(pattern=rf"^(unassigned|mine|closed)$|{UUID_PATTERN}")]


class Match(BaseModel):
    """Where something stands in a text, counted in UTF-16 code units, as JavaScript does; `end` is behind it."""

    start: int
    end: int


class Excerpt(BaseModel):
    """Part of a message, as plain text in one line; `matches` are where in it the words stand."""

    version: int
    at: datetime
    by: Literal["visitor", "agent"]
    author_name: str | None
    text: str
    matches: list[Match] = Field(max_length=MATCHES_MAX)


class FoundConversation(BaseModel):
    """The fields of a row of kind `conversation`, and the latest message that has the words; null where only the
    visitor's name has them."""

    model_config = ConfigDict(extra="allow")

    conversation_id: str
    excerpt: Excerpt | None


@router.get("/search")
async def get_search(
    ask: AgentAsk, words: Words, folder: Folder = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[FoundConversation]:
    """The conversations in which one message of a person, or the visitor's name, has all of the words, newest first.

    With `folder` a page may have fewer than `limit`, or none, while `next` says that there are more to look through.
    """
    asked, name = asked_by(words), ask.caller.id if folder == "mine" else folder
    after = read_cursor(cursor, 2)
    async with _turns.turn():
        found = await queries.search(ask.reader, ask.workspace_id, asked, name, after, limit)
    items = [_found(row, hit, asked) for row, hit in found.conversations]
    return Page(items=items, next=cursor_of(found.rest) if found.rest else None)


def _found(row: Row, hit: Row, asked: Asked) -> FoundConversation:
    return FoundConversation(**queries.shown(row), excerpt=_excerpt(hit, asked))


def _excerpt(hit: Row, asked: Asked) -> Excerpt | None:
    if hit["author"] is None:
        return None
    text, places = _cut(hit["text"], asked)
    told: dict[str, Any] = {name: hit[name] for name in ("version", "at", "author_name")}
    return Excerpt(**told, by=hit["author"], text=text, matches=places)


def _cut(whole: str, asked: Asked) -> tuple[str, list[Match]]:
    """The part around the first match, and the matches in it."""
    line, found = re.sub(r"\s", " ", whole), marks(whole, asked)
    begin = max(0, found[0][0] - CHARS_BEFORE_MAX) if found else 0
    begin = begin and max(line.find(" ", begin, found[0][0]) + 1, begin)
    end = min(len(line), begin + EXCERPT_CHARS_MAX)
    before, after = "…" if begin else "", "…" if end < len(line) else ""
    inside = [(start, min(stop, end)) for start, stop in found if start < end][:MATCHES_MAX]
    units = [[_units(before + line[begin:place]) for place in places] for places in inside]
    return f"{before}{line[begin:end]}{after}", [Match(start=start, end=stop) for start, stop in units]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
