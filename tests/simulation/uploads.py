"""Uploads without HTTP: a request that brings a file, and what came of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from services.gateway.files import route
from tests.simulation.outside import VERIFIER
from tests.simulation.people import Person


class Bringing:
    """A request with a body, as far as routes look at it."""

    def __init__(self, content: bytes) -> None:
        self._content, self.headers = content, {"content-length": str(len(content))}
        self.client = None
        self.app = SimpleNamespace(state=SimpleNamespace(verifier=VERIFIER))

    async def stream(self) -> AsyncIterator[bytes]:
        """The body in two parts."""
        half = len(self._content) // 2
        for part in (self._content[:half], self._content[half:]):
            yield part


@dataclass(frozen=True)
class Upload:
    """A file that was taken, and a request by which a message may name it."""

    file_id: str
    attachment_token: str
    request: Any


async def send_file(person: Person, chat: str, content: bytes, name: str) -> Upload | None:
    """Sends a file; None where it was not taken."""
    about: Any = {"request": Bringing(content), "content_disposition": name}
    call = await person.send("gateway", route.post_file, conversation_id=chat, **about)
    told: Any = call.told
    return Upload(told.file_id, told.attachment_token, Bringing(b"")) if told is not None else None
