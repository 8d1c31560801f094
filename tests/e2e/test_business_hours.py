"""Business hours through the whole system: what an owner sets decides which way visitors go from a condition."""

from typing import Any

import pytest

from contracts.deciding import ConditionDecided
from contracts.gateway import BusinessHoursSet
from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.reckoning import read_history
from tests.e2e.company import Company
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

OPEN, CLOSED = "We are open.", "We are closed."
FLOW = {
    "start": "hours",
    "cards": {
        "hours": {
            "kind": "condition",
            "cases": [{"when": [{"of": "hours"}], "next": "open"}],
            "otherwise": "closed",
        },
        "open": {"kind": "end", "text": OPEN},
        "closed": {"kind": "end", "text": CLOSED},
    },
}
NEVER: dict[str, Any] = {"time_zone": "Asia/Kathmandu", "week": {}}


async def is_told(company: Company, playbook_id: str, text: str) -> bool:
    """Whether a visitor who comes now is told this."""
    visitor, panel = await company.arrive(playbook_id)
    visit = f"visit-{visitor.visit_id}"
    await panel.until(lambda s: s.of(visit, "card_shown"), PATIENCE_S, "what the bot says")
    await panel.close()
    return bool(panel.of(visit, "card_shown")[-1]["text"] == text)


async def test_hours_that_an_owner_sets_decide_what_visitors_are_told(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        made = await company.ana.post("playbook/playbooks", {"name": "Hours"})
        playbook_id = str(made["ids"]["playbook_id"])
        one = f"playbook/playbooks/{playbook_id}"
        for step, body in (("flow", {"flow": FLOW}), ("publish", {}), ("activate", {})):
            await company.ana.post(f"{one}/{step}", body)
        assert await is_told(company, playbook_id, OPEN)

        await company.ana.post("gateway/hours", {"hours": NEVER, "expected_revision": 0})
        await eventually(
            lambda: is_told(company, playbook_id, CLOSED), within_s=PATIENCE_S, what="that it is closed"
        )
        await company.ana.post("gateway/hours", {"hours": None, "expected_revision": 1})
        await eventually(
            lambda: is_told(company, playbook_id, OPEN), within_s=PATIENCE_S, what="that it is open again"
        )

        history = await read_history(system.kafka, system.naming, company.told.workspace_id)
        events = [recorded.event for stream in history.streams.values() for recorded in stream]
        assert sorted(one.revision for one in events if isinstance(one, BusinessHoursSet)) == [1, 2]
        weighed = [event.weighed.hours for event in events if isinstance(event, ConditionDecided)]
        assert {(seen.revision, seen.open) for seen in weighed if seen} == {(0, True), (1, False), (2, True)}
