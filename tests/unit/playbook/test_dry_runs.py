"""Dry runs over HTTP: which visits a draft changes, none where it changes nothing; nothing is recorded."""

import asyncio
from typing import Any

from contracts.ids import derived_id
from services.chassis.tokens import Caller
from services.playbook.queries.history import DryRuns
from services.playbook.service import SERVICE
from tests.proof import count
from tests.unit.playbook.examples import AGENT, capture, end, flow, message, question
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
SOMEBODY = EDITOR.model_copy(update={"role": "agent"})
VISITS = count(1_000)
CARDS: Any = {
    "menu": question(buy="name", look="bye", again="menu"),
    "name": capture("name", "email"),
    "email": capture("email", "thanks"),
    "thanks": message("bye"),
    "bye": end,
}
MENU = flow("menu", **CARDS)


class Shop:
    """A playbook that visitors have walked, each as far as they liked."""

    def __init__(self) -> None:
        self.world, self.path, self.playbook_id = World(SERVICE), "", ""

    async def post(self, path: str, body: Any = None, by: Caller = EDITOR) -> Any:
        answer = await self.world.ask(by, "POST", path, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def open(self) -> "Shop":
        made = await self.post("/playbooks", {"name": "Shop"})
        self.playbook_id = made["ids"]["playbook_id"]
        self.path = f"/playbooks/{self.playbook_id}"
        await self.draft(MENU)
        await self.post(f"{self.path}/publish", {})
        await self.post(f"{self.path}/activate")
        return self

    async def draft(self, drawn: Any) -> None:
        await self.post(f"{self.path}/flow", {"flow": drawn.model_dump(mode="json")})

    async def visit(self, number: int) -> None:
        visit_id = derived_id("visit", number)
        who = Caller(
            kind="visitor",
            id=derived_id("visitor", number),
            workspace_id=WORKSPACE,
            visit_id=visit_id,
            playbook_id=self.playbook_id,
        )
        steps: list[tuple[str, Any]] = [("start", {})]
        steps += [("answers", {"card_id": "menu", "choice_id": "again"})] * (number % 3)
        if number % 5:
            choice = "look" if number % 5 == 1 else "buy"
            steps.append(("answers", {"card_id": "menu", "choice_id": choice}))
        if number % 5 > 2:
            steps.append(("details", {"card_id": "name", "value": "Ada"}))
        if number % 5 == 4:
            steps.append(("details", {"card_id": "email", "value": "ada@example.com"}))
        for place, (step, body) in enumerate(steps):
            arrival = {"arrival": place} if step != "start" else {}
            await self.post(f"/visits/{visit_id}/{step}", body | arrival, who)

    async def run(self, **body: Any) -> Any:
        return await self.post(f"{self.path}/dry-runs", body)


async def visited(visits: int) -> Shop:
    shop = await Shop().open()
    for number in range(visits):
        await shop.visit(number)
    return shop


async def test_a_draft_that_changes_nothing_changes_no_visit() -> None:
    shop = await visited(VISITS)
    before = len(shop.world.said)

    told = await shop.run(visits=VISITS)

    assert (told["visits"], told["same"], told["changes"], told["stuck"]) == (VISITS, VISITS, [], [])
    assert (told["before"], told["passed_over"], told["complete"]) == (told["after"], 0, True)
    assert told["before"]["end_card"] == sum(number % 5 in (1, 4) for number in range(VISITS))
    assert len(shop.world.said) == before


async def test_what_changes_is_told_with_the_visits_of_which_it_does() -> None:
    shop = await visited(10)
    asked = capture("phone", "thanks")
    choices = question(buy="name", again="menu")
    await shop.draft(flow("menu", **(CARDS | {"menu": choices, "email": asked})))

    told = await shop.run()

    assert (told["visits"], told["same"]) == (10, 6)
    stuck = {(one["card_id"], one["reason"]): one["visits"] for one in told["stuck"]}
    assert stuck == {("menu", "choice_gone"): 2, ("email", "value_not_valid"): 2}
    assert {(one["before"]["ended"], one["after"]["ended"]) for one in told["changes"]} == {
        ("end_card", "stuck")
    }
    lookers = next(one for one in told["changes"] if one["after"]["card_id"] == "menu")
    assert lookers["examples"] == [derived_id("visit", number) for number in _newest(6, 1)]


def _newest(*numbers: int) -> list[int]:
    """All visits began in the same moment: then their ids tell which is the newer one."""
    return sorted(numbers, key=lambda number: derived_id("visit", number), reverse=True)


async def test_a_card_more_is_answered_by_nobody_and_one_less_is_passed_over() -> None:
    shop = await visited(10)
    await shop.draft(
        flow("menu", **(CARDS | {"name": capture("company", "phone"), "phone": capture("phone", "bye")}))
    )
    more = await shop.run()
    less = {card_id: card for card_id, card in CARDS.items() if card_id != "name"}
    await shop.draft(flow("menu", **(less | {"menu": question(buy="email", look="bye", again="menu")})))
    fewer = await shop.run()

    assert [(one["card_id"], one["reason"], one["visits"]) for one in more["stuck"]] == [
        ("phone", "never_answered", 2)
    ]
    assert [(one["card_id"], one["reason"], one["visits"]) for one in fewer["stuck"]] == [
        ("email", "card_gone", 2)
    ]
    assert fewer["after"]["end_card"] == fewer["before"]["end_card"]


async def test_any_version_may_be_tried_and_no_more_visits_than_are_asked_for() -> None:
    shop = await visited(10)
    await shop.draft(flow("bye", bye=end))

    draft, published = await shop.run(visits=4), await shop.run(published=1)

    assert (draft["visits"], draft["after"]["end_card"]) == (4, 4)
    assert (published["visits"], published["same"]) == (10, 10)


async def test_without_visits_there_is_nothing_to_tell() -> None:
    shop = await Shop().open()

    told = await shop.run()

    assert (told["visits"], told["same"], told["complete"]) == (0, 0, True)


async def test_what_cannot_be_run_is_refused() -> None:
    shop = await visited(1)
    for body, code in (
        ({"visits": 0}, "invalid"),
        ({"visits": 5_001}, "invalid"),
        ({"published": 7}, "not_found"),
    ):
        answer = await shop.world.ask(EDITOR, "POST", f"{shop.path}/dry-runs", body)
        assert answer.json()["code"] == code

    denied = await shop.world.ask(SOMEBODY, "POST", f"{shop.path}/dry-runs", {})
    assert denied.status_code == 403


async def test_a_workspace_has_one_run_at_a_time() -> None:
    shop = await visited(3)

    answers = await asyncio.gather(
        *(shop.world.ask(EDITOR, "POST", f"{shop.path}/dry-runs", {}) for _ in range(3))
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"dry_run_runs"}
    assert (await shop.run())["visits"] == 3


async def test_a_run_ends_in_time_and_says_so() -> None:
    shop = await visited(3)
    vars(shop.world.ports)["own"] = {**shop.world.ports.own, "dry_runs": DryRuns(run_s_max=-1.0)}

    told = await shop.run()

    assert (told["visits"], told["complete"]) == (0, False)
