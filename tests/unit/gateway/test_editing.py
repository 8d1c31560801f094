"""Who edits a playbook: others who have it open are told, with the card that is selected, and nobody else is."""

from typing import Any

import pytest
from fastapi import FastAPI

from contracts.ids import derived_id
from contracts.signals import Viewing
from services.gateway.sockets import viewing
from services.gateway.sockets.viewing import VIEWING_COUNTS, Viewers
from tests.unit.gateway.client import Client, Closed, authorise, screens
from tests.unit.gateway.examples import ADA, BOB, CONVERSATION, T0, WORKSPACE, ada, after, stranger, visitor
from tests.unit.gateway.test_typing import Gateways, apps, bob, gateways, quiet

__all__ = ["apps", "gateways"]

SHOP = derived_id("shop")
OTHER = derived_id("corner")
editor_ada = ada.model_copy(update={"role": "editor"})
owner_bob = bob.model_copy(update={"role": "owner"})


def frame(playbook_id: str = SHOP, **agents: str | None) -> dict[str, Any]:
    ids = {"Ada": ADA, "Bob": BOB}
    told = [{"agent_id": ids[name], "name": name, "card_id": card} for name, card in agents.items()]
    return {"type": "editing", "playbook_id": playbook_id, "agents": told}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "VIEW_EVERY_S", 0.0)


async def edits(client: Client, playbook_id: str | None = SHOP, card_id: str | None = None) -> None:
    await client.send(type="edit", playbook_id=playbook_id, card_id=card_id)


async def test_editors_are_told_who_else_is_there_and_at_which_card(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with screens(apps, authorise, (0, gateways.one, editor_ada), (1, gateways.other, owner_bob)) as (
        a,
        b,
    ):
        await edits(a)
        await quiet(a)
        await edits(b, card_id="welcome")
        assert await b.next() == frame(Ada=None)
        assert await a.next() == frame(Bob="welcome")
        await edits(a, card_id="goodbye")
        assert await b.next() == frame(Ada="goodbye")
        await edits(b, OTHER)
        assert await a.next() == frame()
        await edits(b)
        assert await b.next() == frame(Ada="goodbye")
        assert await a.next() == frame(Bob=None)
        await b.go()
        assert await a.next() == frame()
        await edits(a, None)
        await quiet(a)


async def test_who_has_left_the_playbook_is_told_nothing_more(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    async with screens(apps, authorise, (0, gateways.one, editor_ada), (0, gateways.one, owner_bob)) as (
        a,
        b,
    ):
        await edits(a)
        await edits(a, None)
        await edits(b)
        await quiet(a)
        await quiet(b)


async def test_whoever_looks_at_a_chat_beside_it_is_seen_in_both(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    viewers = Viewers()
    both = Viewing(
        workspace_id=WORKSPACE,
        agent_id=ADA,
        agent_name="Ada",
        socket="a",
        conversation_id=CONVERSATION,
        playbook_id=SHOP,
        card_id="welcome",
        at=T0,
    )
    assert set(viewers.hear(both, T0)) == {(WORKSPACE, CONVERSATION), (WORKSPACE, SHOP)}
    assert viewers.hear(both.model_copy(update={"card_id": "goodbye", "at": after(1)}), after(1))
    assert viewers.seen((WORKSPACE, SHOP)) == {ADA: ("Ada", "goodbye")}
    gone = viewers.sweep(after(2) + VIEWING_COUNTS)
    assert set(gone) == {(WORKSPACE, CONVERSATION), (WORKSPACE, SHOP)}
    assert not viewers._sockets


async def test_agents_visitors_and_other_workspaces_hear_nothing(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI]
) -> None:
    owner = stranger.model_copy(update={"role": "owner"})
    at = ((0, gateways.one, editor_ada), (0, gateways.one, bob), (0, gateways.one, owner))
    async with screens(apps, authorise, *at) as (a, agent, elsewhere):
        await edits(agent)
        assert (await agent.next())["code"] == "forbidden"
        await edits(elsewhere)
        await edits(a)
        for client in (a, agent, elsewhere):
            await quiet(client)
    async with screens(apps, authorise, (0, gateways.one, visitor)) as (panel,):
        await edits(panel)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await panel.until("ready")


@pytest.mark.parametrize("more", [{}, {"playbook_id": "x"}, {"playbook_id": SHOP, "card_id": "No card!"}])
async def test_a_frame_that_does_not_fit_ends_the_socket(
    gateways: Gateways, apps: tuple[FastAPI, FastAPI], more: dict[str, Any]
) -> None:
    async with screens(apps, authorise, (0, gateways.one, editor_ada)) as (a,):
        await a.send(type="edit", **more)
        with pytest.raises(Closed, match="4400 bad_frame"):
            await a.until("ready")
