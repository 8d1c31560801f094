"""Files through real servers: sent, named by a message, and read by the other."""

import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from contracts.conversation import FileReleased
from contracts.gateway import FileDropped, FileReleaseAsked
from services.cli.demo.clients import Answer
from tests.e2e.company import Company
from tests.e2e.levers import ahead
from tests.e2e.routes import problem_of
from tests.e2e.stage import Stage
from tests.e2e.system import System
from tests.sample_files import NOT_TAKEN, PNG, TAKEN
from tests.waiting import eventually, eventually_sync

pytestmark = pytest.mark.real

LARGEST = 10 * 1024 * 1024
A_DAY = timedelta(hours=24)


def upload(stage: Stage, who: str, content: bytes, name: str = "a.txt", **more: str) -> httpx.Response:
    """A file from somebody on the stage."""
    headers = {**stage.headers(who), "content-disposition": f'attachment; filename="{name}"', **more}
    url = f"/api/gateway/conversations/{stage.ids['conversation_id']}/files"
    answer = stage.http.post(url, content=content, headers=headers)
    if answer.is_success:
        stage.secrets.add(answer.json()["attachment_token"])
    return answer


def test_a_picture_is_sent_named_by_a_message_and_read_by_the_other(stage: Stage) -> None:
    told = upload(stage, "visitor", PNG, "cat.png").json()
    chat = stage.ids["conversation_id"]

    posted = stage.http.post(
        f"/api/conversation/conversations/{chat}/messages",
        json={"attachment_token": told["attachment_token"]},
        headers=stage.headers("visitor"),
    )
    assert posted.is_success, posted.text

    def shown() -> bool:
        path = f"/api/gateway/conversations/{chat}/transcript?limit=100"
        return told["file_id"] in stage.http.get(path, headers=stage.headers("agent")).text

    eventually_sync(shown, what="the message with its file")
    got = stage.http.get(f"/api/gateway/files/{told['file_id']}", headers=stage.headers("agent"))
    assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
    assert got.headers["content-disposition"].startswith('attachment; filename="cat.png"')
    assert got.headers.get_list("x-content-type-options") == ["nosniff"]
    assert "sandbox" in got.headers["content-security-policy"]


def test_the_largest_file_comes_back_whole_and_a_larger_one_is_refused(stage: Stage) -> None:
    line = b"A line of a long text that nobody reads.\n"
    content = (line * (LARGEST // len(line) + 1))[:LARGEST]
    told = upload(stage, "agent", content, "long.txt").json()

    with stage.http.stream(
        "GET", f"/api/gateway/files/{told['file_id']}", headers=stage.headers("visitor")
    ) as got:
        digest = hashlib.sha256()
        for chunk in got.iter_bytes():
            digest.update(chunk)
    assert digest.hexdigest() == hashlib.sha256(content).hexdigest()
    answer = upload(stage, "agent", content + b"!")
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "file_too_large")


@pytest.mark.parametrize("what", ["svg", "html", "a picture that is a page", "an archive"])
def test_a_type_that_is_not_taken_is_told_and_leaves_nothing(stage: Stage, what: str) -> None:
    before = stage.appended()

    answer = upload(stage, "visitor", NOT_TAKEN[what], "innocent.png", **{"content-type": "image/png"})

    assert (answer.status_code, problem_of(answer)["code"]) == (415, "type_not_taken")
    assert stage.appended() == before


def test_a_token_of_a_file_opens_no_door(stage: Stage) -> None:
    token = upload(stage, "visitor", TAKEN["notes.txt"][0]).json()["attachment_token"]

    for path in ("gateway/folders", f"gateway/files/{stage.ids['file_id']}", "playbook/playbooks"):
        answer = stage.http.get(f"/api/{path}", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, problem_of(answer)["code"]) == (401, "unauthorised")


async def test_a_file_that_no_message_names_is_gone_after_a_day_and_no_other(impatient: System) -> None:
    async with Company(impatient) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        named, forgotten = [
            await chat.visitor.upload(chat.conversation_id, name, PNG)
            for name in ("kept.png", "forgotten.png")
        ]
        await company.say(chat.visitor, chat, "Look!", named["attachment_token"])
        files = Path(unquote(urlsplit(impatient.variables["LIVECHAT_GATEWAY_FILES"]).path))
        ours = files / company.told.workspace_id
        assert {place.name for place in ours.iterdir()} == {named["file_id"], forgotten["file_id"]}

        async def one_is_left() -> bool:
            return [place.name for place in ours.iterdir()] == [named["file_id"]]

        with ahead(impatient, "gateway", A_DAY):
            await eventually(one_is_left, within_s=120, what="the file that no message names is removed")

        with pytest.raises(Answer) as gone:
            await chat.visitor.download(forgotten["file_id"])
        assert gone.value.status == httpx.codes.NOT_FOUND
        with pytest.raises(Answer) as refused:
            await company.say(chat.visitor, chat, "And this?", forgotten["attachment_token"])
        assert refused.value.status == httpx.codes.CONFLICT
        assert await company.ana.download(named["file_id"]) == PNG
        history = await company.at_rest()

    assert [event.file_id for event in history.of(FileReleased)] == [forgotten["file_id"]]
    received, asked, dropped = history.streams[f"file-{forgotten['file_id']}"]
    assert isinstance(asked.event, FileReleaseAsked)
    assert isinstance(dropped.event, FileDropped)
    assert asked.event.at >= received.event.at + A_DAY
