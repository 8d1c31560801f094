"""R16: the three notices, on every device and in open tabs, once each; whatever hangs, is gone, or is killed."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from websockets.asyncio.client import connect

from contracts.notifier import NoticesDecided
from contracts.personal import decode
from services.cli.demo.clients import Agent
from services.cli.infrastructure import Servers
from tests.e2e.company import Company
from tests.e2e.push_service import HANG, Pushed, PushService, push_service
from tests.e2e.system import NO_PUSH_SERVICE, System
from tests.waiting import eventually

pytestmark = pytest.mark.real

WITHIN_S = 30.0
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
    system = System(infrastructure, folder, f"r16{folder.parent.name.rpartition('-')[2]}_")
    system.variables["LIVECHAT_NOTIFIER_PUSH_LOCAL"] = f"{NO_PUSH_SERVICE},127.0.0.1:{push.port}"
    try:
        system.start(*OTHERS, "notifier")
        yield system
    finally:
        system.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


async def allow(agent: Agent, push: PushService, *devices: str) -> None:
    """The agent allows these devices, and the notifier knows of them."""
    for device in devices:
        body = {"subscription": push.subscription(device), "label": device}
        await agent.post("notifier/devices", body)

    async def known() -> bool:
        listed = (await agent.get("notifier/devices"))["items"]
        return {one["label"] for one in listed} >= set(devices)

    await eventually(known, within_s=WITHIN_S, what="the devices")


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
        await allow(company.ana, push, "a1", "a2")
        await allow(company.ben, push, "b1")
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
        assert 0 < int(seen[0].headers["ttl"]) <= 600 < int(message.headers["ttl"]) <= 3_600
        assert [one.told["kind"] for one in push.of("a1")] == ["new_conversation"]


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
        await allow(company.ana, push, "held", "kept")
        chat = await company.chat()
        (first,) = await pushed(push, "held", "new_conversation")
        notified.kill("notifier")
        push.statuses["held"] = []
        await company.take(company.ana, chat)
        await company.pass_on(company.ana, company.ben, chat)
        await company.pass_on(company.ben, company.ana, chat)
        await company.say(chat.visitor, chat, "Are you there?")
        notified.start("notifier")

        again = await pushed(push, "held", "new_conversation", 2)
        assert {one.told["id"] for one in again} == {first.told["id"]}
        for kind in ("new_conversation", "assigned_to_you", "new_message"):
            for device in ("held", "kept"):
                assert len({one.told["id"] for one in await pushed(push, device, kind)}) == 1
        await _accounted_for(notified, chat.conversation_id, company)


async def _started_at(system: System, conversations: list[str]) -> dict[str, Any]:
    rows = await _rows(system, "conversation", "type = 'conversation.conversation_started.v1'")
    return {row[0].removeprefix("conversation-"): row[2] for row in rows if row[0][13:] in conversations}


async def _accounted_for(system: System, conversation_id: str, company: Company) -> None:
    """Each of Ana's devices has one verdict in each of the conversation's notices about her."""
    rows = await _rows(system, "notifier", "type = 'notifier.notices_decided.v1'")
    decided = [decode(NoticesDecided, bytes(row[1])) for row in rows]
    about = [one for one in decided if one.conversation_id == conversation_id]
    mine = {one["device_id"] for one in (await company.ana.get("notifier/devices"))["items"]}
    assert len({one.notice_id for one in about}) == len(about)
    for one in about:
        told = [device for recipient in one.recipients for device in recipient.devices]
        assert len(told) == len(set(told))
        assert mine.isdisjoint(told) or mine <= set(told)


async def _rows(system: System, service: str, where: str) -> list[tuple[str, bytes, Any]]:
    url = system.variables[f"LIVECHAT_{service.upper()}_WORKER_DATABASE"]
    async with await psycopg.AsyncConnection.connect(url) as connection:
        statement = f"SELECT stream_id, data, at FROM log.events WHERE {where}"
        return list(await (await connection.execute(statement)).fetchall())
