"""Every type of event there is, by the name it has on the wire."""

from collections.abc import Iterator

from contracts import consent, conversation, crm, deciding, gateway, installed, notifier, playbook, presence
from contracts.envelope import Event, Unknown

_MODULES = (playbook, deciding, installed, consent, conversation, presence, crm, gateway, notifier)


def _leaves(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        if child.TYPE:
            yield child
        yield from _leaves(child)


EVENTS: dict[str, type[Event]] = {
    event.TYPE: event
    for event in sorted(_leaves(Event), key=lambda event: event.TYPE)
    if event is not Unknown and event.__module__ in {module.__name__ for module in _MODULES}
}
