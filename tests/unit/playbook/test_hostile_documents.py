"""Documents that were made to do harm are refused, with the place that is wrong."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import jsonschema
import pytest
from pydantic import ValidationError

from contracts.conditions import CapturedIs
from contracts.playbook_document import document_schema
from services.chassis.app import application
from services.chassis.tokens import Caller, Signer, Verifier, new_private_key, read_private_key
from services.playbook.api.playbooks import DocumentBody
from services.playbook.service import SERVICE
from tests.proof import count
from tests.unit.playbook.examples import AGENT, LONG, TEMPLATE, condition, free
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
WRONG: tuple[Any, ...] = (None, 7, -1.5, True, "x" * 3_000, "<b>", [], [[]], {}, {"kind": "end"})
CARDS: dict[str, Any] = {
    "ask": LONG.cards["menu"].model_dump(mode="json")
    | {"choices": [{"choice_id": "a", "label": "A", "next": "goodbye"}]},
    "size": free("choice", next_="goodbye").model_dump(mode="json"),
    "known": condition(CapturedIs(field="size", compare="known"), "goodbye", otherwise="goodbye").model_dump(
        mode="json"
    ),
    "rich": {"kind": "qualify", "qualified": True, "next": "goodbye"},
    "deal": {
        "kind": "action",
        "follow_up": "deal",
        "deal_value_minor": 100,
        "currency": "EUR",
        "next": "goodbye",
    },
    "said": {
        "kind": "message",
        "text": "A",
        "body": [{"kind": "paragraph", "runs": [{"text": "A", "bold": True}]}],
        "next": "goodbye",
    },
}
KEY = read_private_key(new_private_key())


async def carried_in(body: bytes, then: str | None = None) -> httpx.Response:
    """The answer to these bytes as a document, or to what is asked of its playbook then; nothing may have been recorded
    where it is refused."""
    world = World(SERVICE)
    token, _ = Signer("test", KEY).sign(EDITOR, world.clock.now())
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    app = application(SERVICE, world.ports, Verifier(lambda: {"test": KEY.public_key()}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://livechat") as client:
        answer = await client.post("/playbooks/import", content=body, headers=headers)
        assert answer.is_success or world.events == []
        if then is not None:
            playbook_id = answer.json()["ids"]["playbook_id"]
            return await client.post(f"/playbooks/{playbook_id}/{then}", json={}, headers=headers)
    return answer


def places(told: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where anything stands in a document."""
    within = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for name, value in within:
        yield (*path, name)
        yield from places(value, (*path, name))


def with_other(told: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The document, with this value at that place."""
    changed = copy.deepcopy(told)
    inner: Any = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return changed


def document(**changes: Any) -> dict[str, Any]:
    flow: dict[str, Any] = TEMPLATE.model_dump(mode="json")
    flow["cards"] |= changes.pop("cards", {})
    told = {"format": "livechat.playbook.v1", "name": "Carried in", "flow": flow}
    return {"document": {**told, **changes}}


async def test_a_good_document_is_taken() -> None:
    assert (await carried_in(json.dumps(document()).encode())).status_code == 201


@pytest.mark.parametrize("depth", [50, 500, 900, 5_000, 60_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
async def test_however_deep_a_document_is_it_is_refused(depth: int, pair: str) -> None:
    opened = "[" if pair == "[]" else '{"a":'
    deep = opened * depth + "1" + pair[1] * depth
    body = json.dumps(document(name="@")).replace('"@"', deep).encode()

    answer = await carried_in(body)

    assert answer.status_code in (400, 413, 422), answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": 7}, "document.name"),
        ({"name": None}, "document.name"),
        ({"flow": []}, "document.flow"),
        ({"cards": {"goodbye": {"kind": "end", "text": {"text": "Bye."}}}}, "document.flow.cards.goodbye"),
        ({"cards": {"goodbye": {"kind": "html", "text": "Bye."}}}, "document.flow.cards.goodbye"),
        (
            {"cards": {"goodbye": {"kind": "end", "text": "Bye.", "script": "1"}}},
            "document.flow.cards.goodbye",
        ),
        ({"cards": {"../x": {"kind": "end", "text": "Bye."}}}, "document.flow.cards"),
        (
            {"cards": {"goodbye": {"kind": "message", "text": "Bye.", "next": "nowhere"}}},
            "nowhere (by goodbye)",
        ),
        ({"cards": {f"c{n}": {"kind": "end", "text": "Bye."} for n in range(300)}}, "document.flow.cards"),
        ({"look": {"colour": "red;}"}}, "document.look.colour"),
        ({"owner": "me"}, "document.owner"),
        ({"format": "livechat.playbook.v9"}, "document.format"),
    ],
)
async def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], place: str) -> None:
    answer = await carried_in(json.dumps(document(**changes)).encode())

    assert answer.status_code == 422
    assert place in answer.text


async def test_cards_that_lead_in_a_circle_are_a_draft_that_cannot_be_published() -> None:
    hm = {"kind": "message", "text": "Hm.", "next": "hm"}
    body = json.dumps(document(cards={"hm": hm})).encode()

    refused = await carried_in(body, then="publish")

    assert (refused.status_code, refused.json()["code"]) == (409, "flow_not_walkable")
    assert ("hm", "circle") in {(one["card_id"], one["code"]) for one in refused.json()["errors"]}


async def test_whatever_stands_anywhere_is_taken_or_refused_with_its_place() -> None:
    good, chance = document(), Random(7)
    tries = [(path, value) for path in places(good) for value in WRONG]
    refused = 0
    for path, value in chance.sample(tries, min(len(tries), count(len(tries)))):
        answer = await carried_in(json.dumps(with_other(good, path, value)).encode())
        assert answer.status_code in (201, 422), (path, value, answer.text[:300])
        if answer.status_code == 422:
            refused += 1
            # A card that another one names is missed at the flow, and what is no card at the card.
            told = " ".join(one["where"] for one in answer.json()["errors"])
            inside = range(min(2, len(path)), len(path) + 1)
            assert any(".".join(map(str, path[:depth])) in told for depth in inside), (path, told)
    assert refused > 0


def _at(told: Any, path: tuple[str | int, ...]) -> Any:
    return _at(told[path[0]], path[1:]) if path else told


def hostile() -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Documents with something wrong or unknown at one place, for every place of one that has all kinds of cards: the
    name of the place, what stands there now, and the document."""
    good = document(cards=CARDS, look={"bot_name": "Bia"}, privacy={"text": "We keep it.", "asks": True})
    for path in ((), *places(good["document"])):
        for value in WRONG if path else ():
            yield path[-1], value, with_other(good, ("document", *path), value)["document"]
        if isinstance(_at(good["document"], path), dict) and path[-1:] != ("cards",):
            yield "unknown", 1, with_other(good, ("document", *path, "unknown"), 1)["document"]


def test_the_published_schema_takes_what_import_takes() -> None:
    taken, chance, tries = 0, Random(7), list(hostile())
    unknown = [one for one in tries if one[0] == "unknown"]
    validator = jsonschema.Draft202012Validator(document_schema())
    for name, value, told in [*unknown, *chance.sample(tries, count(len(tries)))]:
        why = ""
        try:
            DocumentBody.model_validate({"document": told})
            taken += 1
        except ValidationError as error:
            why = str(error)
        # What fields must be together, no schema says; and import makes texts of their form, and numbers of true.
        beyond = "Value error" in why if why else name == "text" or value is True
        assert validator.is_valid(told) == (not why) or beyond, (name, value, why)
        assert name != "unknown" or not validator.is_valid(told), told
    assert taken > 0


async def test_a_document_that_is_larger_than_any_is_refused() -> None:
    texts = {f"c{n}": {"kind": "end", "text": "x" * 2_000} for n in range(290)}

    answer = await carried_in(json.dumps(document(cards=texts)).encode())

    assert answer.status_code == 413
