"""What the pictures show of the owner's own work: hours, rules for pages, versions, a draft tried on past visits."""

from typing import Any

from playwright.async_api import Page, expect

from tests.pictures.company import CoffeeCompany
from tests.pictures.flow import CAREERS, DRAFT, SECOND
from tests.pictures.scenes import Scenes

DESK = (1280, 1000, 1.6)
"""Width and height, and how many points each of their pixels has."""
DAYTIME, SATURDAY = [{"opens": "08:00", "closes": "18:00"}], [{"opens": "09:00", "closes": "13:00"}]
WEEK = {
    **dict.fromkeys(("monday", "tuesday", "wednesday", "friday"), DAYTIME),
    "thursday": [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "20:00"}],
    "saturday": SATURDAY,
}
CHRISTMAS = {"12-24": SATURDAY, "12-25": []}
SHOP = "https://sunnyside.example"


class Desk:
    """The owner at work, once the visitors of the other pictures have gone."""

    def __init__(self, scenes: Scenes, base: str, company: CoffeeCompany) -> None:
        self._scenes, self._base, self._company = scenes, base, company

    async def hours(self) -> None:
        """When the team is there."""
        year = self._scenes.clock.now().year
        special = [{"date": f"{year}-{day}", "intervals": open_} for day, open_ in CHRISTMAS.items()]
        hours = {"time_zone": "Europe/Berlin", "week": WEEK, "special_days": special}
        await self._company.ana.post("gateway/hours", {"hours": hours})
        page = await self._opened(*DESK, "hours")
        await expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
        await self._scenes.camera.take(page, "hours")

    async def versions(self) -> None:
        """What a version has changed."""
        await self._post("flow", {"flow": SECOND.model_dump(mode="json")})
        await self._post("publish", {"note": "Ask for cold coffee, and say that it is fresh"})
        page = await self._opened(*DESK, f"chatbot/{self._company.playbook_id}/versions")
        await page.get_by_role("button", name="What changed with version 2").click()
        await expect(page.get_by_role("list", name="What changes")).to_be_visible()
        await self._scenes.camera.take(page, "versions")

    async def dry_run(self) -> None:
        """A draft, tried on the visits of the morning."""
        await self._post("flow", {"flow": DRAFT.model_dump(mode="json")})
        page = await self._opened(*DESK, f"chatbot/{self._company.playbook_id}")
        await page.get_by_role("button", name="Try on past visits").click()
        await expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("walked again")
        await self._scenes.camera.take(page, "dry-run")

    async def install(self) -> None:
        """Which sites show it, and which pages get another playbook."""
        made = await self._company.ana.post("playbook/playbooks", {"name": "Careers", "template": "blank"})
        careers = str(made["ids"]["playbook_id"])
        for step, body in (
            ("flow", {"flow": CAREERS.model_dump(mode="json")}),
            ("publish", {}),
            ("activate", {}),
        ):
            await self._company.ana.post(f"playbook/playbooks/{careers}/{step}", body)
        when = [{"of": "page", "compare": "contains", "value": "/careers"}]
        await self._post("page-rules", {"rules": [{"when": when, "playbook_id": careers}]})
        await self._post("sites", {"sites": [SHOP]})
        page = await self._opened(*DESK, f"chatbot/{self._company.playbook_id}/install")
        rules = page.get_by_role("region", name="Which playbook a page gets")
        await rules.get_by_label("Address of a page").fill(f"{SHOP}/careers/barista")
        await expect(rules.get_by_text("By rule 1, visits get “Careers”.")).to_be_visible()
        await rules.evaluate("(it) => { document.activeElement.blur(); it.scrollIntoView(); }")
        await self._scenes.camera.take(page, "install")

    async def _post(self, step: str, body: dict[str, Any]) -> None:
        await self._company.ana.post(f"playbook/playbooks/{self._company.playbook_id}/{step}", body)

    async def _opened(self, width: int, height: int, scale: float, path: str) -> Page:
        page = await self._scenes.signed_in(width, height, scale)
        await page.goto(f"{self._base}/inbox/{path}")
        await expect(page.get_by_role("switch")).to_be_checked()
        await expect(page.get_by_role("list", name="Folders")).to_contain_text("Chloe1")
        return page
