"""The next card after an answer: from when a visitor's answer is due until they have the card, whichever way."""

from typing import Any
from uuid import uuid4

import httpx

from tests.bench.command import agent_token
from tests.bench.figures import Figure, benchmark, percentile
from tests.bench.generator import Generator, generating
from tests.bench.lab import Lab
from tests.bench.processes import Keys
from tests.bench.system import System, whole_system
from tests.waiting import eventually

VISITORS, RATE, WARM_S, STEADY_S, TURNS = 400, 200, 5.0, 20.0, 3
CARD_MS_MAX = 50
READY_WITHIN_S, CLEARED_WITHIN_S = 120.0, 90.0
FLOW = {
    "start": "one",
    "cards": {
        "one": {
            "kind": "question",
            "text": "One?",
            "choices": [
                {"choice_id": "go", "label": "Go on", "next": "well"},
                {"choice_id": "leave", "label": "Leave", "next": "bye"},
            ],
        },
        "well": {"kind": "message", "text": "Well, then.", "next": "two"},
        "two": {
            "kind": "question",
            "text": "Two?",
            "choices": [{"choice_id": "go", "label": "Go on", "next": "one"}],
        },
        "bye": {"kind": "end", "text": "Bye."},
    },
}
"""Round and round: each second answer has one card of its own before the next question."""


@benchmark("answers")
async def measure(lab: Lab) -> list[Figure]:
    """Visitors walk a playbook, each with a socket; six services in six processes."""
    keys, workspace_id = Keys(), str(uuid4())
    visitors, rate = lab.count(VISITORS, 10), lab.count(RATE, 5)
    async with whole_system(lab, keys) as system:
        playbook_id = await _playbook(system, keys, workspace_id)
        task: dict[str, Any] = {
            "private": keys.private,
            "workspace_id": workspace_id,
            "playbook_id": playbook_id,
            "visitors": visitors,
            "gateway": system.ports["gateway"],
            "playbook": system.ports["playbook"],
        }
        async with generating("tests.bench.walkers", **task) as walkers:

            async def all_begun() -> bool:
                return bool((await walkers.ask())["ready"] == visitors)

            await eventually(all_begun, within_s=READY_WITHIN_S, every_s=0.5, what="the first cards")
            await _cleared(system)
            return [await _measured(lab, walkers, visitors, rate)]


async def _playbook(system: System, keys: Keys, workspace_id: str) -> str:
    token = agent_token(keys, workspace_id, str(uuid4()), "owner")
    headers = {"authorization": f"Bearer {token}"}
    base = f"{system.bases['playbook']}/api/playbook"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
        made = (await client.post("/playbooks", json={"name": "Walked"})).raise_for_status().json()
        playbook_id = str(made["ids"]["playbook_id"])
        for step, body in (("flow", {"flow": FLOW}), ("publish", {}), ("activate", None)):
            (await client.post(f"/playbooks/{playbook_id}/{step}", json=body)).raise_for_status()
    return playbook_id


async def _cleared(system: System) -> None:
    async def cleared() -> bool:
        backlog = await system.backlog()
        return backlog.records == 0 and backlog.outbox_s == 0

    await eventually(cleared, within_s=CLEARED_WITHIN_S, every_s=0.2, what="that nothing waits")


async def _measured(lab: Lab, walkers: Generator, visitors: int, rate: int) -> Figure:
    warm_s, steady_s = (WARM_S, STEADY_S * TURNS) if not lab.quick else (1.0, 3.0)
    await walkers.ask(rate=rate, seconds=warm_s)
    await walkers.share()
    played = await walkers.ask(rate=rate, seconds=steady_s)
    share = await walkers.share()
    found_ms = [delay_s * 1e3 for delay_s in played["delays_s"]] or [float("inf")]
    p99_ms = percentile(found_ms, 0.99)
    wrong = f", {played['never']} never shown" if played["never"] else ""
    wrong += f", refused: {played['refused'][0]}" if played["refused"] else ""
    return Figure(
        f"{rate} answers/s, {visitors} visitors: answer → the visitor has the next card, p99", round(p99_ms, 1),
        "ms", round(p99_ms / CARD_MS_MAX, 2), f"median {percentile(found_ms, 0.5):.3g} ms", f"≤ {CARD_MS_MAX} ms",
        p99_ms <= CARD_MS_MAX and not wrong,
        f"{len(found_ms):,} answers, {played['by_socket']:,} cards came by the socket first{wrong}, "
        f"{played['busy']} found nobody who waits for one; "
        f"the generator took {share:.0%} of a core",
    )  # fmt: skip
