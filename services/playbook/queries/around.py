"""What is so around a visit when its cards are walked: the business hours, who is online, who was here before."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.deciding import AgentSeen
from contracts.flow import OPENS, ConditionCard, Flow, LiveChatCard, OutsideHours
from contracts.hours import BusinessHours, HoursSeen, is_open, next_opening
from services.chassis.ports import Ports, Reader
from services.playbook.commands.visit import ALWAYS_OPEN, NO_FACTS, Facts
from services.playbook.decider.outside import in_words
from services.playbook.queries import playbook_now, visit_now
from services.playbook.tables import AGENTS, HOURS, VISITORS

AGENTS_SEEN_MAX = 20


async def facts_for(
    ports: Ports,
    workspace_id: str,
    flow: Flow,
    visitor_id: str,
    visit_id: str,
    now: datetime,
    playbook_id: str | None = None,
) -> Facts:
    """What the flow's cards ask for beside the visit; nothing is read that none of them asks for.

    `playbook_id` is the visit's, where it has not begun yet.
    """
    asked, outside = set(_asked(flow)), tuple(_outside(flow))
    online, first = tuple[AgentSeen, ...](), None
    seen, opens = ALWAYS_OPEN, None
    if "hours" in asked or outside:
        seen, hours = await _hours(ports, workspace_id, now)
        if hours is not None and not seen.open and any(OPENS in text for text in _texts(outside)):
            of = playbook_id or (await visit_now(ports, workspace_id, visit_id)).playbook_id
            opens = await _opening(ports, workspace_id, of, hours, now)
    if "online" in asked:
        rows = await ports.reader.find(
            workspace_id, AGENTS, {"online": True}, order=("-agent_id",), limit=AGENTS_SEEN_MAX
        )
        online = tuple(AgentSeen(agent_id=row["agent_id"], version=row["version"]) for row in rows)
    if "returning" in asked:
        first = await first_visit_of(ports.reader, workspace_id, visitor_id)
    if not asked and not outside:
        return NO_FACTS
    returning = first not in (None, visit_id)
    return Facts(hours=seen, online=online, returning=returning, opens=opens)


async def first_visit_of(reader: Reader, workspace_id: str, visitor_id: str) -> str | None:
    """The visitor's first visit, as far as visits are known here."""
    order = ("begun_at", "visit_id")
    found = await reader.find(workspace_id, VISITORS, {"visitor_id": visitor_id}, order, limit=1)
    return str(found[0]["visit_id"]) if found else None


def _asked(flow: Flow) -> Iterator[str]:
    for card in flow.cards.values():
        if isinstance(card, ConditionCard):
            yield from (condition.of for case in card.cases for condition in case.when)


def _outside(flow: Flow) -> Iterator[OutsideHours]:
    for card in flow.cards.values():
        if isinstance(card, LiveChatCard) and card.outside_hours is not None:
            yield card.outside_hours


def _texts(outside: tuple[OutsideHours, ...]) -> Iterator[str]:
    for one in outside:
        yield from filter(None, (one.online_message, one.offline_message, one.note))


async def _hours(ports: Ports, workspace_id: str, now: datetime) -> tuple[HoursSeen, BusinessHours | None]:
    row = await ports.reader.get(workspace_id, HOURS)
    if row is None:
        return ALWAYS_OPEN, None
    hours = BusinessHours.model_validate(row["hours"]) if row["hours"] else None
    return HoursSeen(open=hours is None or is_open(hours, now), revision=row["revision"]), hours


async def _opening(
    ports: Ports, workspace_id: str, playbook_id: str, hours: BusinessHours, now: datetime
) -> str | None:
    """In the bot's language, by the clocks of the team."""
    opening = next_opening(hours, now)
    if opening is None:
        return None
    language = (await playbook_now(ports, workspace_id, playbook_id)).look.language
    return in_words(opening, now.astimezone(ZoneInfo(hours.time_zone)).date(), language)
