"""A playbook beside another: copies, differences between its versions, and the form of its documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from contracts.playbook_document import document_schema
from services.chassis.http import Accepted, Body, EditorAsk, Id
from services.playbook.api.made import MadeOn
from services.playbook.api.playbooks import VERSIONS_MAX, Name, carry_out
from services.playbook.commands.playbook import ImportPlaybook, RestoreVersion
from services.playbook.decider.difference import Difference
from services.playbook.queries import difference_of, document_of, flow_of_version

router = APIRouter()

Number = Annotated[int | None, Query(ge=1, le=VERSIONS_MAX)]
Published = Annotated[int, Path(ge=1, le=VERSIONS_MAX, description="A version's number.")]


class CopyBody(Body):
    """What the copy is called."""

    name: Name


@router.post("/playbooks/{playbook_id}/duplicate", status_code=201)
async def duplicate_playbook(playbook_id: Id, body: CopyBody, ask: EditorAsk) -> Accepted:
    """Makes a playbook with this one's look, draft and privacy text; it is installed nowhere, and a draft."""
    document = await document_of(ask.ports, ask.workspace_id, playbook_id)
    copy_id = ask.new_id("playbook")
    command = ImportPlaybook(
        playbook_id=copy_id,
        document=document.model_copy(update={"name": body.name}),
        by=ask.caller.id,
        at=ask.now,
    )
    return await carry_out(ask, copy_id, command, playbook_id=copy_id)


@router.post("/playbooks/{playbook_id}/versions/{published}/restore")
async def restore_version(playbook_id: Id, published: Published, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Puts a published version's flow into the draft, as one edit, which can be undone; visits walk what they did."""
    flow = await flow_of_version(ask.ports, ask.workspace_id, playbook_id, published)
    return await carry_out(ask, playbook_id, RestoreVersion(published=published, flow=flow, **made))


@router.get("/playbooks/{playbook_id}/difference")
async def read_difference(
    playbook_id: Id, ask: EditorAsk, before: Number = None, after: Number = None
) -> Difference:
    """What differs between two published versions, card by card.

    Without `after` it is the draft that is compared, without `before` with what visits walk now.
    """
    return await difference_of(ask.ports, ask.workspace_id, playbook_id, before, after)


@router.get("/playbook-schema")
async def read_schema(ask: EditorAsk) -> dict[str, Any]:
    """The JSON Schema of the documents that `export` writes and `import` reads."""
    return document_schema()
