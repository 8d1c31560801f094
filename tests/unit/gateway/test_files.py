"""Files over HTTP: who may send and read them, what is refused, and that a repeat or a lost store breaks nothing."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from contracts.conversation import VisitorBlocked, VisitorUnblocked
from contracts.gateway import FileDropped, FileReceived, FileReleaseAsked
from contracts.ids import derived_id, stream
from contracts.topics import INBOX_STATE
from services.chassis.models import Changed
from services.chassis.tokens import Caller
from services.gateway.commands import AskRelease, DropFile, ReceiveFile
from services.gateway.decider import file
from services.gateway.files.receiving import FILE_BYTES_MAX, UPLOAD_AGAIN_S, UPLOADS_AT_ONCE_MAX
from services.gateway.files.route import FILES_PER_HOUR_MAX
from tests.sample_files import NOT_TAKEN, TAKEN
from tests.unit.gateway.examples import (
    ADA,
    CONVERSATION,
    T0,
    VISIT,
    VISITOR,
    ada,
    after,
    inbox_row,
    recorded,
    started,
    stranger,
    visitor,
)
from tests.unit.gateway.replica import Replica

UPLOAD = f"/conversations/{CONVERSATION}/files"
other_visitor = visitor.model_copy(update={"id": derived_id("other"), "visit_id": derived_id("other visit")})


class Desk:
    """Where files are handed in and out."""

    def __init__(self, replica: Replica, client: httpx.AsyncClient) -> None:
        self.replica, self._client = replica, client

    async def send(
        self,
        caller: Caller | None,
        content: Any = b"hello",
        name: str = "a.txt",
        key: str = "",
        path: str = UPLOAD,
    ) -> httpx.Response:
        headers = self._headers(caller) | {"content-disposition": f'attachment; filename="{name}"'}
        if key:
            headers["idempotency-key"] = key
        return await self._client.post(path, content=content, headers=headers)

    async def fetch(self, caller: Caller | None, file_id: str) -> httpx.Response:
        return await self._client.get(f"/files/{file_id}", headers=self._headers(caller))

    def _headers(self, caller: Caller | None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.replica.token(caller)}"} if caller else {}

    def appended(self) -> int:
        """How many events there are."""
        return sum(map(len, self.replica.store.streams.values()))


@pytest.fixture
async def desk(app: FastAPI, replica: Replica) -> AsyncIterator[Desk]:
    replica.topics.append(recorded(started, 1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield Desk(replica, client)


@pytest.mark.parametrize("caller", [ada, visitor])
@pytest.mark.parametrize("name", TAKEN)
async def test_a_file_comes_back_as_it_was_sent(desk: Desk, caller: Caller, name: str) -> None:
    content, content_type = TAKEN[name]

    told = (await desk.send(caller, content, name)).json()
    got = await desk.fetch(ada, told["file_id"])

    assert (told["name"], told["content_type"], told["size_bytes"]) == (name, content_type, len(content))
    assert got.content == content
    assert got.headers["content-type"].partition(";")[0] == content_type
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers.get_list("x-content-type-options") == ["nosniff"]
    assert "sandbox" in got.headers["content-security-policy"]
    ticket, over = desk.replica.verifier.verify_file(told["attachment_token"])
    assert (ticket.file_id, ticket.conversation_id, ticket.uploader) == (
        told["file_id"],
        CONVERSATION,
        caller.actor,
    )
    assert over.isoformat().startswith(told["attachment_token_expires_at"].removesuffix("Z"))


@pytest.mark.parametrize(
    ("caller", "status"), [(ada, 200), (visitor, 200), (other_visitor, 404), (stranger, 404), (None, 401)]
)
async def test_a_file_is_for_the_workspace_and_its_visitor(
    desk: Desk, caller: Caller | None, status: int
) -> None:
    file_id = (await desk.send(visitor)).json()["file_id"]

    assert (await desk.fetch(caller, file_id)).status_code == status


@pytest.mark.parametrize(("caller", "status"), [(other_visitor, 404), (stranger, 404), (None, 401)])
async def test_nobody_else_sends_files_to_a_conversation(
    desk: Desk, caller: Caller | None, status: int
) -> None:
    assert (await desk.send(caller)).status_code == status
    assert (desk.appended(), desk.replica.files.kept) == (0, {})


@pytest.mark.parametrize("what", NOT_TAKEN)
async def test_what_is_not_taken_leaves_nothing_behind(desk: Desk, what: str) -> None:
    answer = await desk.send(visitor, NOT_TAKEN[what], "innocent.png")

    assert (answer.status_code, answer.json()["code"]) == (415, "type_not_taken")
    assert (desk.appended(), desk.replica.files.kept) == (0, {})


async def test_too_much_too_little_and_a_bad_name_are_told(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(FILE_BYTES_MAX // 65_536 + 2):
            sent.append(65_536)
            yield b"x" * 65_536
        raise AssertionError("read on after the limit")

    sent = list[int]()
    for content in (b"x" * (FILE_BYTES_MAX + 1), endless()):
        answer = await desk.send(visitor, content)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert sum(sent) <= FILE_BYTES_MAX + 65_536
    answer = await desk.send(visitor, b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    answer = await desk.send(visitor, name="x\"; filename*=UTF-8''%ff; x=\"")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_name")
    assert desk.appended() == 0
    assert (await desk.send(visitor, b"x" * FILE_BYTES_MAX)).status_code == 201


async def test_no_name_leads_to_what_is_being_received_so_that_a_killed_process_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = list[str]()

    async def watched() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 65_536
            seen.extend(os.listdir(tmp_path))

    assert (await desk.send(visitor, watched())).status_code == 201
    assert seen == []


async def test_a_repeat_with_its_key_is_the_same_file(desk: Desk) -> None:
    first = (await desk.send(visitor, key="k")).json()
    again = (await desk.send(visitor, key="k")).json()
    another = await desk.send(visitor, b"other", key="k")

    assert again["file_id"] == first["file_id"]
    assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_reused")
    assert (desk.appended(), list(desk.replica.files.kept.values())) == (1, [b"hello"])


async def test_a_store_that_is_away_is_told_and_the_repeat_is_kept(desk: Desk) -> None:
    desk.replica.files.away = True
    answer = await desk.send(visitor, key="k")
    assert (answer.status_code, answer.json()["code"]) == (503, "files_unavailable")
    assert desk.appended() == 1  # By this record the file is found, whether its bytes came or not.

    desk.replica.files.away = False
    told = (await desk.send(visitor, key="k")).json()
    assert (await desk.fetch(visitor, told["file_id"])).content == b"hello"

    desk.replica.files.away = True
    assert (await desk.fetch(visitor, told["file_id"])).status_code == 503
    desk.replica.files.away = False
    desk.replica.files.kept.clear()
    assert (await desk.fetch(visitor, told["file_id"])).status_code == 404


async def test_a_repeat_that_comes_too_late_is_not_kept(desk: Desk) -> None:
    desk.replica.files.away = True
    await desk.send(visitor, key="k")
    desk.replica.files.away = False
    desk.replica.clock.move(timedelta(hours=2))

    assert (await desk.send(visitor, key="k")).status_code == 404
    assert desk.replica.files.kept == {}


@pytest.mark.parametrize("caller", [visitor, ada])
async def test_a_closed_conversation_takes_no_more_files(desk: Desk, caller: Caller) -> None:
    row = inbox_row(version=2, status="closed", holder_id=ADA)
    desk.replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))

    answer = await desk.send(caller)

    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert (desk.appended(), desk.replica.files.kept) == (0, {})


async def test_an_upload_that_is_repeated_after_the_close_gets_its_first_answer(desk: Desk) -> None:
    first = await desk.send(visitor, key="once")
    row = inbox_row(version=2, status="closed", holder_id=ADA)
    desk.replica.topics.publish(INBOX_STATE, CONVERSATION, Changed(CONVERSATION, row))

    again = await desk.send(visitor, key="once")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["file_id"] == first.json()["file_id"]
    assert desk.appended() == 1


async def test_a_blocked_visitor_sends_no_files_until_they_are_let_in_again(desk: Desk) -> None:
    blocked = VisitorBlocked(
        at=after(1), visitor_id=VISITOR, conversation_id=CONVERSATION, by=ADA, by_name="Ada"
    )
    desk.replica.topics.append(recorded(blocked, 1, stream("visitor", VISITOR)))

    answer = await desk.send(visitor)

    assert (answer.status_code, answer.json()["code"]) == (403, "blocked")
    assert (desk.appended(), desk.replica.files.kept) == (0, {})
    assert (await desk.send(ada)).status_code == 201
    unblocked = VisitorUnblocked(at=after(2), visitor_id=VISITOR, by=ADA)
    desk.replica.topics.append(recorded(unblocked, 2, stream("visitor", VISITOR)))
    assert (await desk.send(visitor)).status_code == 201


async def test_an_hour_takes_so_many_files(desk: Desk) -> None:
    for number in range(FILES_PER_HOUR_MAX):
        event = received(derived_id(number)).model_copy(update={"at": after(number)})
        desk.replica.topics.append(recorded(event, 1, stream("file", derived_id(number))))

    answer = await desk.send(visitor)
    assert (answer.json()["code"], answer.headers["retry-after"]) == ("too_many_files", "60")
    desk.replica.clock.move(timedelta(hours=1, seconds=1))
    assert (await desk.send(visitor)).status_code == 201


async def test_a_process_receives_so_many_at_once(desk: Desk, app: FastAPI) -> None:
    await desk.send(visitor)
    with ExitStack() as others:
        for _ in range(UPLOADS_AT_ONCE_MAX):
            others.enter_context(app.state.receiving._places.held("all", UPLOADS_AT_ONCE_MAX))
        answer = await desk.send(visitor)
    assert (answer.json()["code"], answer.headers["retry-after"]) == ("too_many_uploads", str(UPLOAD_AGAIN_S))
    assert (await desk.send(visitor)).status_code == 201


def received(file_id: str) -> FileReceived:
    """A file that came at T0."""
    return FileReceived(
        at=T0,
        file_id=file_id,
        conversation_id=CONVERSATION,
        visit_id=VISIT,
        visitor_id=VISITOR,
        uploader=f"agent:{ADA}",
        name="a.txt",
        content_type="text/plain",
        size_bytes=3,
        sha256="ab" * 32,
    )


def test_a_file_is_received_asked_after_once_and_dropped_once() -> None:
    event = received(derived_id("f"))
    command = ReceiveFile(**event.model_dump())
    state: file.State = file.NoFile()
    seen = []
    for given in (
        command,
        command,
        AskRelease(after(1)),
        AskRelease(after(2)),
        DropFile(after(3)),
        DropFile(after(4)),
    ):
        events = file.decide(given, state)
        for told in events:
            state = file.evolve(state, told)
        seen.append([type(told) for told in events])

    assert seen == [[FileReceived], [], [FileReleaseAsked], [], [FileDropped], []]
    assert file.timers(event)[0].due_at == T0 + timedelta(hours=24)
    assert file.elapsed("file-x", "release", T0) == AskRelease(T0)
