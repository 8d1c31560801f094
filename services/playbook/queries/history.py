"""Past visits, read page by page and walked again beside everything else that the service does."""

import asyncio
import time
from collections.abc import Sequence

from contracts.flow import Flow
from services.chassis.decider import Refused
from services.chassis.ports import Ports, Row
from services.playbook.decider.dry_run import DryRun, Tally
from services.playbook.decider.past import past_of
from services.playbook.decider.rewalk import Plan, plan_of
from services.playbook.queries.around import first_visit_of
from services.playbook.tables import HISTORY

PAGE_VISITS = 250
RUN_S_MAX = 10.0


class RunsAlready(Refused):
    """The workspace's run before this one is not over yet."""

    def __init__(self) -> None:
        super().__init__("dry_run_runs", "Past visits are being walked already: wait until that is done.")


class DryRuns:
    """The runs of this process: one of each workspace at a time."""

    def __init__(self, run_s_max: float = RUN_S_MAX) -> None:
        self._running, self._run_s_max = set[str](), run_s_max

    async def run(self, ports: Ports, workspace_id: str, playbook_id: str, flow: Flow, visits: int) -> DryRun:
        """Walks the playbook's last visits through the flow. Raises RunsAlready."""
        if workspace_id in self._running:
            raise RunsAlready
        self._running.add(workspace_id)
        try:
            return await self._run(ports, workspace_id, playbook_id, flow, visits)
        finally:
            self._running.discard(workspace_id)

    async def _run(
        self, ports: Ports, workspace_id: str, playbook_id: str, flow: Flow, visits: int
    ) -> DryRun:
        until_s = time.monotonic() + self._run_s_max
        plan = plan_of(flow)
        tally = Tally(plan)
        left, after = visits, None
        while left > 0:
            if time.monotonic() > until_s:
                return tally.told(complete=False)
            rows = await ports.reader.find(
                workspace_id,
                HISTORY,
                {"playbook_id": playbook_id},
                order=("-begun_at", "-visit_id"),
                after=after,
                limit=min(left, PAGE_VISITS),
            )
            if not rows:
                break
            returning = await _returning(ports, workspace_id, plan, rows)
            if not await asyncio.to_thread(_walk, tally, rows, returning, until_s):
                return tally.told(complete=False)
            left -= len(rows)
            after = (rows[-1]["begun_at"], rows[-1]["visit_id"])
        return tally.told(complete=True)


def _walk(tally: Tally, rows: Sequence[Row], returning: dict[str, bool], until_s: float) -> bool:
    """Walks the visits of a page; whether the time was enough for them."""
    for row in rows:
        if time.monotonic() > until_s:
            return False
        if row["whole"]:
            tally.walk(past_of(row, returning.get(row["visit_id"])))
        else:
            tally.pass_over()
    return True


async def _returning(ports: Ports, workspace_id: str, plan: Plan, rows: Sequence[Row]) -> dict[str, bool]:
    """Which of these visits were not their visitor's first, where a condition card asks for it."""
    if not any("returning" in asks for asks in plan.asks.values()):
        return {}
    visitors = {row["visitor_id"] for row in rows}
    # One by one: some visitor may have had more visits than anybody would read.
    first = {one: await first_visit_of(ports.reader, workspace_id, one) for one in sorted(visitors)}
    return {row["visit_id"]: first[row["visitor_id"]] not in (None, row["visit_id"]) for row in rows}
