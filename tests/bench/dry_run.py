"""Past visits walked again through a draft in a second of one core's time."""

import json
from random import Random
from statistics import median
from typing import Any

from contracts.conditions import CapturedIs, PageIs
from contracts.flow import Flow
from services.playbook.decider.dry_run import Tally
from services.playbook.decider.past import past_of
from services.playbook.decider.rewalk import plan_of
from tests.bench.figures import ROUNDS, Figure, benchmark, stopwatch
from tests.bench.lab import Lab

VISITS, SEED, A_SECOND_MIN = 20_000, 1, 5_000


@benchmark("dry-run")
async def measure(lab: Lab) -> list[Figure]:
    """Visits of up to seven answers, with two conditions, pages and requests for a person, read from JSON."""
    visits = lab.count(VISITS, 200)
    rows = [json.dumps(_visit(Random(f"{SEED}/{number}"), number)) for number in range(visits)]
    plan, rates, cpu = plan_of(_flow()), list[float](), ""
    tally = Tally(plan)
    for _ in range(ROUNDS):
        tally = Tally(plan)
        with stopwatch() as watch:
            for row in rows:
                tally.walk(past_of(json.loads(row), returning=None))
        rates.append(visits / watch.cpu_s)
        cpu = watch.cpu_us(visits)
    told = tally.told(complete=True)
    found = median(rates)
    return [
        Figure(
            "past visits walked again", round(found), "visits/s", round(found / A_SECOND_MIN, 2), "",
            f"≥ {A_SECOND_MIN:,}", found >= A_SECOND_MIN and told.visits == visits,
            f"{cpu}; {told.after.end_card:,} come to an end, {told.after.stuck:,} are stuck",
        )
    ]  # fmt: skip


def _flow() -> Flow:
    """The draft: a menu with a way back, details, conditions, a person and an offline flow."""
    cards: dict[str, Any] = {
        "menu": {
            "kind": "question",
            "text": "What is it?",
            "choices": [
                {"choice_id": "buy", "label": "Buy", "next": "where"},
                {"choice_id": "chat", "label": "Chat", "next": "person"},
                {"choice_id": "again", "label": "Again", "next": "menu"},
                {"choice_id": "leave", "label": "Leave", "next": "bye"},
            ],
        },
        "where": {
            "kind": "condition",
            "cases": [{"when": [PageIs(compare="contains", value="prices").model_dump()], "next": "offer"}],
            "otherwise": "name",
        },
        "offer": {"kind": "message", "text": "Ten per cent off.", "next": "name"},
        "name": {"kind": "capture", "text": "Name?", "field": "name", "retry_text": "No.", "next": "email"},
        "email": {
            "kind": "capture",
            "text": "E-mail?",
            "field": "email",
            "retry_text": "No.",
            "next": "known",
        },
        "known": {
            "kind": "condition",
            "cases": [
                {
                    "when": [CapturedIs(field="email", compare="contains", value=".com").model_dump()],
                    "next": "good",
                }
            ],
            "otherwise": "lead",
        },
        "good": {"kind": "qualify", "qualified": True, "next": "lead"},
        "lead": {"kind": "action", "follow_up": "lead", "title": "Call {name}", "next": "bye"},
        "person": {
            "kind": "live_chat",
            "online_message": "One moment.",
            "wait_time_s": 60,
            "offline_message": "Nobody.",
            "offline_flow": "sorry",
        },
        "sorry": {"kind": "message", "text": "Sorry.", "next": "name"},
        "bye": {"kind": "end", "text": "Bye."},
    }
    return Flow.model_validate({"start": "menu", "cards": cards})


def _visit(chance: Random, number: int) -> dict[str, Any]:
    """A row of the read model, as visits leave it."""
    page = chance.choice(
        ["https://shop.example/", "https://shop.example/prices", "https://shop.example/?utm_source=ads"]
    )
    steps: list[Any] = [["begin", page, None]]
    for _ in range(chance.randrange(5)):
        steps.append(["answer", "menu", "again"])
    choice = chance.choice(["buy", "chat", "leave", None])
    if choice is not None:
        steps.append(["answer", "menu", choice])
    if choice == "chat":
        steps += [["asked"], ["offline", "nobody_online"], ["run"]]
    if choice in ("buy", "chat"):
        steps += [["page", page + "#2", None], ["detail", "name", "Ada"]]
        steps += [["detail", "email", chance.choice(["ada@example.com", "ada@example.org"])]]
    became: dict[str, Any] = {
        "ended": None,
        "card_id": "menu",
        "asked_at": None,
        "offline": None,
        "qualified": None,
        "follow_ups": {},
    }
    return {"visit_id": f"visit-{number}", "locale": "en", "known": [], "steps": steps, "became": became}
