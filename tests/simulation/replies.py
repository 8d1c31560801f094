"""What must hold of canned replies: no two share a shortcut, and only their authors and owners change them."""

from collections import Counter
from collections.abc import Iterator

from contracts.conversation import CannedReplyRemoved, CannedReplySaved
from tests.simulation.history import History
from tests.simulation.world import World


def replies(world: World, history: History) -> Iterator[str]:
    """Each reply's life is whole, by whom it may be changed; of those that are left each has a shortcut of its own."""
    owners = {agent.id for company in world.companies for agent in company.agents if agent.role == "owner"}
    shortcuts = Counter[tuple[str, str]]()
    for name, recorded in history.of("reply"):
        before: CannedReplySaved | None = None
        for place, one in enumerate(recorded, start=1):
            event = one.event
            if not isinstance(event, CannedReplySaved | CannedReplyRemoved):
                yield f"{name} tells of something else than a reply"
                continue
            if before is not None and event.by not in owners | {recorded[0].event.by}:  # type: ignore[attr-defined]
                yield f"{name} was changed by {event.by}, who did not make it"
            yield from _unlike(name, before, event)
            if isinstance(event, CannedReplySaved):
                before = event
            elif place < len(recorded):
                yield f"{name} goes on after it was removed"
        last = recorded[-1].event
        if isinstance(last, CannedReplySaved):
            shortcuts[recorded[-1].metadata.workspace_id, last.shortcut] += 1
    yield from (f"{count} replies are called {of[1]}" for of, count in shortcuts.items() if count > 1)


def _unlike(
    name: str, before: CannedReplySaved | None, event: CannedReplySaved | CannedReplyRemoved
) -> Iterator[str]:
    """What the event gives up is what the reply had."""
    had = before.shortcut if before else None
    match event:
        case CannedReplyRemoved():
            gives_up: str | None = event.shortcut
        case CannedReplySaved() if had == event.shortcut:
            gives_up, had = event.previous_shortcut, None
        case _:
            gives_up = event.previous_shortcut
    if gives_up != had:
        yield f"{name} gives up the shortcut {gives_up}, and had {had}"
