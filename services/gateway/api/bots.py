"""Who speaks for a playbook, for those who read what was said."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.chassis.decider import NotFound
from services.chassis.http import AgentAsk, Id
from services.gateway.queries import widget

router = APIRouter(prefix="/playbooks")


class Bot(BaseModel):
    """Whoever speaks until an agent comes, as the playbook's look names them now."""

    name: str


@router.get("/{playbook_id}/bot")
async def get_bot(playbook_id: Id, ask: AgentAsk) -> Bot:
    """What the playbook's bot is called, as its visitors read it."""
    found = await widget.installed(ask.reader, ask.workspace_id, playbook_id)
    if found is None:
        raise NotFound("playbook")
    return Bot(name=found.look["bot_name"])
