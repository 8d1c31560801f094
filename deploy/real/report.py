"""What steps found, as a table for people."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step: whether it proved what it is there for, how long it took, and its figures or what was wrong."""

    step: str
    passed: bool
    took_s: float
    told: str


def table(outcomes: Sequence[Outcome]) -> str:
    """A line for each step; long figures go on below."""
    rows = [("", "step", "time", "figures")] + [
        ("✓" if one.passed else "✗", one.step, f"{one.took_s:.0f} s", one.told) for one in outcomes
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        head = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        wrapped = textwrap.wrap(row[3], WIDTH - len(head) - 2) or [""]
        lines.append(f"{head}  {wrapped[0]}".rstrip())
        lines += [f"{' ' * len(head)}  {line}" for line in wrapped[1:]]
    return "\n".join(lines) + "\n"
