"""Playbooks over HTTP: made, named, given a look, published, rolled back, switched on and off, carried elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from contracts.flow import WAIT_TIME_S_MAX, WAIT_TIME_S_MIN, Flow
from contracts.ids import stream
from contracts.look import Language, Look
from contracts.playbook import NAME_CHARS_MAX
from contracts.playbook_document import PlaybookDocument
from services.chassis.http import Accepted, Ask, Body, Cursor, EditorAsk, Id, Limit, Page
from services.playbook.api.made import MadeOn
from services.playbook.commands.playbook import (
    ActivatePlaybook,
    ArchivePlaybook,
    ChangeLook,
    CreatePlaybook,
    DeactivatePlaybook,
    ImportPlaybook,
    PlaybookCommand,
    PublishPlaybook,
    RenamePlaybook,
    RollBackPlaybook,
    SetSites,
)
from services.playbook.decider.playbook import DECIDER as PLAYBOOK
from services.playbook.decider.playbook_state import Playbook
from services.playbook.decider.problems import FlowProblem, problems
from services.playbook.queries import (
    ListedPlaybook,
    ListedVersion,
    document_of,
    flow_of_version,
    page_of_playbooks,
    page_of_versions,
    playbook_now,
    snippet_of,
)
from services.playbook.template import WAIT_TIME_S, Template

SITES_MAX = 50
VERSIONS_MAX = 1_000_000

router = APIRouter()

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS_MAX, strip_whitespace=True)]
Site = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Published = Annotated[int, Field(ge=1, le=VERSIONS_MAX)]


def exact(model: type[BaseModel]) -> BeforeValidator:
    """Reads what was sent as this model. Unknown fields, which readers of events ignore, are mistakes here."""
    return BeforeValidator(lambda given: model.model_validate(given, extra="forbid"))


class CreateBody(Body):
    """A new playbook. `wait_time_s` is in seconds."""

    name: Name
    template: Template = "live_chat"
    wait_time_s: int = Field(default=WAIT_TIME_S, ge=WAIT_TIME_S_MIN, le=WAIT_TIME_S_MAX)
    language: Language = "en"


class DocumentBody(Body):
    """A playbook as an export wrote it."""

    document: Annotated[PlaybookDocument, exact(PlaybookDocument)]


class NameBody(Body):
    """Another name."""

    name: Name


class LookBody(Body):
    """Another look, whole."""

    look: Annotated[Look, exact(Look)]


class SitesBody(Body):
    """The origins that may load the widget, e.g. "https://www.example.com"."""

    sites: list[Site] = Field(max_length=SITES_MAX)


class PublishBody(Body):
    """A word about what changed."""

    note: Annotated[str, StringConstraints(max_length=500)] = ""


class RollBackBody(Body):
    """The number of the version that new visits walk from now on."""

    published: Published


class Problems(BaseModel):
    """What keeps the draft from being published; `version` is the playbook's."""

    version: int
    problems: list[FlowProblem]


class Snippet(BaseModel):
    """The text that a site puts into its pages, once, anywhere."""

    snippet: str


async def carry_out(ask: Ask, playbook_id: str, command: PlaybookCommand, /, **ids: str) -> Accepted:
    """The command on this playbook; `version` in the answer is the playbook's, for the next If-Match."""
    return await ask.execute(PLAYBOOK, stream("playbook", playbook_id), command, **ids)


@router.post("/playbooks", status_code=201)
async def create_playbook(body: CreateBody, ask: EditorAsk) -> Accepted:
    """Makes a playbook from a template; it is a draft until it is published."""
    playbook_id = ask.new_id("playbook")
    command = CreatePlaybook(
        playbook_id=playbook_id,
        name=body.name,
        template=body.template,
        wait_time_s=body.wait_time_s,
        language=body.language,
        by=ask.caller.id,
        at=ask.now,
    )
    return await carry_out(ask, playbook_id, command, playbook_id=playbook_id)


@router.post("/playbooks/import", status_code=201)
async def import_playbook(body: DocumentBody, ask: EditorAsk) -> Accepted:
    """Makes a playbook from a document; it is a draft until it is published."""
    playbook_id = ask.new_id("playbook")
    command = ImportPlaybook(playbook_id=playbook_id, document=body.document, by=ask.caller.id, at=ask.now)
    return await carry_out(ask, playbook_id, command, playbook_id=playbook_id)


@router.get("/playbooks")
async def list_playbooks(ask: EditorAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[ListedPlaybook]:
    """The workspace's playbooks, the last changed first."""
    return await page_of_playbooks(ask.reader, ask.workspace_id, cursor, limit)


@router.get("/playbooks/{playbook_id}")
async def read_playbook(playbook_id: Id, ask: EditorAsk, response: Response) -> Playbook:
    """One playbook with its draft; the header ETag is its version, for If-Match."""
    playbook = await playbook_now(ask.ports, ask.workspace_id, playbook_id)
    response.headers["etag"] = f'"{playbook.version}"'
    return playbook


@router.get("/playbooks/{playbook_id}/problems")
async def read_problems(playbook_id: Id, ask: EditorAsk) -> Problems:
    """All that keeps the draft from being published, each by its card."""
    playbook = await playbook_now(ask.ports, ask.workspace_id, playbook_id)
    return Problems(version=playbook.version, problems=problems(playbook.draft))


@router.get("/playbooks/{playbook_id}/versions")
async def list_versions(
    playbook_id: Id, ask: EditorAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedVersion]:
    """The published versions, the newest first."""
    return await page_of_versions(ask.ports, ask.workspace_id, playbook_id, cursor, limit)


@router.get("/playbooks/{playbook_id}/flow")
async def read_flow(
    playbook_id: Id, ask: EditorAsk, published: Annotated[int | None, Query(ge=1, le=VERSIONS_MAX)] = None
) -> Flow:
    """The flow of a published version, or of the draft."""
    if published is None:
        return (await playbook_now(ask.ports, ask.workspace_id, playbook_id)).draft
    return await flow_of_version(ask.ports, ask.workspace_id, playbook_id, published)


@router.get("/playbooks/{playbook_id}/export", response_model_exclude_none=True)
async def export_playbook(playbook_id: Id, ask: EditorAsk) -> PlaybookDocument:
    """Name, look, draft and privacy text as a document."""
    return await document_of(ask.ports, ask.workspace_id, playbook_id)


@router.get("/playbooks/{playbook_id}/snippet")
async def read_snippet(playbook_id: Id, ask: EditorAsk) -> Snippet:
    """What a site puts into its pages to show the widget."""
    await playbook_now(ask.ports, ask.workspace_id, playbook_id)
    return Snippet(snippet=snippet_of(ask.ports, ask.workspace_id, playbook_id))


@router.post("/playbooks/{playbook_id}/name")
async def rename_playbook(playbook_id: Id, body: NameBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Gives the playbook another name."""
    return await carry_out(ask, playbook_id, RenamePlaybook(name=body.name, **made))


@router.post("/playbooks/{playbook_id}/look")
async def change_look(playbook_id: Id, body: LookBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Gives the widget another look, at once."""
    return await carry_out(ask, playbook_id, ChangeLook(look=body.look, **made))


@router.post("/playbooks/{playbook_id}/sites")
async def set_sites(playbook_id: Id, body: SitesBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Replaces the list of sites that may load the widget."""
    return await carry_out(ask, playbook_id, SetSites(sites=tuple(body.sites), **made))


@router.post("/playbooks/{playbook_id}/publish")
async def publish_playbook(playbook_id: Id, body: PublishBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Makes the draft the version that new visits walk; refused with all that is wrong with it."""
    return await carry_out(ask, playbook_id, PublishPlaybook(note=body.note, **made))


@router.post("/playbooks/{playbook_id}/rollback")
async def roll_back_playbook(playbook_id: Id, body: RollBackBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Lets new visits walk an older version again; the draft stays as it is."""
    return await carry_out(ask, playbook_id, RollBackPlaybook(published=body.published, **made))


@router.post("/playbooks/{playbook_id}/activate")
async def activate_playbook(playbook_id: Id, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Takes visits from now on."""
    return await carry_out(ask, playbook_id, ActivatePlaybook(**made))


@router.post("/playbooks/{playbook_id}/deactivate")
async def deactivate_playbook(playbook_id: Id, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Takes no new visits."""
    return await carry_out(ask, playbook_id, DeactivatePlaybook(**made))


@router.post("/playbooks/{playbook_id}/archive")
async def archive_playbook(playbook_id: Id, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Puts the playbook away for good: no new visits, no changes."""
    return await carry_out(ask, playbook_id, ArchivePlaybook(**made))
