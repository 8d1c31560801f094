"""R14: leads, deals and activities are made from the details, and stand with those that action cards have made."""

from typing import Any

import pytest

from tests.e2e.company import Company
from tests.e2e.system import System
from tests.e2e.test_r13_details import known
from tests.waiting import eventually


@pytest.mark.real
async def test_each_kind_is_made_from_a_closed_conversation_and_says_what_caused_it(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        await known(company.ana, chat)
        await company.say(company.ana, chat, "Goodbye!")
        await company.close(company.ana, chat)

        await company.make_lead(company.ben, chat)
        path = f"crm/conversations/{chat.conversation_id}"
        deal = await company.ben.post(f"{path}/deals", {"value_minor": 500, "currency": "JPY"})
        call = await company.ben.post(
            f"{path}/activities", {"kind": "call", "due_at": "2030-01-02T09:00:00Z", "title": "Call"}
        )

        async def listed() -> list[Any]:
            items = (await company.ana.get(f"{path}/outcomes"))["items"]
            return list(items) if len(items) >= 3 else []

        found = await eventually(listed, every_s=0.1, what="the final outcomes")
        assert [item["kind"] for item in found] == ["activity", "deal", "lead"]
        assert [item["outcome_id"] for item in found[:2]] == [
            call["ids"]["activity_id"],
            deal["ids"]["deal_id"],
        ]
        assert {(item["cause"], item["by"]) for item in found} == {("agent", company.ben.agent_id)}
        assert all(item["caused_by"]["command_id"] for item in found)
        await company.at_rest()


@pytest.mark.real
async def test_what_an_offline_flow_asked_for_stands_with_its_visit(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        await company.nobody_is_online()
        visitor, panel = await company.ask()
        await company.sent_away(visitor, panel)

        async def made() -> list[Any]:
            return list((await company.ana.get(f"crm/visits/{visitor.visit_id}/outcomes"))["items"])

        (lead,) = await eventually(made, every_s=0.1, what="the follow-up")
        assert (lead["kind"], lead["cause"], lead["conversation_id"]) == ("lead", "action_card", None)
        assert lead["caused_by"]["stream"] == f"visit-{visitor.visit_id}"
        assert {detail["field"] for detail in lead["person"]} >= {"name", "email"}


@pytest.mark.real
async def test_what_the_bot_and_what_agents_made_stand_together_with_their_conversation(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await company.sent_away(chat.visitor, chat.panel)
        path = f"crm/conversations/{chat.conversation_id}"
        deal = await company.ben.post(f"{path}/deals", {"value_minor": 500, "currency": "EUR"})

        async def listed() -> list[Any]:
            items = (await company.ana.get(f"{path}/outcomes"))["items"]
            return list(items) if len(items) >= 2 else []

        found = await eventually(listed, every_s=0.1, what="the final outcomes")
        assert {(item["kind"], item["cause"], item["by"]) for item in found} == {
            ("lead", "action_card", None),
            ("deal", "agent", company.ben.agent_id),
        }
        by_kind = {item["kind"]: item for item in found}
        assert by_kind["deal"]["outcome_id"] == deal["ids"]["deal_id"]
        assert by_kind["lead"]["caused_by"]["stream"] == chat.visit
        assert {item["conversation_id"] for item in found} == {chat.conversation_id}
        await company.at_rest()
