"""Writes released_tables.json: the read models' tables as they are in the release that is made.

A process of that release reads them while one of the next has taken them over, so the next keeps their columns. One
with `info={"unused": True}` is read by the release no more, and may go with the next.
"""

import json
from pathlib import Path
from typing import Any

from services.chassis.keyset import DIALECT
from services.chassis.models import ReadModel
from services.cli.catalogue import SERVICES

WRITTEN = Path(__file__).with_name("released_tables.json")


def shape_of(model: ReadModel) -> dict[str, Any]:
    """The model's schema number, the types of its tables' columns, and which of them are unused."""
    tables = {
        table.name: {column.name: column.type.compile(dialect=DIALECT) for column in table.columns}
        for table in model.tables
    }
    unused = [
        f"{table.name}.{column.name}"
        for table in model.tables
        for column in table.columns
        if column.info.get("unused")
    ]
    return {"schema": model.schema, "tables": tables, "unused": unused}


def shapes() -> dict[str, dict[str, Any]]:
    """Every read model's shape, by service and name."""
    return {
        service.name: {model.name: shape_of(model) for model in service.models}
        for service in SERVICES.values()
    }


if __name__ == "__main__":
    WRITTEN.write_text(json.dumps(shapes(), indent=1, sort_keys=True) + "\n")
