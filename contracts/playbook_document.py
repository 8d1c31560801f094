"""A playbook as a document: what it says and how it looks, to be kept in files and carried between workspaces."""

from typing import Any, Final, Literal

from contracts.envelope import Fact
from contracts.flow import Flow
from contracts.look import Look
from contracts.playbook import PlaybookName
from contracts.privacy import Privacy

FORMAT: Final = "livechat.playbook.v1"
DOCUMENT_BYTES_MAX = 262_144
"""As a file, with room to be laid out for people; what is in it must still fit into one event."""


class PlaybookDocument(Fact):
    """A playbook's name, look and draft, and what it tells visitors of their personal data. Where it is installed, and
    whether it is active, is not part of it."""

    format: Literal["livechat.playbook.v1"] = FORMAT
    name: PlaybookName
    look: Look = Look()
    flow: Flow
    privacy: Privacy | None = None


def document_schema() -> dict[str, Any]:
    """The JSON Schema of documents. As reading one does, it takes no field that it does not know."""
    schema = PlaybookDocument.model_json_schema()
    for form in (schema, *schema["$defs"].values()):
        if "properties" in form:
            form["additionalProperties"] = False
    return schema
