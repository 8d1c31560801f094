"""Takes pictures of pages as they are, light and dark, each small enough for a repository."""

import asyncio
import base64
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Page

BYTES_MAX = 200_000
QUALITIES = (90, 84, 78, 72, 66, 60)
SCHEMES = ("light", "dark")
SETTLED = """
() => document.fonts.ready.then(() => {
  const ends = document.getAnimations().filter((it) => Number.isFinite(it.effect.getComputedTiming().endTime));
  return Promise.all(ends.map((it) => it.finished));
}).then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
"""


class Camera:
    """Writes `<name>-light.webp` and `<name>-dark.webp` to a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, page: Page, name: str) -> None:
        """The page in both schemes. Raises ValueError where a picture cannot be made small enough."""
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for frame in page.frames:
                await frame.evaluate(SETTLED)
            picture = await self._small(page, f"{name}-{scheme}")
            await asyncio.to_thread((self._folder / f"{name}-{scheme}.webp").write_bytes, picture)

    async def _small(self, page: Page, name: str) -> bytes:
        picture = b""
        devtools = await page.context.new_cdp_session(page)
        try:
            for quality in QUALITIES:
                asked: Mapping[str, object] = {"format": "webp", "quality": quality}
                told = await devtools.send("Page.captureScreenshot", dict(asked))
                picture = base64.b64decode(told["data"])
                if len(picture) <= BYTES_MAX:
                    return picture
        finally:
            await devtools.detach()
        raise ValueError(f"{name}: {len(picture)} bytes at the lowest quality, {BYTES_MAX} allowed")
