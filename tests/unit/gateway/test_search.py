"""Looking for conversations by what was said: what is found, what is shown of it, and to whom."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import MessagePosted
from contracts.ids import derived_id, stream
from contracts.playbook import Captured
from contracts.topics import INBOX_STATE
from services.chassis.models import Changed
from services.chassis.ports import Row
from services.chassis.tokens import Caller
from services.chassis.words import TooBroad
from services.gateway import queries
from services.gateway.tables import said as said_rows
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    ELSEWHERE,
    T0,
    VISITOR,
    WORKSPACE,
    ada,
    after,
    bot_said,
    inbox_row,
    recorded,
    started,
    stranger,
    visitor,
)
from tests.unit.gateway.web import Web

CHATS = [derived_id("chat", number) for number in range(9)]


class Chat:
    """A conversation of the workspace, in the order in which they began."""

    def __init__(self, web: Web, number: int, *, name: str = "", workspace_id: str = WORKSPACE) -> None:
        self._topics, self.id, self._workspace_id, self.version = (
            web.replica.topics,
            CHATS[number],
            workspace_id,
            1,
        )
        captured = (Captured(field="email", value="x@y.example"), Captured(field="name", value=name))
        changes: dict[str, Any] = {"conversation_id": self.id, "at": after(number // 2), "captured": captured}
        self._record(started.model_copy(update=changes))
        self.moves(started_at=after(number // 2))

    def _record(self, event: Any) -> None:
        self._topics.append(
            recorded(event, self.version, stream("conversation", self.id), self._workspace_id)
        )

    def moves(self, **row: Any) -> None:
        """Its row in the inbox is another one."""
        told = inbox_row(
            conversation_id=self.id, workspace_id=self._workspace_id, version=self.version, **row
        )
        self._topics.publish(INBOX_STATE, self.id, Changed(self.id, told))

    def says(self, text: str, by: str | None = None) -> "Chat":
        """A message of the visitor, or of the agent of this name."""
        self.version += 1
        message = MessagePosted(
            conversation_id=self.id,
            visitor_id=VISITOR,
            message_id=derived_id(self.id, self.version),
            author="agent" if by else "visitor",
            author_id=ADA if by else VISITOR,
            author_name=by,
            text=text,
            at=after(100 + self.version),
        )
        self._record(message)
        return self

    def bot(self, text: str) -> None:
        self.version += 1
        self._record(bot_said(text).model_copy(update={"conversation_id": self.id}))


async def asked(web: Web, words: str, caller: Caller | None = ada, **more: Any) -> Any:
    answer = await web.client.get(
        "/search", params={"words": words, **more}, headers=web._headers(caller) if caller else {}
    )
    return answer.json() | {"http": answer.status_code}


def numbers(found: Any) -> list[int]:
    return [CHATS.index(item["conversation_id"]) for item in found["items"]]


async def test_conversations_are_found_by_what_persons_said_the_newest_first(web: Web) -> None:
    chats = [Chat(web, number) for number in (0, 2, 4, 6)]
    chats[0].says("Do you ship?").says("We do, to Brazil.", "Ada")
    chats[1].says("Ship it!")
    chats[2].says("Shipping costs")
    chats[3].bot("Ship with us")

    assert numbers(await asked(web, "ship")) == [4, 2, 0]
    assert numbers(await asked(web, "brazil")) == [0]
    assert numbers(await asked(web, "ship brazil")) == []
    assert numbers(await asked(web, "SHIP you")) == [0]


async def test_of_each_the_latest_message_is_shown_as_plain_text_with_its_matches(web: Web) -> None:
    Chat(web, 0).says("ship").says("Ship to\n<b>São Paulo</b> 🙂 by ship?", "Ada").says("no")

    (item,) = (await asked(web, "ship"))["items"]
    assert item["excerpt"] == {
        "version": 3,
        "at": (T0 + timedelta(seconds=103)).isoformat().replace("+00:00", "Z"),
        "by": "agent",
        "author_name": "Ada",
        "text": "Ship to <b>São Paulo</b> 🙂 by ship?",
        "matches": [{"start": 0, "end": 4}, {"start": 31, "end": 35}],
    }
    listed = (await web.get("/folders/unassigned", ada)).json()["items"][0]
    assert {name: value for name, value in item.items() if name != "excerpt"} == listed
    assert "is_unread" not in item


async def test_of_a_long_message_the_part_around_the_first_match_is_shown(web: Web) -> None:
    Chat(web, 0).says("🙂 long ago " * 50 + "we met Brazil" + " and so on" * 100)

    (item,) = (await asked(web, "brazil"))["items"]
    text, (match,) = item["excerpt"]["text"], item["excerpt"]["matches"]
    assert len(text) <= 202
    assert (text[0], text[-1]) == ("…", "…")
    assert text[1] != " "
    utf16 = text.encode("utf-16-le")
    assert utf16[2 * match["start"] : 2 * match["end"]].decode("utf-16-le") == "Brazil"


async def test_a_visitors_name_is_found_and_no_message_shown(web: Web) -> None:
    Chat(web, 0, name="Brazil Nut").says("Hello")
    Chat(web, 1, name="Pea")

    found = await asked(web, "nut")
    assert numbers(found) == [0]
    assert found["items"][0]["excerpt"] is None
    assert numbers(await asked(web, "x@y.example")) == []


async def everything(web: Web, words: str, **more: Any) -> tuple[list[int], int]:
    """What all pages hold, and how many there were."""
    seen, pages, cursor = list[int](), 0, dict[str, Any]()
    while True:
        page = await asked(web, words, **more, **cursor)
        seen, pages = seen + numbers(page), pages + 1
        if page["next"] is None:
            return seen, pages
        cursor = {"cursor": page["next"]}


async def test_pages_together_are_all_that_is_found_once(web: Web) -> None:
    for number in range(9):
        Chat(web, number).says("ship").says("ship again")

    for limit, pages in ((1, 9), (2, 5), (3, 3), (9, 1)):
        assert await everything(web, "ship", limit=limit) == (
            sorted(range(9), key=lambda n: (n // 2, CHATS[n]), reverse=True),
            pages,
        )


@pytest.mark.parametrize("candidates", [2, 3, 4, 200])
async def test_a_folder_is_looked_through_in_bounded_pages(
    web: Web, monkeypatch: pytest.MonkeyPatch, candidates: int
) -> None:
    monkeypatch.setattr(queries, "CANDIDATES_MAX", candidates)
    for number in range(9):
        chat = Chat(web, number).says("ship")
        if number in (1, 2, 8):
            chat.moves(started_at=after(number // 2), holder_id=ADA, generation=2)
        if number == 4:
            chat.moves(started_at=after(number // 2), status="closed", holder_id=ADA, generation=2)

    for limit in (1, 2, 3):
        assert sorted((await everything(web, "ship", folder="mine", limit=limit))[0]) == [1, 2, 8]
        assert (await everything(web, "ship", folder="closed", limit=limit))[0] == [4]
        assert (await everything(web, "ship", folder=ADA, limit=limit))[0][0] == 8
        assert (await everything(web, "ship", folder=BOB, limit=limit))[0] == []
    assert sorted((await everything(web, "ship", folder="unassigned"))[0]) == [0, 3, 5, 6, 7]


async def test_other_workspaces_find_nothing_of_ours(web: Web) -> None:
    Chat(web, 0).says("ship")
    Chat(web, 1, workspace_id=ELSEWHERE).says("ship")

    assert numbers(await asked(web, "ship")) == [0]
    assert numbers(await asked(web, "ship", stranger)) == [1]


async def test_what_the_inbox_does_not_know_yet_is_left_out(web: Web) -> None:
    chat = Chat(web, 0).says("ship")
    web.replica.topics.publish(INBOX_STATE, chat.id, Changed(chat.id, None))

    assert numbers(await asked(web, "ship")) == []


@pytest.mark.parametrize(("caller", "status"), [(None, 401), (visitor, 403), (ada, 200)])
async def test_only_agents_look(web: Web, caller: Caller | None, status: int) -> None:
    assert (await asked(web, "ship", caller))["http"] == status


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"words": "?"}, "no_words"),
        ({"words": "-ship"}, "no_words"),
        ({"words": ""}, "invalid"),
        ({"words": "x" * 201}, "invalid"),
        ({"words": "ship", "folder": "trash"}, "invalid"),
        ({"words": "ship", "limit": 101}, "invalid"),
        ({"words": "ship", "cursor": "x"}, "bad_cursor"),
    ],
)
async def test_what_cannot_be_looked_up_is_refused(web: Web, query: dict[str, Any], code: str) -> None:
    found = await asked(web, **query)
    assert (found["http"], found["code"]) == (400 if code == "bad_cursor" else 422, code)


async def test_what_takes_too_long_to_look_up_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(*_: object) -> list[Row]:
        raise TooBroad

    monkeypatch.setattr(web.replica.models, "search", endless)

    found = await asked(web, "ship")
    assert (found["http"], found["code"]) == (422, "too_broad")


async def test_a_text_without_words_is_not_kept(web: Web) -> None:
    Chat(web, 0).says("🙂").says("")
    assert web.replica.models.of(said_rows) == {}


async def test_a_message_that_comes_again_changes_nothing(web: Web) -> None:
    chat = Chat(web, 0).says("ship")
    before = dict(web.replica.models.of(said_rows))
    chat.version -= 1
    chat.says("ship")

    assert web.replica.models.of(said_rows) == before


FLAGGED = [
    ({"missed": True}, {"missed": True}),
    ({"unread": 3}, {"unread": True}),
    ({"visitor_left": True}, {"visitor_left": True}),
]


@pytest.mark.parametrize(("row", "query"), FLAGGED)
async def test_a_folders_list_can_be_narrowed(web: Web, row: dict[str, Any], query: dict[str, Any]) -> None:
    for number in range(6):
        Chat(web, number).moves(started_at=after(number), generation=2, **(row if number % 2 else {}))

    async def listed(**more: Any) -> list[int]:
        seen, cursor = list[int](), dict[str, str]()
        while True:
            params = {"limit": 2, **more, **cursor}
            answer = await web.client.get("/folders/unassigned", params=params, headers=web._headers(ada))
            seen += numbers(answer.json())
            if answer.json()["next"] is None:
                return seen
            cursor = {"cursor": answer.json()["next"]}

    assert await listed(**query) == [5, 3, 1]
    assert await listed(**dict.fromkeys(query, False)) == [5, 4, 3, 2, 1, 0]
    others: Iterable[str] = {"missed", "unread", "visitor_left"} - query.keys()
    assert await listed(**query, **dict.fromkeys(others, True)) == []
