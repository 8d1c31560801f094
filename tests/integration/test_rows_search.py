"""Rows found by their words: PostgreSQL and the in-memory twin alike, and in PostgreSQL by the index alone."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, DateTime, Index, Integer, Text

from contracts.ids import derived_id
from contracts.topics import CONVERSATION_EVENTS
from services.chassis import reader
from services.chassis.keyset import BadKeyset, page_statement
from services.chassis.models import ReadModel, table
from services.chassis.ports import Row
from services.chassis.words import TooBroad, asked_by, tsquery, vector
from tests.integration.sample_rows import Twin, rows_under_test
from tests.sample_inbox import OTHER_WORKSPACE, T0, WORKSPACE

SAID = table(
    "sample_words",
    "said",
    Column("chat", Text),
    Column("version", Integer),
    Column("started_at", DateTime(timezone=True)),
    Column("words", Text),
    Index("said_by_start", "workspace_id", "started_at", "chat", "version"),
    key=("chat", "version"),
    words="words",
)
MODEL = ReadModel("sample_words", 1, CONVERSATION_EVENTS, (SAID,), lambda _: (), lambda *_: None)
NEWEST, LATEST = ("-started_at", "-chat"), ("-version",)
MESSAGES, PLACES_IN_CHAT = 100_000, 20


@pytest.fixture(params=["memory", "simulated", pytest.param("postgres", marks=pytest.mark.real)])
async def twin(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Twin]:
    servers = request.getfixturevalue("infrastructure") if request.param == "postgres" else None
    async with rows_under_test(servers, unique, simulated=request.param == "simulated", model=MODEL) as made:
        yield made


def said(chat: int, version: int, text: str, workspace_id: str = WORKSPACE) -> Row:
    return {
        "workspace_id": workspace_id,
        "chat": f"c{chat:03}",
        "version": version,
        "started_at": T0 + timedelta(minutes=chat // 2),
        "words": vector(workspace_id, text),
    }


async def found(twin: Twin, words: str, **more: Any) -> list[tuple[str, int]]:
    rows = await twin.reader.search(WORKSPACE, SAID, asked_by(words), NEWEST, LATEST, **more)
    return [(row["chat"], row["version"]) for row in rows]


TEXTS = [
    "Do you ship to Brazil?",
    "We do ship, to São Paulo, in three days.",
    "Envie para anna.petrov@example.com, s'il vous plaît",
    "発送はブラジルまで三日です",
    "Доставка в Бразилию: три дня!",
    "ship ship ship",
    "'quoted' \\ back & | ! <-> :* (brackets)",
    "ﬁne ＷＩＤＥ letters, Straße, ½ price",
    "Don't ship",
]
ASKED = [
    ("ship", {0, 1, 5, 8}),
    ("SHIP brazil", {0}),
    ("brazil ship", {0}),
    ("braz", {0}),
    ("ship br", {0}),
    ("br ship", set()),
    ('"ship to" ', {0, 1}),
    ('"to ship"', set()),
    ('"shi"', set()),
    ("sao paulo", {1}),
    ("São", {1}),
    ("plait", {2}),
    ("anna.petrov@example.com", {2}),
    ("petrov@exam", {2}),
    ("example anna", {2}),
    ("ブラジル", {3}),
    ("ブジラル", set()),
    ("三日", {3}),
    ("бразилию", {4}),
    ("дня доставка", {4}),
    ("ship -brazil -don't", {1, 5}),
    ('ship -"to brazil"', {1, 5, 8}),
    ("brazil or paulo", {0, 1}),
    ("three days or wide letters", {1, 7}),
    ("fine wide", {7}),
    ("strasse", {7}),
    ("or", set()),
    ("brack", {6}),
    ("' \\ & | ! <-> :* quoted", {6}),
    ("s", {2}),
    ("x" * 100, set()),
]


@pytest.mark.parametrize(("words", "expected"), ASKED)
async def test_what_is_asked_for_is_found(twin: Twin, words: str, expected: Iterable[int]) -> None:
    await twin.put(*(said(chat, 1, text) for chat, text in enumerate(TEXTS)))

    assert {int(chat[1:]) for chat, _ in await found(twin, words)} == expected


async def test_of_each_chat_the_latest_is_found_and_the_newest_chats_come_first(twin: Twin) -> None:
    await twin.put(*(said(chat, version, "word") for chat in (1, 2, 3) for version in (1, 2)))
    await twin.put(said(2, 3, "other"), said(4, 1, "other"))

    assert await found(twin, "word") == [("c003", 2), ("c002", 2), ("c001", 2)]
    assert await found(twin, "word or other", limit=2) == [("c004", 1), ("c003", 2)]


async def test_pages_together_are_all_that_is_found_once(twin: Twin) -> None:
    await twin.put(*(said(chat, version, "word") for chat in range(11) for version in range(1, 4)))

    seen, after = list[str](), None
    while rows := await twin.reader.search(
        WORKSPACE, SAID, asked_by("word"), NEWEST, LATEST, after=after, limit=3
    ):
        seen += [row["chat"] for row in rows]
        after = [str(rows[-1]["started_at"]), rows[-1]["chat"]]

    assert seen == [f"c{chat:03}" for chat in reversed(range(11))]


async def test_other_workspaces_are_not_looked_through(twin: Twin) -> None:
    # Beginning with the same letters, so that its words stand beneath the same name.
    alike = WORKSPACE[:8] + OTHER_WORKSPACE[8:]
    await twin.put(said(1, 1, "word"), said(2, 1, "word", OTHER_WORKSPACE), said(3, 1, "word", alike))

    assert await found(twin, "word") == [("c001", 1)]


async def test_an_erased_text_is_found_no_more(twin: Twin) -> None:
    await twin.put(said(1, 1, "secret"))
    await twin.put(said(1, 1, "[erased]"))

    assert await found(twin, "secret") == []


async def test_a_keyset_of_another_list_is_refused(twin: Twin) -> None:
    with pytest.raises(BadKeyset):
        await found(twin, "word", after=["yesterday", "c001"])


async def filled(connection: psycopg.AsyncConnection[Any]) -> None:
    """Many messages, half of them another workspace's: all say one word, some another, one a third."""
    columns = ", ".join(SAID.columns.keys())
    async with connection.cursor().copy(f"COPY sample_words.said ({columns}) FROM STDIN") as copy:
        for number in range(MESSAGES):
            workspace_id, place = (WORKSPACE, OTHER_WORKSPACE)[number % 2], number // 2
            row = said(
                place // PLACES_IN_CHAT,
                place,
                f"often some{place % 500} word{place} next{place}",
                workspace_id,
            )
            await copy.write_row(tuple(row[column.name] for column in SAID.columns))
    await connection.execute("VACUUM ANALYZE sample_words.said")


async def plan(app: psycopg.AsyncConnection[Any], words: str, limit: int) -> str:
    """How PostgreSQL goes about it, as the service's own role."""
    statement = page_statement(SAID, (), frozenset(), frozenset(), NEWEST, False, True, LATEST)
    async with app.transaction():
        for name, value in (("workspace", WORKSPACE), ("words", tsquery(WORKSPACE, asked_by(words)))):
            await app.execute("SELECT set_config(%s, %s, true)", (f"app.{name}", value))
        asked = {"workspace_id": WORKSPACE, "limit": limit}
        rows = await (await app.execute(f"EXPLAIN {statement}", asked, prepare=False)).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.mark.real
@pytest.mark.parametrize("twin", ["postgres"], indirect=True)
async def test_among_many_messages_an_index_leads_to_what_is_found(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert twin.urls is not None
    async with await psycopg.AsyncConnection.connect(twin.urls.worker, autocommit=True) as worker:
        await filled(worker)
    async with await psycopg.AsyncConnection.connect(twin.urls.app, autocommit=True) as app:
        for words in (
            "word4711",
            "word471",
            '"word4711 next4711"',
            "often word4711",
            "some77",
            "word1 or word2",
        ):
            assert "said_by_words" in await plan(app, words, 51), words
        # What everybody says is found sooner by going back from the newest.
        assert "said_by_start" in await plan(app, "often", 51)

    assert await found(twin, '"word4711"') == [("c235", 4711)]
    assert len(await found(twin, "some77", limit=200)) == MESSAGES // 2 // 500
    assert await found(twin, derived_id("nobody")) == []
    monkeypatch.setattr(reader, "SEARCH_LIMIT_MS", 1)
    with pytest.raises(TooBroad):
        await found(twin, "often -word4711", limit=10_000)
