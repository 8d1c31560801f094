"""Visits in flight over a publication and a roll back: each ends on the version on which it began."""

import asyncio
from typing import Any

from contracts.ids import derived_id
from contracts.playbook import AnswerGiven, CardShown, DetailCaptured, VisitEnded, VisitStarted
from services.chassis.tokens import Caller
from services.playbook.service import SERVICE
from tests.proof import count
from tests.unit.playbook.examples import AGENT, capture, end, flow, message, question
from tests.unit.playbook.world import WORKSPACE, World

EDITOR = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Eve", role="editor")
VISITS = count(1_000)


def version(number: int) -> Any:
    """A flow that says its number at the end; others ask for another detail, or have other cards."""
    goodbye = {f"bye_{number}": end.model_copy(update={"text": f"Version {number}."})}
    asked = capture("name" if number % 2 else "email", f"so_{number}")
    cards: Any = {"ask": question(go="detail"), "detail": asked, f"so_{number}": message(f"bye_{number}")}
    return flow("ask", **cards, **goodbye).model_dump(mode="json")


class Site:
    """A playbook and those who visit it."""

    def __init__(self) -> None:
        self.world, self.path, self.playbook_id = World(SERVICE), "", ""

    async def edit(self, step: str, body: object = None) -> None:
        answer = await self.world.ask(EDITOR, "POST", f"{self.path}/{step}", body)
        assert answer.is_success, answer.text

    async def create(self) -> None:
        made = await self.world.ask(EDITOR, "POST", "/playbooks", {"name": "Home page"})
        self.playbook_id = made.json()["ids"]["playbook_id"]
        self.path = f"/playbooks/{self.playbook_id}"

    async def publish(self, number: int) -> None:
        await self.edit("flow", {"flow": version(number)})
        await self.edit("publish", {"note": str(number)})

    async def step(self, number: int, step: str, body: object) -> None:
        visit_id, visitor_id = derived_id("visit", number), derived_id("visitor", number)
        visitor = Caller(
            kind="visitor",
            id=visitor_id,
            workspace_id=WORKSPACE,
            visit_id=visit_id,
            playbook_id=self.playbook_id,
        )
        answer = await self.world.ask(visitor, "POST", f"/visits/{visit_id}/{step}", body)
        assert answer.is_success, answer.text

    async def begin(self, numbers: range) -> None:
        await asyncio.gather(*(self.step(number, "start", {}) for number in numbers))

    async def answer(self, numbers: range) -> None:
        body = {"card_id": "ask", "choice_id": "go"}
        await asyncio.gather(*(self.step(number, "answers", body) for number in numbers))

    async def tell(self, number: int) -> None:
        field = next(
            event.field
            for event in reversed(self.world.events)
            if isinstance(event, CardShown) and event.field and event.visit_id == derived_id("visit", number)
        )
        value = "Ada" if field == "name" else "ada@example.com"
        await self.step(number, "details", {"card_id": "detail", "value": value})


async def test_each_visit_ends_on_the_version_on_which_it_began() -> None:
    site, third = Site(), VISITS // 3
    await site.create()
    await site.publish(1)
    await site.edit("activate")
    first, second, last = range(third), range(third, 2 * third), range(2 * third, VISITS)

    await site.begin(first)
    await site.answer(range(third // 2))
    await site.publish(2)
    await site.begin(second)
    await site.answer(range(third // 2, third + third // 2))
    await site.edit("rollback", {"published": 1})
    await site.begin(last)
    await site.answer(range(third + third // 2, VISITS))
    for number in range(VISITS):
        await site.tell(number)

    began, ended, said = dict[str, int](), set[str](), dict[str, str]()
    for event in site.world.events:
        match event:
            case VisitStarted():
                began[event.visit_id] = event.published
            case CardShown(kind="end"):
                said[event.visit_id] = event.text
            case VisitEnded():
                ended.add(event.visit_id)
    assert ended == began.keys() == {derived_id("visit", number) for number in range(VISITS)}
    wanted = {derived_id("visit", number): 2 if number in second else 1 for number in range(VISITS)}
    assert began == wanted
    assert said == {visit_id: f"Version {number}." for visit_id, number in wanted.items()}
    answers = [event for event in site.world.events if isinstance(event, AnswerGiven | DetailCaptured)]
    assert len(answers) == 2 * VISITS
