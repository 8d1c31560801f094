"""What the folder's benchmark writes is what the inbox keeps."""

from datetime import UTC, datetime

from services.gateway.tables import inbox
from tests.bench.folder import waiting


def test_a_row_has_whatever_a_row_must_have() -> None:
    row = waiting("workspace", "conversation", datetime(2026, 3, 4, tzinfo=UTC))

    missing = [
        column.name
        for column, value in zip(inbox.columns, row, strict=True)
        if value is None and not column.nullable
    ]
    assert missing == []
