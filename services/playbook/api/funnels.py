"""Funnels over HTTP: what became of the visits to a playbook, version by version and card by card."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.chassis.http import Cursor, EditorAsk, Id, Limit, Page
from services.playbook.api.playbooks import VERSIONS_MAX
from services.playbook.queries.funnels import CardFunnel, VersionFunnel, page_of_funnel, page_of_funnels

router = APIRouter()


@router.get("/playbooks/{playbook_id}/funnels")
async def list_funnels(
    playbook_id: Id, ask: EditorAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[VersionFunnel]:
    """The versions that were ever walked, the newest first, and what became of the visits to each."""
    return await page_of_funnels(ask.ports, ask.workspace_id, playbook_id, cursor, limit)


@router.get("/playbooks/{playbook_id}/funnels/{published}")
async def read_funnel(
    playbook_id: Id,
    published: Annotated[int, Path(ge=1, le=VERSIONS_MAX)],
    ask: EditorAsk,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CardFunnel]:
    """The cards of a version, also a past one, to which visits came, by id: how many, and how they went on."""
    return await page_of_funnel(ask.ports, ask.workspace_id, playbook_id, published, cursor, limit)
