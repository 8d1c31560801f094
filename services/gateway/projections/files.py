"""When files were received in each conversation, for the limit on how many an hour."""

from collections.abc import Iterable

from contracts.envelope import Recorded
from contracts.gateway import FileReceived
from contracts.topics import GATEWAY_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.gateway.tables import received_files


def _touches(_: Recorded) -> Iterable[Key]:
    return ()


def _project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case FileReceived() as event:
            rows.put(
                received_files,
                workspace_id=recorded.metadata.workspace_id,
                file_id=event.file_id,
                conversation_id=event.conversation_id,
                received_at=event.at,
            )
        case _:
            pass


RECEIVED_FILES = ReadModel(
    name="received_files",
    schema=2,
    source=GATEWAY_EVENTS,
    tables=(received_files,),
    touches=_touches,
    project=_project,
    about=(FileReceived,),
    gapless=False,
)
