"""Documents that were made to do harm are refused, with the place that is wrong."""

import json
from typing import Any

import httpx
import pytest

from services.chassis.app import application
from services.chassis.tokens import Caller, Signer, Verifier, new_private_key, read_private_key
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, TEMPLATE
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
KEY = read_private_key(new_private_key())


async def carried_in(body: bytes) -> httpx.Response:
    """The answer to these bytes as a document; nothing may have been recorded where it is refused."""
    world = World(SERVICE)
    token, _ = Signer("test", KEY).sign(EDITOR, world.clock.now())
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    app = application(SERVICE, world.ports, Verifier({"test": KEY.public_key()}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://livechat") as client:
        answer = await client.post("/playbooks/import", content=body, headers=headers)
    assert answer.is_success or world.events == []
    return answer


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

    assert (await carried_in(json.dumps(document(cards={"hm": hm})).encode())).status_code == 201


async def test_a_document_that_is_larger_than_any_is_refused() -> None:
    texts = {f"c{n}": {"kind": "end", "text": "x" * 2_000} for n in range(290)}

    answer = await carried_in(json.dumps(document(cards=texts)).encode())

    assert answer.status_code == 413
