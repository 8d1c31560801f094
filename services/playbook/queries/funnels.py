"""Reads of funnels: what became of the visits to each published version of a playbook, and to its cards."""

from pydantic import BaseModel

from services.chassis.http import Page, page, read_cursor
from services.chassis.ports import Ports
from services.playbook.queries import flow_of_version, playbook_now
from services.playbook.tables import FUNNEL_CARDS, FUNNEL_PATHS, FUNNELS

PATHS_OF_CARD_MAX = 40


class VersionFunnel(BaseModel):
    """The visits that walked a version, each in exactly one of `left`, `end_card`, `taken_over` (by an agent) and
    `conversation_closed` (without one). Who is still there is among `left`. Beside that: how many `asked_for_person`,
    and were `qualified` or `disqualified`.
    """

    published: int
    visits: int
    left: int
    end_card: int
    taken_over: int
    conversation_closed: int
    asked_for_person: int
    qualified: int
    disqualified: int


class CardFunnel(BaseModel):
    """The visits that came to a card, each counted once however often it came.

    `paths` has how many went which way: a question's by choice, a condition's by `case-1`, `case-2` … or `otherwise`,
    and of a Live Chat card those into its offline flow, by its reason, or `missed`: they came to it after nobody had
    come in time at another one. Of the visits that came no further, `left` have not ended, be it that they are there
    still; the others are counted by how they ended.
    """

    card_id: str
    arrived: int
    answered: int
    left: int
    end_card: int
    taken_over: int
    conversation_closed: int
    paths: dict[str, int]


async def page_of_funnels(
    ports: Ports, workspace_id: str, playbook_id: str, cursor: str | None, limit: int
) -> Page[VersionFunnel]:
    """The versions that were ever walked, the newest first, with what became of their visits. Raises NotFound."""
    await playbook_now(ports, workspace_id, playbook_id)
    where, order = {"playbook_id": playbook_id}, ("-published",)
    rows = await ports.reader.find(
        workspace_id, FUNNELS, where, order=order, after=read_cursor(cursor, 1), limit=limit + 1
    )
    return page(rows, limit, VersionFunnel, "published")


async def page_of_funnel(
    ports: Ports, workspace_id: str, playbook_id: str, published: int, cursor: str | None, limit: int
) -> Page[CardFunnel]:
    """The cards of a version to which visits came, by id. Raises NotFound."""
    await flow_of_version(ports, workspace_id, playbook_id, published)
    where = {"playbook_id": playbook_id, "published": published}
    rows = await ports.reader.find(
        workspace_id, FUNNEL_CARDS, where, order=("card_id",), after=read_cursor(cursor, 1), limit=limit + 1
    )
    paths: dict[str, dict[str, int]] = {row["card_id"]: {} for row in rows}
    for way in await ports.reader.find(
        workspace_id,
        FUNNEL_PATHS,
        where | {"card_id": tuple(paths)},
        order=("card_id", "path"),
        limit=len(paths) * PATHS_OF_CARD_MAX,
    ):
        paths[way["card_id"]][way["path"]] = way["visits"]
    told = [row | {"paths": paths[row["card_id"]]} for row in rows]
    return page(told, limit, CardFunnel, "card_id")
