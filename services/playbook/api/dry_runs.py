"""Dry runs over HTTP: what a draft, or any version, would have made of visits from before. Nothing comes of it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.chassis.http import Body, EditorAsk, Id
from services.playbook.api.playbooks import Published
from services.playbook.decider.dry_run import DryRun
from services.playbook.queries import flow_of_version, playbook_now
from services.playbook.queries.history import DryRuns

VISITS_MAX = 5_000
VISITS = 1_000

router = APIRouter()


class DryRunBody(Body):
    """How many of the playbook's last visits are walked again, and through which version; without one, the draft."""

    published: Published | None = None
    visits: Annotated[int, Field(ge=1, le=VISITS_MAX)] = VISITS


@router.post("/playbooks/{playbook_id}/dry-runs")
async def try_on_past_visits(playbook_id: Id, body: DryRunBody, ask: EditorAsk) -> DryRun:
    """Walks visits from before again, with the answers that were given then; a workspace has one run at a time."""
    flow = (
        await flow_of_version(ask.ports, ask.workspace_id, playbook_id, body.published)
        if body.published
        else (await playbook_now(ask.ports, ask.workspace_id, playbook_id)).draft
    )
    runs: DryRuns = ask.ports.own["dry_runs"]
    return await runs.run(ask.ports, ask.workspace_id, playbook_id, flow, body.visits)
