"""Files over HTTP: sent as a raw body, answered with the token by which a message names it, and read."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from contracts.ids import stream
from services.chassis.decider import NotFound
from services.chassis.execution import state_of
from services.chassis.http import Ask, Id, ParticipantAsk
from services.chassis.ports import Ports
from services.chassis.tokens import FileTicket, Signer
from services.gateway import queries
from services.gateway.accounts.throttle import network_of
from services.gateway.accounts.visits import may_read
from services.gateway.commands import ReceiveFile
from services.gateway.decider import file
from services.gateway.files.kinds import NotTaken, type_of
from services.gateway.files.names import BadName, disposition, harmless, name_in
from services.gateway.files.receiving import FileRefused, Received, Receiving
from services.gateway.outbound import FileStore, Missing, place_of

FILES_PER_HOUR_MAX = 60
HOUR = timedelta(hours=1)
FILE_AGAIN_S = 60
"""So often, on the whole, an hour has room for another file."""
NOT_A_PAGE = "default-src 'none'; sandbox"

router = APIRouter()

_UPLOAD = re.compile(r"^/conversations/[^/]+/files$")
_RAW_BODY: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def is_upload(method: str, path: str) -> bool:
    """Whether the request's body is a file and not JSON."""
    return method == "POST" and _UPLOAD.match(path) is not None


class Uploaded(BaseModel):
    """A file that is kept. `attachment_token` names it in the same sender's messages to this chat, until it is over."""

    file_id: str
    name: str
    content_type: str
    size_bytes: int
    attachment_token: str
    attachment_token_expires_at: datetime


@router.post("/conversations/{conversation_id}/files", status_code=201, openapi_extra=dict(_RAW_BODY))
async def post_file(
    conversation_id: Id,
    ask: ParticipantAsk,
    request: Request,
    content_disposition: Annotated[str, Header(description="attachment; filename*=UTF-8''name")] = "",
) -> Uploaded:
    """Sends a file to a conversation: the raw body, at most 10 MB, of a type that its content tells."""
    visit_id, visitor_id = await _conversation(ask, conversation_id)
    # A repeat gets the first answer, whatever has become of the conversation since.
    if await ask.ports.store.answered(ask.workspace_id, ask.metadata.command_id) is None:
        await _refuse_in_vain(ask, conversation_id)
    sender = f"{ask.workspace_id}|{ask.caller.actor}"
    is_visitor, client = ask.caller.kind == "visitor", request.client
    visitors_at = network_of(client.host) if is_visitor and client else None
    async with _receiving(request).receive(request, sender, visitors_at) as received:
        content_type, name = await _checked(received, content_disposition)
        command = ReceiveFile(
            file_id=ask.new_id("file"),
            conversation_id=conversation_id,
            visit_id=visit_id,
            visitor_id=visitor_id,
            uploader=ask.caller.actor,
            name=name,
            content_type=content_type,
            size_bytes=received.size_bytes,
            sha256=received.sha256,
            at=ask.now,
        )
        await _kept(ask, command, received)
    return _uploaded(ask, command)


async def _conversation(ask: Ask, conversation_id: str) -> tuple[str, str]:
    """The visit and the visitor of a conversation in which the caller may write. Raises NotFound."""
    stream_id, caller = stream("conversation", conversation_id), ask.caller
    found = await queries.conversation(ask.reader, ask.workspace_id, stream_id)
    if found is None or (caller.kind == "visitor" and found["visit_id"] != caller.visit_id):
        raise NotFound("conversation")
    first = await queries.entries(ask.reader, ask.workspace_id, stream_id, 0, 1, for_visitor=False)
    told = first[0][1] if first else None
    if told is None or "visitor_id" not in told or found["visit_id"] is None:
        raise NotFound("conversation")
    return str(found["visit_id"]), str(told["visitor_id"])


async def _refuse_in_vain(ask: Ask, conversation_id: str) -> None:
    """Raises FileRefused where no message could bring the file, or where there were too many."""
    reader, workspace_id = ask.reader, ask.workspace_id
    if await queries.is_closed(reader, workspace_id, conversation_id):
        raise FileRefused(409, "closed", "The conversation is closed: it does not change any more.")
    if ask.caller.kind == "visitor" and await queries.is_blocked(reader, workspace_id, ask.caller.id):
        raise FileRefused(403, "blocked", "You cannot write here any more.")
    since = ask.now - HOUR
    if await queries.files_reached(reader, workspace_id, conversation_id, since, FILES_PER_HOUR_MAX):
        raise FileRefused(
            429,
            "too_many_files",
            f"A chat takes {FILES_PER_HOUR_MAX} files an hour.",
            retry_after_s=FILE_AGAIN_S,
        )


async def _checked(received: Received, content_disposition: str) -> tuple[str, str]:
    """The content's type and the name. Raises FileRefused."""
    try:
        content_type = await asyncio.to_thread(type_of, received.content)
        return content_type, harmless(name_in(content_disposition), content_type)
    except NotTaken as why:
        raise FileRefused(415, "type_not_taken", str(why)) from None
    except BadName as why:
        raise FileRefused(400, "bad_name", f"Content-Disposition cannot be read: {why}.") from None


async def _kept(ask: Ask, command: ReceiveFile, received: Received) -> None:
    """First the record by which the file is found whatever happens, then its bytes. Raises FileRefused or NotFound."""
    stream_id = stream("file", command.file_id)
    told = f"{ask.fingerprint} {received.sha256} {command.name}".encode()
    whole = replace(ask, fingerprint=hashlib.sha256(told).hexdigest()[:32])
    await whole.execute(file.DECIDER, stream_id, command)
    known = await state_of(ask.ports, file.DECIDER, ask.workspace_id, stream_id)
    # A repeat brings the same bytes; a late one must not bring back what is about to be dropped.
    if not isinstance(known, file.Kept) or ask.now - known.received_at > HOUR:
        raise NotFound("file")
    try:
        await _store(ask.ports).keep(place_of(ask.workspace_id, command.file_id), received.content)
    except OSError:
        raise FileRefused(503, "files_unavailable", "The file cannot be kept now: try again.") from None


def _uploaded(ask: Ask, command: ReceiveFile) -> Uploaded:
    told = {
        "file_id": command.file_id,
        "name": command.name,
        "content_type": command.content_type,
        "size_bytes": command.size_bytes,
    }
    ticket = FileTicket.model_validate(
        {
            **told,
            "workspace_id": ask.workspace_id,
            "conversation_id": command.conversation_id,
            "uploader": command.uploader,
            "sha256": command.sha256,
        }
    )
    signer: Signer = ask.ports.own["signer"]()
    token, over = signer.sign_file(ticket, ask.ports.clock.now())
    return Uploaded.model_validate({**told, "attachment_token": token, "attachment_token_expires_at": over})


@router.get("/files/{file_id}", response_class=StreamingResponse)
async def get_file(file_id: Id, ask: ParticipantAsk) -> StreamingResponse:
    """The file's bytes, for whoever may read its conversation; browsers save them and never run or show them."""
    known = await state_of(ask.ports, file.DECIDER, ask.workspace_id, stream("file", file_id))
    caller = ask.caller
    if not isinstance(known, file.Kept) or not may_read(
        caller, known.visit_id, known.visitor_id, known.received_at, ask.now
    ):
        raise NotFound("file")
    try:
        chunks = await _store(ask.ports).read(place_of(ask.workspace_id, file_id))
    except Missing:
        raise NotFound("file") from None
    except OSError:
        raise FileRefused(503, "files_unavailable", "Files cannot be read now: try again.") from None
    headers = {
        "content-disposition": disposition(known.name),
        "content-length": str(known.size_bytes),
        "content-security-policy": NOT_A_PAGE,
        "cross-origin-resource-policy": "same-origin",
    }
    return StreamingResponse(_to_the_end(chunks), media_type=known.content_type, headers=headers)


class CutOff(Exception):
    """The store was lost amid a file, whose beginning is on its way: the connection is closed, and the log says why."""


async def _to_the_end(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for chunk in chunks:
            yield chunk
    except OSError as lost:
        # A response takes an OSError for the browser's leaving, of which nothing is told.
        raise CutOff from lost


def _store(ports: Ports) -> FileStore:
    store: FileStore = ports.own["files"]
    return store


def _receiving(request: Request) -> Receiving:
    """One for each application."""
    state = request.app.state
    if not hasattr(state, "receiving"):
        state.receiving = Receiving()
    receiving: Receiving = state.receiving
    return receiving
