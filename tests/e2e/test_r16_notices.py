"""R16: the three notices, on every device and in open tabs, once each; whatever hangs, is gone, or is killed."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from websockets.asyncio.client import connect

from contracts.notifier import NoticeFailed, NoticesDecided, Recipient
from services.cli.demo.clients import Agent
from services.cli.demo.reckoning import History
from services.cli.demo.screens import Screen
from services.cli.infrastructure import Servers
from tests.e2e.company import Chat, Company
from tests.e2e.notices import all_decided
from tests.e2e.push_service import HANG, Pushed, PushService, push_service
from tests.e2e.system import NO_PUSH_SERVICE, System
from tests.unique import unique_name
from tests.waiting import eventually

pytestmark = pytest.mark.real

WITHIN_S = 30.0
HOUR_S, CLOCKS_S = 3_600, 5
"""How long notices of messages and assignments count; what lies between reckoning it and reading it, at most."""
OTHERS = ("playbook", "conversation", "presence", "crm", "gateway")


@pytest.fixture(scope="module")
def push() -> Iterator[PushService]:
    with push_service() as service:
        yield service


@pytest.fixture(scope="module")
def notified(
    infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory, push: PushService
) -> Iterator[System]:
    """All services, the notifier in a process of its own, with that push service."""
    folder: Path = tmp_path_factory.mktemp("notified")
    system = System(infrastructure, folder, unique_name("r16"))
    system.variables["LIVECHAT_NOTIFIER_PUSH_LOCAL"] = f"{NO_PUSH_SERVICE},127.0.0.1:{push.port}"
    try:
        system.start(*OTHERS, "notifier")
        yield system
    finally:
        system.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


async def allow(agent: Agent, push: PushService, *devices: str) -> list[str]:
    """The agent allows these devices, and the notifier knows of them; their ids."""
    ids = []
    for device in devices:
        body = {"subscription": push.subscription(device), "label": device}
        ids.append((await agent.post("notifier/devices", body))["ids"]["device_id"])

    async def known() -> bool:
        listed = (await agent.get("notifier/devices"))["items"]
        return {one["label"] for one in listed} >= set(devices)

    await eventually(known, within_s=WITHIN_S, what="the devices")
    return ids


async def pushed(push: PushService, device: str, kind: str, count: int = 1) -> list[Pushed]:
    """What reached the device of this kind, once there are so many."""

    async def there() -> list[Pushed]:
        found = [one for one in push.of(device) if one.told["kind"] == kind]
        return found if len(found) >= count else []

    return await eventually(there, within_s=WITHIN_S, what=f"{count} {kind} at {device}")


async def test_the_three_notices_come_to_every_device_and_open_tab_with_one_id(
    notified: System, push: PushService
) -> None:
    async with Company(notified) as company:
        await company.open()
        devices = {
            company.ana.agent_id: await allow(company.ana, push, "a1", "a2"),
            company.ben.agent_id: await allow(company.ben, push, "b1"),
        }
        url = notified.bases["gateway"].replace("http", "ws", 1) + "/api/gateway/socket"
        async with connect(url) as tab:
            await tab.send(json.dumps({"type": "authorise", "token": await company.ben.token()}))
            assert json.loads(await tab.recv()) == {"type": "ready"}
            chat = await company.chat()
            seen = [(await pushed(push, device, "new_conversation"))[0] for device in ("a1", "a2", "b1")]
            await company.take(company.ana, chat)
            await company.pass_on(company.ana, company.ben, chat)
            (assigned,) = await pushed(push, "b1", "assigned_to_you")
            await company.say(chat.visitor, chat, "Do you ship to Brazil?")
            (message,) = await pushed(push, "b1", "new_message")
            frames = [json.loads(await tab.recv()) for _ in range(3)]

        assert {one.told["conversation_id"] for one in seen} == {chat.conversation_id}
        assert [frame["kind"] for frame in frames] == ["new_conversation", "assigned_to_you", "new_message"]
        assert [frame["id"] for frame in frames] == [one.told["id"] for one in (seen[2], assigned, message)]
        assert (message.told["text"], frames[2]["text"]) == ("Do you ship to Brazil?",) * 2
        assert all(one.headers["topic"] == chat.conversation_id.replace("-", "") for one in seen)
        assert all(one.headers["urgency"] == "high" for one in seen)
        assert all(abs(_ttl_s(one) - _left_s(chat, one)) < CLOCKS_S for one in seen)
        assert all(HOUR_S - CLOCKS_S < _ttl_s(one) <= HOUR_S for one in (assigned, message))
        assert [one.told["kind"] for one in push.of("a1")] == ["new_conversation"]
        await all_decided(notified, company.told.workspace_id, devices)


async def test_a_device_that_hangs_delays_no_other_and_one_that_is_gone_is_taken_off(
    notified: System, push: PushService
) -> None:
    push.statuses["hangs"], push.statuses["gone"] = [HANG], [410]
    async with Company(notified) as company:
        await company.open()
        await allow(company.ana, push, "well", "hangs", "gone")
        chats = [await company.chat() for _ in range(4)]
        told = await pushed(push, "well", "new_conversation", len(chats))

        async def taken_off() -> bool:
            listed = (await company.ana.get("notifier/devices"))["items"]
            return "gone" not in {one["label"] for one in listed}

        await eventually(taken_off, within_s=WITHIN_S, what="the device that is gone")
        begun = await _started_at(notified, [chat.conversation_id for chat in chats])
        late = [one.at - begun[one.told["conversation_id"]] for one in told]
        assert max(late) < timedelta(seconds=5), late


async def test_a_notifier_that_is_killed_midway_loses_no_notice_and_repeats_them_with_their_ids(
    notified: System, push: PushService
) -> None:
    push.statuses["held"] = [HANG]
    async with Company(notified) as company:
        await company.open()
        mine = await allow(company.ana, push, "held", "kept")
        chat = await company.chat()
        (first,) = await pushed(push, "held", "new_conversation")
        notified.kill("notifier")
        push.statuses["held"] = []
        other = await company.chat()  # What somebody takes meanwhile is not told of again.
        await company.take(company.ana, other)
        await company.pass_on(company.ana, company.ben, other)
        await company.pass_on(company.ben, company.ana, other)
        await company.say(other.visitor, other, "Are you there?")
        notified.start("notifier")
        again = await pushed(push, "held", "new_conversation", 2)
        assert {one.told["id"] for one in again} == {first.told["id"]}
        for kind in ("new_conversation", "assigned_to_you", "new_message"):
            for device in ("held", "kept"):
                assert len({one.told["id"] for one in await pushed(push, device, kind)}) == 1
        assert abs(_ttl_s(again[-1]) - _left_s(chat, again[-1])) < CLOCKS_S
        await all_decided(notified, company.told.workspace_id, {company.ana.agent_id: mine})


async def test_an_agent_who_is_offline_is_told_of_no_new_conversation(
    notified: System, push: PushService
) -> None:
    async with Company(notified) as company:
        await company.open()
        devices = {
            company.ana.agent_id: await allow(company.ana, push, "there"),
            company.ben.agent_id: await allow(company.ben, push, "away"),
        }
        await company.ben.post("presence/offline")
        seen = partial(_is_online, agent_id=company.ben.agent_id)
        await company.inbox.until(lambda s: not seen(s), WITHIN_S, "Ben going offline")

        async def not_told() -> tuple[Chat, History] | None:
            """A chat of which Ben is not told; the notifier may know a moment later that he is away."""
            chat = await company.chat()
            history = await all_decided(notified, company.told.workspace_id, devices)
            bens = _verdict(history, chat.conversation_id, company.ben.agent_id, "new_conversation")
            return (chat, history) if bens.outcome == "suppressed" else None

        found = await eventually(not_told, within_s=WITHIN_S, what="a chat of which Ben is not told")
        assert found is not None
        chat, history = found
        bens = _verdict(history, chat.conversation_id, company.ben.agent_id, "new_conversation")
        assert (bens.outcome, bens.reason) == ("suppressed", "not_online")
        assert chat.conversation_id not in [one.told["conversation_id"] for one in push.of("away")]
        anas = _verdict(history, chat.conversation_id, company.ana.agent_id, "new_conversation")
        assert (anas.outcome, anas.reason) == ("sent", None)


async def test_what_its_holder_has_read_meanwhile_is_told_nowhere(
    notified: System, push: PushService
) -> None:
    async with Company(notified) as company:
        await company.open()
        devices = {company.ana.agent_id: await allow(company.ana, push, "reader")}
        chat = await company.chat()
        await company.take(company.ana, chat)
        assert notified.stop("notifier") == 0
        told = await chat.visitor.post(f"{chat.path}/messages", {"text": "Already seen?"})
        await company.ana.post(f"{chat.path}/read", {"up_to": told["version"]})
        notified.start("notifier")

        history = await all_decided(notified, company.told.workspace_id, devices)
        verdict = _verdict(history, chat.conversation_id, company.ana.agent_id, "new_message")
        assert (verdict.outcome, verdict.reason) == ("suppressed", "read")
        assert verdict.devices == tuple(devices[company.ana.agent_id])
        assert "new_message" not in [one.told["kind"] for one in push.of("reader")]


async def test_a_message_behind_an_unread_one_replaces_it_silently(
    notified: System, push: PushService
) -> None:
    async with Company(notified) as company:
        await company.open()
        devices = {company.ana.agent_id: await allow(company.ana, push, "rings")}
        chat = await company.chat()
        await company.take(company.ana, chat)
        await company.say(chat.visitor, chat, "Hello?")
        second = await chat.visitor.post(f"{chat.path}/messages", {"text": "Anybody?"})
        await pushed(push, "rings", "new_message", 2)
        await company.ana.post(f"{chat.path}/read", {"up_to": second["version"]})
        await company.say(chat.visitor, chat, "Thanks.")
        messages = await pushed(push, "rings", "new_message", 3)
        tab = company.inbox
        await tab.until(lambda s: len(_messages(s)) >= 3, WITHIN_S, "the messages in the open tab")
        history = await all_decided(notified, company.told.workspace_id, devices)

    verdicts = {one.notice_id: one.recipients[0].outcome for one in history.of(NoticesDecided)}
    told = {one.told["text"]: (verdicts[one.told["id"]], one.told["renotify"]) for one in messages}
    assert told == {"Hello?": ("sent", True), "Anybody?": ("collapsed", False), "Thanks.": ("sent", True)}
    assert len({(one.headers["topic"], one.told["tag"]) for one in messages}) == 1
    assert sorted(_messages(tab)) == sorted((one.told["id"], one.told["renotify"]) for one in messages)


async def test_a_device_whose_push_service_refuses_a_notice_has_failed_once_and_stays(
    notified: System, push: PushService
) -> None:
    push.statuses["refuses"] = [400]
    async with Company(notified) as company:
        await company.open()
        (refuses,) = await allow(company.ana, push, "refuses")
        chat = await company.chat()

        async def failed() -> list[NoticeFailed]:
            history = await all_decided(
                notified, company.told.workspace_id, {company.ana.agent_id: [refuses]}
            )
            return list(history.of(NoticeFailed))

        (failure,) = await eventually(failed, within_s=WITHIN_S, what="the failure")
        assert (failure.device_id, failure.reason, failure.attempts) == (refuses, "400", 1)
        assert failure.conversation_id == chat.conversation_id
        listed = (await company.ana.get("notifier/devices"))["items"]
        assert [one["device_id"] for one in listed] == [refuses]
        await company.chat()
        (_, next_one) = await pushed(push, "refuses", "new_conversation", 2)
        assert next_one.told["conversation_id"] != chat.conversation_id


def _is_online(screen: Screen, agent_id: str) -> bool:
    return bool(screen.rows[agent_id]["online"])


def _messages(tab: Screen) -> list[tuple[str, bool]]:
    """The notices of messages in an open tab, and whether each rings."""
    return [(one["id"], one["renotify"]) for one in tab.notices if one["kind"] == "new_message"]


def _verdict(history: History, conversation_id: str, agent_id: str, kind: str) -> Recipient:
    """The one verdict on the agent in the one notice of a kind about the conversation."""
    (found,) = [
        recipient
        for one in history.of(NoticesDecided)
        for recipient in one.recipients
        if (one.conversation_id, one.kind, recipient.agent_id) == (conversation_id, kind, agent_id)
    ]
    assert isinstance(found, Recipient)
    return found


def _ttl_s(one: Pushed) -> int:
    """How long the push service may keep it."""
    return int(one.headers["ttl"])


def _left_s(chat: Chat, one: Pushed) -> float:
    """What was left of the visitor's wait when it was handed over."""
    (started,) = chat.panel.of(chat.stream, "conversation_started")
    return (datetime.fromisoformat(started["answer_by"]) - one.at).total_seconds()


async def _started_at(system: System, conversations: list[str]) -> dict[str, Any]:
    statement = "SELECT stream_id, at FROM log.events WHERE type = 'conversation.conversation_started.v1'"
    url = system.variables["LIVECHAT_CONVERSATION_WORKER_DATABASE"]
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute(statement)).fetchall()
    begun = {stream.removeprefix("conversation-"): at for stream, at in rows}
    return {conversation: begun[conversation] for conversation in conversations}
