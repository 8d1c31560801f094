"""What becomes of files: one that its conversation let go is dropped, and the bytes of a dropped one are removed.

Whatever becomes of a file, a day after it came nothing is left of attempts to keep it that were killed.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.conversation import FileReleased
from contracts.envelope import Recorded
from contracts.gateway import FileDropped, FileReleaseAsked
from contracts.ids import stream
from contracts.topics import CONVERSATION_EVENTS, GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.gateway.commands import DropFile
from services.gateway.decider import file
from services.gateway.outbound import FileStore, place_of


async def on_release(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """No message will ever name the file → it is dropped."""
    match recorded.event:
        case FileReleased(file_id=file_id):
            return [Order(file.DECIDER, stream("file", file_id), DropFile(now))]
        case _:
            return []


async def on_drop(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A dropped file → its bytes are removed, which may be done again. Raises StoreAway, which is tried again."""
    match recorded.event:
        case FileDropped(file_id=file_id):
            store: FileStore = ports.own["files"]
            await store.remove(place_of(recorded.metadata.workspace_id, file_id))
    return []


async def on_age(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """A file is a day old, and an upload is repeated for an hour → what killed attempts left is removed."""
    match recorded.event:
        case FileReleaseAsked(file_id=file_id):
            store: FileStore = ports.own["files"]
            await store.tidy(place_of(recorded.metadata.workspace_id, file_id))
    return []


REACTIONS = (
    Reaction("gateway.released_files", CONVERSATION_EVENTS, on_release, (FileReleased,)),
    Reaction("gateway.dropped_files", GATEWAY_EVENTS, on_drop, (FileDropped,)),
    Reaction("gateway.aged_files", GATEWAY_EVENTS, on_age, (FileReleaseAsked,)),
)
