"""Unfinished chats over HTTP: whether, and after how long, they become leads."""

from fastapi import APIRouter

from contracts.unfinished import UnfinishedAfterS
from services.chassis.http import Accepted, Body, EditorAsk, Id
from services.playbook.api.made import MadeOn
from services.playbook.api.playbooks import carry_out
from services.playbook.commands.playbook import SetUnfinishedChats

router = APIRouter()


class UnfinishedBody(Body):
    """After how many seconds; null: unfinished chats become no leads."""

    after_s: UnfinishedAfterS | None


@router.post("/playbooks/{playbook_id}/unfinished-chats")
async def set_unfinished_chats(
    playbook_id: Id, body: UnfinishedBody, ask: EditorAsk, made: MadeOn
) -> Accepted:
    """Makes a lead of chats that are left unfinished for so long; counts for visits that begin from now on."""
    return await carry_out(ask, playbook_id, SetUnfinishedChats(after_s=body.after_s, **made))
