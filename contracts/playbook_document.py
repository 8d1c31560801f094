"""A playbook as a document: what it says and how it looks, to be kept in files and carried between workspaces."""

from typing import Final, Literal

from contracts.envelope import Fact
from contracts.flow import Flow
from contracts.look import Look
from contracts.playbook import PlaybookName

FORMAT: Final = "livechat.playbook.v1"
DOCUMENT_BYTES_MAX = 262_144
"""As a file, with room to be laid out for people; what is in it must still fit into one event."""


class PlaybookDocument(Fact):
    """A playbook's name, look and draft. Where it is installed, and whether it is active, is not part of it."""

    format: Literal["livechat.playbook.v1"] = FORMAT
    name: PlaybookName
    look: Look = Look()
    flow: Flow
