"""Who may ask, what a repeated request does, and how lists are paged."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.http import KEY_CHARS_MAX, PAGE_MAX, BadRequest, cursor_of, read_cursor
from services.chassis.tokens import Caller
from tests.unit.renaming import AGENT, EDITOR, OTHER_ID, OWNER, VISITOR, World, code

NOBODY = None


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/agents-only", {OWNER, EDITOR, AGENT}),
        ("/editors-only", {OWNER, EDITOR}),
        ("/visitors-only", {VISITOR}),
        ("/everyone", {OWNER, EDITOR, AGENT, VISITOR}),
    ],
)
async def test_every_kind_of_access_lets_in_whom_it_names(
    world: World, path: str, allowed: set[Caller]
) -> None:
    for caller in (OWNER, EDITOR, AGENT, VISITOR):
        answer = await world.ask(caller, "GET", path)
        assert answer.status_code == (200 if caller in allowed else 403), caller


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "x", "bearer  ", "Bearer a b c"]
)
async def test_without_a_token_that_counts_nobody_gets_in(world: World, header: str) -> None:
    answer = await world.ask(NOBODY, "GET", "/everyone", authorization=header)

    assert code(answer) == (401, "unauthorised")


async def test_a_repeated_request_changes_nothing_and_gets_the_first_answer(world: World) -> None:
    first = await world.rename("Shop", "k1")
    await world.rename("Home", "k2")
    again = await world.rename("Shop", "k1")

    assert again.json() == {**first.json(), "repeated": True}
    assert first.json()["repeated"] is False
    assert world.events == 2


async def test_a_key_belongs_to_its_request(world: World) -> None:
    await world.rename("Shop", "k1")

    assert code(await world.rename("Home", "k1")) == (422, "idempotency_key_reused")
    assert code(await world.rename("Shop", "k1", playbook_id=OTHER_ID)) == (422, "idempotency_key_reused")
    assert world.events == 1


@pytest.mark.parametrize("other", [AGENT, VISITOR, OWNER.model_copy(update={"workspace_id": "w-2"})])
async def test_a_key_is_its_callers_own(world: World, other: Caller) -> None:
    first = await world.rename("Shop", "k1")
    second = await world.rename("Home", "k1", other, OTHER_ID)

    assert second.is_success
    assert second.json()["ids"] != first.json()["ids"]


async def test_without_a_key_every_request_is_a_new_one(world: World) -> None:
    first, second = await world.rename("Shop", None), await world.rename("Home", None)

    assert first.json()["ids"] != second.json()["ids"]
    assert (second.json()["version"], second.json()["repeated"]) == (2, False)


@pytest.mark.parametrize("key", ["", "k" * (KEY_CHARS_MAX + 1), "a b", "a\tb", "tab\t"])
async def test_a_key_is_a_few_visible_characters(world: World, key: str) -> None:
    assert code(await world.rename("Shop", key)) == (400, "bad_idempotency_key")
    assert world.events == 0


async def test_a_key_in_other_letters_is_refused(world: World) -> None:
    headers: Any = {"idempotency-key": "schlüssel".encode()}

    assert code(await world.ask(OWNER, "GET", "/everyone", **headers)) == (400, "bad_idempotency_key")


async def test_a_key_may_have_the_most_characters(world: World) -> None:
    assert (await world.rename("Shop", "~" * KEY_CHARS_MAX)).is_success


@pytest.mark.parametrize("limit", ["0", "-1", str(PAGE_MAX + 1), "x", "1e1", "", "9" * 400])
async def test_a_page_has_a_bounded_number_of_items(world: World, limit: str) -> None:
    assert code(await world.ask(OWNER, "GET", f"/everyone?limit={limit}")) == (422, "invalid")


# What no column can hold is in no keyset: NUL, and halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.integers(-(2**63), 2**63) | TEXTS, max_size=4))
def test_a_cursor_tells_the_keyset_that_it_was_made_of(keyset: list[Any]) -> None:
    assert read_cursor(cursor_of(keyset), len(keyset)) == keyset


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "é",
        "W10",
        cursor_of(["one"]),
        cursor_of(["a", "b", "c"]),
        cursor_of(["a", "\0"]),
        "WyJcdWQ4MDAiLDFd",
        "WzEuNSwxXQ",
        "W251bGwsMV0",
        "W1tdLDFd",
        "e30",
        "W1tbW1tb",
        "/w==",
    ],
)
def test_a_cursor_that_this_list_did_not_give_out_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_cursor(cursor, 2)

    assert (refused.value.status, refused.value.code) == (400, "bad_cursor")


@given(st.text(max_size=512))
def test_no_text_is_anything_but_a_cursor_or_a_bad_one(text: str) -> None:
    with suppress(BadRequest):
        read_cursor(text, 1)
