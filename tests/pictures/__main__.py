"""Makes the pictures of README anew: python -m tests.pictures."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from services.cli.catalogue import SERVICES
from services.cli.infrastructure import InfrastructureSettings, Servers, servers
from services.cli.site import Site, serving
from tests.e2e.browser.chromium import FLAGS, chromium
from tests.e2e.system import System
from tests.pictures.camera import Camera
from tests.pictures.company import CoffeeCompany
from tests.pictures.desk import Desk
from tests.pictures.moment import VARIABLE, StoryClock
from tests.pictures.scenes import Scenes
from tests.pictures.story import BEGINS_AT, COLLEAGUES, OVER_AT, SHOWN_AT, Morning
from tests.unique import unique_name

HERE, FOLDER = Path(__file__).parent, Path(__file__).parents[2] / "docs" / "pictures"
NAME = "Sunny Side Coffee"


class StorySystem(System):
    """All services in one process, by the story's clock."""

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        super()._launch(name, ["tests.pictures.serving", *SERVICES], environment)


async def drawn(browser: Browser) -> bytes:
    """The picture that a visitor sends."""
    page = await browser.new_page(viewport={"width": 640, "height": 400})
    await page.goto((HERE / "kitchen.html").as_uri())
    try:
        return await page.locator("svg").screenshot()
    finally:
        await page.close()


async def photograph(system: StorySystem, site: Site, clock: StoryClock) -> None:
    """Plays the morning and takes the pictures."""
    base = system.address_of("all")
    async with CoffeeCompany(system, site.url) as company, async_playwright() as playwright:
        await company.open(NAME, COLLEAGUES)
        site.snippet = (
            f'<script async src="{base}/widget/{company.workspace_id}/{company.playbook_id}.js"></script>'
        )
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            maya = await Morning(company, clock, system).pass_by(await drawn(browser))
            scenes = Scenes(browser, base, site.url, company, clock, Camera(FOLDER))
            clock.jump(SHOWN_AT)
            await scenes.inbox(maya)
            await scenes.editor()
            await scenes.widget()
            await scenes.phone()
            desk = Desk(scenes, base, company)
            await desk.hours()
            await desk.versions()
            await desk.dry_run()
            await desk.install()
        finally:
            await browser.close()


def play(found: Servers, data: Path) -> None:
    """A system of its own, on databases and topics of its own, until the pictures are taken."""
    clock = StoryClock(data / "clock", OVER_AT)
    clock.jump(BEGINS_AT)
    system = StorySystem(found, data, unique_name("pic"))
    system.variables["LIVECHAT_ORIGINS"] = system.address_of("all")
    system.variables["LIVECHAT_CONVERSATION_VISITOR_LEFT_S"] = "3600"
    system.variables[VARIABLE] = str(data / "clock")
    try:
        system.start("all")
        with serving("localhost", 0) as site, clock.hold_timers(system):
            asyncio.run(photograph(system, site, clock))
    finally:
        system.stop_all()


def main() -> None:
    """Where servers come from is chosen as `make run` chooses."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = InfrastructureSettings(data=Path(".livechat/pictures"))
    with (
        tempfile.TemporaryDirectory(prefix="pictures-") as data,
        servers(settings, lambda line: print(line, file=sys.stderr)) as found,
    ):
        play(found, Path(data))
    for picture in sorted(FOLDER.glob("*.webp")):
        print(f"{picture.relative_to(FOLDER.parents[1])}  {picture.stat().st_size:>7} bytes")


if __name__ == "__main__":
    main()
