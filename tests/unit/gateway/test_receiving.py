"""A file's bytes on their way in: whoever holds up their place is told so, and it is free again."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.gateway.files.receiving import UPLOAD_AGAIN_S, FileRefused, Receiving

SENDER, ANOTHER = "acme|visitor:1", "acme|visitor:2"


def request(chunks: Iterable[bytes], *, whole: bool) -> Request:
    """A body that comes in these pieces; one that is not whole has an end that never comes."""
    left = list(chunks)

    async def receive() -> Message:
        if left:
            more = len(left) > 1 or not whole
            return {"type": "http.request", "body": left.pop(0), "more_body": more}
        await asyncio.Event().wait()
        raise AssertionError("nothing comes any more")

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_who_sends_too_slowly_is_told_and_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.files.receiving.RECEIVE_LIMIT_S", 0.02)
    monkeypatch.setattr("services.gateway.files.receiving.UPLOADS_AT_ONCE_MAX", 1)
    receiving = Receiving()

    with pytest.raises(FileRefused) as refused:
        async with receiving.receive(request([b"hel"], whole=False), SENDER):
            raise AssertionError("it is not whole")

    assert (refused.value.status, refused.value.code) == (408, "too_slow")
    async with receiving.receive(request([b"hel", b"lo"], whole=True), SENDER) as received:
        assert received.size_bytes == len(b"hello")


async def test_one_sender_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.files.receiving.UPLOADS_OF_ONE_MAX", 1)
    receiving = Receiving()

    async with receiving.receive(request([b"one"], whole=True), SENDER):
        with pytest.raises(FileRefused) as refused:
            async with receiving.receive(request([b"two"], whole=True), SENDER):
                raise AssertionError("there is no room for it")
        async with receiving.receive(request([b"three"], whole=True), ANOTHER) as received:
            assert received.size_bytes == len(b"three")

    assert (refused.value.status, refused.value.code) == (429, "too_many_uploads")
    assert refused.value.facts == {"retry_after_s": UPLOAD_AGAIN_S}
    async with receiving.receive(request([b"four"], whole=True), SENDER) as received:
        assert received.size_bytes == len(b"four")


async def test_a_visitor_with_many_chats_is_one_at_their_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.files.receiving.UPLOADS_OF_VISITORS_AT_AN_ADDRESS_MAX", 1)
    receiving = Receiving()

    async with receiving.receive(request([b"one"], whole=True), SENDER, "192.0.2.1"):
        with pytest.raises(FileRefused, match="Too many files"):
            async with receiving.receive(request([b"two"], whole=True), ANOTHER, "192.0.2.1"):
                raise AssertionError("there is no room for it")
        async with receiving.receive(request([b"three"], whole=True), ANOTHER, "192.0.2.2") as elsewhere:
            assert elsewhere.size_bytes == len(b"three")
        async with receiving.receive(request([b"four"], whole=True), ANOTHER) as agents:
            assert agents.size_bytes == len(b"four")
