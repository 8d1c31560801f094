"""The generated parts of docs/api.md, from the services' own code; `python -m tests.api_reference` writes them anew."""

from tests.api_reference.document import DOCUMENT, written

__all__ = ["DOCUMENT", "written"]
