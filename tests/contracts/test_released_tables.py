"""While a release takes over from the one before, that one goes on reading: no column that it reads is gone."""

import json
from copy import deepcopy
from typing import Any

from tests.contracts.released_tables import WRITTEN, shapes

RELEASED: dict[str, dict[str, Any]] = json.loads(WRITTEN.read_text())


def lost(released: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[str]:
    """What processes of the release would miss, and models that changed under their old number."""
    found = []
    for service, models in released.items():
        for name, model in models.items():
            new = now.get(service, {}).get(name, {"schema": 0, "tables": {}})
            if new["schema"] == model["schema"] and new["tables"] != model["tables"]:
                found.append(f"{service} {name}: other tables, and still schema {model['schema']}")
            for table, columns in model["tables"].items():
                there = new["tables"].get(table, {})
                found += [
                    f"{service} {name}: {table}.{column} {type_}"
                    for column, type_ in columns.items()
                    if there.get(column) != type_ and f"{table}.{column}" not in model["unused"]
                ]
    return found


def test_what_the_release_reads_is_still_there() -> None:
    assert lost(RELEASED, shapes()) == [], "keep the column for one release (docs/upgrade.md)"


def test_what_is_lost_or_changed_unsaid_is_found() -> None:
    now = deepcopy(RELEASED)
    del now["crm"]["persons"]["tables"]["persons"]["facts"]
    now["crm"]["persons"]["schema"] += 1
    now["crm"]["visits"]["tables"]["visits"]["more"] = "TEXT"
    del now["presence"]["agents"]
    del now["notifier"]["choices"]["tables"]["choices"]["off"]
    now["notifier"]["choices"]["schema"] += 1
    before = deepcopy(RELEASED)
    before["notifier"]["choices"]["unused"] = ["choices.off"]

    found = lost(before, now)

    assert "crm persons: persons.facts JSON" in found
    assert f"crm visits: other tables, and still schema {RELEASED['crm']['visits']['schema']}" in found
    assert any(one.startswith("presence agents: agents.") for one in found)
    assert not any("notifier" in one for one in found)
