"""The two clients of docs/api.md, run as they are printed, have a chat; what the page says of addresses is so."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.cli.catalogue import SERVICES
from services.cli.demo.clients import PASSWORD, Agent, Answer
from tests.e2e.printed import printed, programs_of
from tests.e2e.system import System
from tests.waiting import eventually

PAGE = "api.md"
LINES_MAX = 60
ONLINE_WITHIN_S = 30.0
CHAT_WITHIN_S = 60.0

pytestmark = pytest.mark.real


async def lines_of(process: Process) -> list[str]:
    """All that it prints from now on, when it has ended well."""
    out, err = await asyncio.wait_for(process.communicate(), CHAT_WITHIN_S)
    assert process.returncode == 0, err.decode()
    return out.decode().splitlines()


def test_the_programs_are_short() -> None:
    assert [len(program.splitlines()) <= LINES_MAX for program in programs_of(PAGE)] == [True, True, True]


async def test_the_printed_visitor_and_the_printed_agent_have_a_chat(system: System) -> None:
    base = system.bases["gateway"]
    visitors, agents, _ = programs_of(PAGE)
    async with Agent(system.bases) as ana:
        await ana.join(await asyncio.to_thread(system.new_workspace), "Ana")
        playbook_id = await _open_playbook(ana)
        async with printed(agents, base, ana.workspace_id, "ana@example.com", PASSWORD) as agent:
            assert agent.stdout is not None
            assert await asyncio.wait_for(agent.stdout.readline(), ONLINE_WITHIN_S) == b"Online.\n"

            async def answered() -> list[str] | None:
                async with printed(visitors, base, ana.workspace_id, playbook_id) as visitor:
                    lines = await lines_of(visitor)
                return lines or None  # Else nobody was known to be online yet.

            told = await eventually(answered, within_s=CHAT_WITHIN_S, what="somebody joins the visitor")
            seen = await lines_of(agent)
        leads = await ana.get("crm/leads")
    assert told == [
        "Bot: Hi there! How can we help you?",
        "You: Chat with us",
        "Bot: Thanks! We are looking for somebody who can help you.",
        "Ana has joined.",
        "You: Do you ship to Brazil?",
        "Ana: We do, in three days.",
    ]
    assert seen == ["Visitor: Do you ship to Brazil?"]
    assert [lead["title"] for lead in leads["items"]] == ["Brazil"]


async def _open_playbook(owner: Agent) -> str:
    """A playbook that takes visits, as the gateway knows, too."""
    told = await owner.post("playbook/playbooks", {"name": "Website"})
    playbook_id = str(told["ids"]["playbook_id"])
    for step in ("publish", "activate"):
        await owner.post(f"playbook/playbooks/{playbook_id}/{step}")

    visit = {"workspace_id": owner.workspace_id, "playbook_id": playbook_id}
    await eventually(lambda: _is_accepted(owner, visit), every_s=0.2, what="the playbook takes visits")
    return playbook_id


async def _is_accepted(client: Agent, visit: Mapping[str, str]) -> bool:
    try:
        await client.public("gateway/visits", visit)
    except Answer as answer:
        if answer.status == httpx.codes.NOT_FOUND:
            return False
        raise
    return True


async def test_every_service_serves_its_openapi_document(system: System) -> None:
    async with httpx.AsyncClient() as http:
        for name in SERVICES:
            answer = await http.get(f"{system.bases[name]}/api/{name}/openapi.json")
            document: dict[str, Any] = answer.raise_for_status().json()
            assert document["paths"], name
