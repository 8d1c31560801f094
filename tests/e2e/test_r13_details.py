"""R13: the details panel has what the bot captured and is edited during and after the chat, by several agents."""

from typing import Any

import pytest

from contracts.ids import derived_id
from services.cli.demo.clients import Agent, Answer
from tests.e2e.company import Chat, Company
from tests.e2e.interview import TOLD, interviewed
from tests.e2e.known import is_there
from tests.e2e.system import System
from tests.waiting import eventually


async def known(agent: Agent, chat: Chat) -> str:
    """Where the chat's details are, once the service has heard of the chat."""
    path = f"crm/conversations/{chat.conversation_id}/details"

    async def is_there() -> bool:
        try:
            await agent.get(path)
        except Answer:
            return False
        return True

    await eventually(is_there, every_s=0.1, what="the conversation's details")
    return path


@pytest.mark.real
async def test_agents_edit_the_details_during_and_after_the_chat(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        details = await known(company.ana, chat)
        seen = (await company.ana.get(details))["version"]

        await company.ana.post(f"{details}/person", {"name": "Ada", "expected_version": seen})
        with pytest.raises(Answer) as refused:
            await company.ben.post(f"{details}/person", {"name": "Eva", "expected_version": seen})
        await company.say(company.ana, chat, "Goodbye!")
        await company.close(company.ana, chat)
        await company.ben.post(f"{details}/deal-value", {"value_minor": 125_000, "currency": "EUR"})
        await company.ben.post(f"{details}/organization", {"name": "ACME"})
        told = await company.ben.post(f"{details}/notes", {"text": "Call <b>back</b>."})

        assert (refused.value.status, refused.value.code) == (409, "details_changed")
        assert refused.value.problem["current"] == {"name": "Ada"}
        assert refused.value.problem["by"] == company.ana.agent_id

        async def shown() -> bool:
            return int((await company.ana.get(details))["version"]) >= int(told["version"])

        await eventually(shown, every_s=0.1, what="the panel shows the last edit")
        panel = await company.ana.get(details)
        assert (panel["person"]["name"], panel["organization"]["name"]) == ("Ada", "ACME")
        assert panel["deal_value"] == {"value_minor": 125_000, "currency": "EUR"}
        await eventually(
            lambda: is_there(
                company.ana, f"crm/organizations/{derived_id('organization', chat.visitor.visitor_id)}"
            ),
            every_s=0.1,
            what="the organization behind the panel",
        )
        panel = await company.ana.get(details)
        organization = await company.ana.get(f"crm/organizations/{panel['organization_id']}")
        person = await company.ana.get(f"crm/persons/{panel['person_id']}")
        assert (person["name"], organization["name"]) == ("Ada", "ACME")
        (note,) = panel["notes"]["items"]
        assert (note["text"], note["by"]) == ("Call <b>back</b>.", company.ben.agent_id)
        await company.at_rest()


@pytest.mark.real
async def test_what_the_bot_captured_before_the_chat_is_in_the_panel_and_can_be_edited(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await interviewed(company)
        details = await known(company.ana, chat)

        async def filled() -> dict[str, Any] | None:
            panel = await company.ana.get(details)
            return panel if panel["free"] and panel["person"]["name"] else None

        panel = await eventually(filled, every_s=0.1, what="what the bot captured")
        assert panel is not None
        assert (panel["person"]["name"], panel["person"]["email"]) == (TOLD["name"], TOLD["email"])
        assert panel["organization"]["name"] == TOLD["company"]
        assert [(one["label"], one["value"]) for one in panel["free"]] == [("Size", TOLD["size"])]
        assert {"person.name", "person.email", "organization.name"} <= set(panel["by_bot"])

        edit = {"name": "Ada King", "expected_version": panel["version"]}
        told = await company.ana.post(f"{details}/person", edit)

        async def shown() -> bool:
            return int((await company.ana.get(details))["version"]) >= int(told["version"])

        await eventually(shown, every_s=0.1, what="the panel shows the edit")
        panel = await company.ben.get(details)
        assert (panel["person"]["name"], panel["person"]["email"]) == ("Ada King", TOLD["email"])
        assert "person.name" not in panel["by_bot"]
        await company.at_rest()
