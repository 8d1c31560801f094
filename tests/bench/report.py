"""The table on standard output, and the same as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap

from tests.bench.figures import Figure

WHY_CHARS = 60


def table(figures: Sequence[Figure]) -> str:
    """One line for each figure; ✗ marks a miss, and the last column says why."""
    head = ["", "figure", "value", "against", "ratio", "target", "why"]
    rows = [head]
    for figure in figures:
        why, *more = wrap(figure.why, WHY_CHARS) or [""]
        value = f"{_number(figure.value)} {figure.unit}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        mark = "✓" if figure.ok else "✗"
        rows.append([mark, figure.name, value, figure.against, ratio, figure.target, why])
        rows += [["", "", "", "", "", "", rest] for rest in more]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def write(figures: Sequence[Figure], path: Path) -> None:
    """The figures as a JSON list; `why` only where there is one."""
    told = [
        {key: value for key, value in asdict(figure).items() if key != "why" or value} for figure in figures
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
