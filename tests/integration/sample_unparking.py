"""A ground with parked events, the code mended, and the hands of an operator: what tests of parked events share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.envelope import Recorded
from services.chassis.models import ReadModel, Rows
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.cli.unparking import Unparking
from tests.integration.sample_ground import Ground, ports_of, service_of
from tests.sample_inbox import MODEL, POISON, Written, conversation, project
from tests.sample_reaction import REACTION, react

LENGTH = 8


def mended(bad_version: int | None = None) -> ReadModel:
    """The model that folds every text, but for this version of a stream."""

    def fold(rows: Rows, recorded: Recorded) -> None:
        if recorded.version == bad_version:
            raise ZeroDivisionError
        event: Any = recorded.event
        if getattr(event, "text", None) == POISON:
            recorded = replace(recorded, event=event.model_copy(update={"text": "mended"}))
        project(rows, recorded)

    return replace(MODEL, project=fold)


async def answer_all(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """The reaction that answers every text."""
    event: Any = recorded.event
    if event.text == POISON:
        recorded = replace(recorded, event=event.model_copy(update={"text": "mended"}))
    return await react(recorded, ports, now)


MENDED = replace(REACTION, react=answer_all)


def unparking(on: Ground, *consumers: ReadModel | Reaction) -> Unparking:
    """The hands of an operator, over this code."""
    models = tuple(one for one in consumers if isinstance(one, ReadModel))
    reactions = tuple(one for one in consumers if isinstance(one, Reaction))
    service = replace(service_of(*models), reactions=reactions)
    return Unparking(service, on.workers, ports_of(on.pool, on.workers), on.kafka.naming)


async def parked(on: Ground) -> list[tuple[Any, ...]]:
    """(offset, reason) of all that is parked, in order."""
    return await on.ask("SELECT record_offset, reason FROM log.parked ORDER BY consumer, key, record_offset")


async def versions(on: Ground) -> dict[str, int]:
    """How far each conversation was folded."""
    rows = await on.ask("SELECT conversation_id, version FROM sample_inbox.conversations")
    return dict(rows)


async def poisoned(on: Ground, at: int, length: int = LENGTH) -> list[Written]:
    """A conversation with poison, parked from there on."""
    events = list(conversation(1, length, poison_at=at))
    await on.folded(events)
    assert len(await parked(on)) == length - at + 1
    return events
