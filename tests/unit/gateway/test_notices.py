"""Notices in open tabs: told to the agents whom they are for, in their workspace, with the id of their push."""

from datetime import timedelta

from fastapi import FastAPI

from contracts.ids import derived_id, stream
from contracts.notifier import NoticesDecided, Recipient
from contracts.topics import NOTIFIER_EVENTS
from tests.unit.gateway.client import authorise, socket
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    CONVERSATION,
    ELSEWHERE,
    T0,
    VISITOR,
    ada,
    after,
    recorded,
    visitor,
)
from tests.unit.gateway.replica import Replica

NOTICE = derived_id("notice")
IN_STREAM = stream("notice", NOTICE)


def decided(*recipients: Recipient) -> NoticesDecided:
    """A notice of a visitor's message."""
    return NoticesDecided(
        at=T0,
        notice_id=NOTICE,
        conversation_id=CONVERSATION,
        visitor_id=VISITOR,
        kind="new_message",
        about_version=4,
        known_version=4,
        occurred_at=T0,
        expires_at=after(3_600),
        recipients=recipients,
        text="Hello?",
    )


async def test_an_open_tab_is_told_what_its_agent_is_told(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as tab:
        await authorise(tab, replica, ada)
        told = decided(Recipient(agent_id=ADA, outcome="sent"))
        replica.topics.publish(NOTIFIER_EVENTS, IN_STREAM, recorded(told, 1, IN_STREAM))

        assert await tab.next() == {
            "type": "notice",
            "id": NOTICE,
            "kind": "new_message",
            "conversation_id": CONVERSATION,
            "tag": f"conversation-{CONVERSATION}",
            "renotify": True,
            "text": "Hello?",
            "at": T0.isoformat(),
            "expires_at": after(3_600).isoformat(),
        }


async def test_nobody_is_told_what_is_not_for_them(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as tab, socket(app) as panel:
        await authorise(tab, replica, ada)
        await authorise(panel, replica, visitor)
        for workspace_id, recipient in (
            (ELSEWHERE, Recipient(agent_id=ADA, outcome="sent")),
            (ada.workspace_id, Recipient(agent_id=BOB, outcome="sent")),
            (ada.workspace_id, Recipient(agent_id=ADA, outcome="suppressed", reason="read")),
        ):
            event = recorded(decided(recipient), 1, IN_STREAM, workspace_id)
            replica.topics.publish(NOTIFIER_EVENTS, IN_STREAM, event)

        for screen in (tab, panel):
            await screen.send(type="ping")
            assert await screen.next() == {"type": "pong"}


async def test_one_that_is_over_for_long_is_not_told_again(app: FastAPI, replica: Replica) -> None:
    async with socket(app) as tab:
        await authorise(tab, replica, ada)
        told = decided(Recipient(agent_id=ADA, outcome="sent"))
        over = told.model_copy(update={"expires_at": T0 - timedelta(minutes=11), "kind": "assigned_to_you"})
        replica.topics.publish(NOTIFIER_EVENTS, IN_STREAM, recorded(over, 1, IN_STREAM))
        replica.topics.publish(NOTIFIER_EVENTS, IN_STREAM, recorded(told, 2, IN_STREAM))

        assert (await tab.next())["kind"] == "new_message"
