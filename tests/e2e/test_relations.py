"""What only a conversation's holder, a note's author or a canned reply's may do, no colleague does: nothing changes."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.company import Company
from tests.e2e.known import refusal
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

REPLY = {"shortcut": "hours", "title": "Hours", "text": "We are here from nine to five."}


async def test_colleagues_do_nothing_in_a_conversation_that_another_holds(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        (cleo,) = await company.hire(1)
        chat = await company.chat()
        await company.take(company.ben, chat)
        to_cleo = {"agent_id": cleo.agent_id, "expected_holder": None}
        refusals: Mapping[str, tuple[str, Any]] = {
            "messages": ("not_holder", {"text": "May I?"}),
            "read": ("not_holder", {"up_to": 1}),
            "take": ("already_assigned", None),
            "close": ("held_by_another", {"expected_holder": cleo.agent_id}),
            "assign": ("held_by_another", to_cleo),
        }

        for colleague in (cleo, company.ana):
            found = {
                what: await refusal(colleague, f"{chat.path}/{what}", body)
                for what, (_, body) in refusals.items()
            }
            assert found == {what: code for what, (code, _) in refusals.items()}

        await company.at_rest()


async def test_colleagues_change_no_note_of_another_and_an_owner_removes_it(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        (cleo,) = await company.hire(1)
        chat = await company.chat()
        await company.take(company.ben, chat)
        notes = f"crm/conversations/{chat.conversation_id}/details/notes"
        made = await company.ben.post(notes, {"text": "Drinks tea."})
        note = f"{notes}/{made['ids']['note_id']}"

        for colleague in (cleo, company.ana):
            assert await refusal(colleague, note, {"text": "Drinks coffee."}) == "not_author"
        assert await refusal(cleo, f"{note}/remove") == "not_author"

        async def unchanged() -> bool:
            return [one["text"] for one in (await company.ben.get(notes))["items"]] == ["Drinks tea."]

        await eventually(unchanged, what="the note as Ben wrote it")
        await company.ana.post(f"{note}/remove")
        assert await refusal(company.ben, note, {"text": "Drinks water."}) == "not_found"


async def test_colleagues_change_no_canned_reply_of_another_and_an_owner_does(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        (cleo,) = await company.hire(1)
        made = await company.ben.post("conversation/replies", REPLY)
        reply = f"conversation/replies/{made['ids']['reply_id']}"

        for path, body in ((reply, {**REPLY, "text": "Never."}), (f"{reply}/remove", None)):
            assert await refusal(cleo, path, body) == "not_author"
        await company.ana.post(reply, {**REPLY, "text": "From ten."})
        await company.ben.post(f"{reply}/remove")
