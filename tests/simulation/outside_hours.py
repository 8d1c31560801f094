"""What must hold of texts for outside the business hours: they are said then and only then, and change nothing else."""

from collections.abc import Iterator

from contracts.playbook import CardShown, LiveChatRequested, LiveChatStarted, OfflineFlowStarted
from tests.simulation.flows import OFFLINE_MESSAGE, ONLINE_MESSAGE, OUTSIDE
from tests.simulation.history import History
from tests.simulation.world import World

USUAL = ONLINE_MESSAGE, OFFLINE_MESSAGE
LATE = OUTSIDE.online_message, OUTSIDE.offline_message


def outside_hours(world: World, history: History) -> Iterator[str]:
    """Messages are those of the hours that the request names; a note is the first card after the offline flow began, to
    whom no wait was over, outside the hours that it names; whose wait was over before is told the offline message."""
    for name, recorded in history.of("visit"):
        opened = offline = False
        begun: OfflineFlowStarted | None = None
        for event in (one.event for one in recorded):
            match event:
                case LiveChatRequested(hours=hours):
                    said = event.online_message, event.offline_message
                    if hours is None or said != (USUAL if hours.open else LATE):
                        yield f"{name} asked for a person by {hours}, with the messages {said}"
                    opened = offline = False
                case LiveChatStarted():
                    opened = True
                case OfflineFlowStarted(reason=reason):
                    offline, opened = True, opened or reason == "wait_expired"
                case CardShown(card_id="live_chat", text=text, hours=hours) if (
                    opened and offline and begun is None
                ):
                    late = hours is not None and not hours.open
                    if (text, hours is None) != (LATE[1] if late else USUAL[1], not late):
                        yield f"{name} shows {text!r} after its wait by {hours}"
                case CardShown(hours=hours, kind=kind) if hours is not None or event.card_id == "live_chat":
                    if hours is None or hours.open or event.text != OUTSIDE.note or kind != "message":
                        yield f"{name} shows {event.text!r} as a note by {hours}"
                    if begun is None or begun.reason == "wait_expired":
                        yield f"{name} shows its note after {begun and begun.reason}"
            if isinstance(event, OfflineFlowStarted | CardShown):
                begun = event if isinstance(event, OfflineFlowStarted) else None
