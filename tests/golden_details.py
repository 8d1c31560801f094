"""The capture cards of the golden walks, and what people type there."""

from typing import Any

from contracts.flow import CaptureCard
from tests.unit.playbook.examples import capture, free


def _free(type_: Any, **bounds: Any) -> CaptureCard:
    return CaptureCard.model_validate(free(type_).model_dump() | bounds)


FORMS: tuple[CaptureCard, ...] = (
    capture("name", "end"),
    capture("company", "end"),
    capture("email", "end"),
    capture("phone", "end"),
    _free("text"),
    _free("text", least=3, most=5),
    _free("number"),
    _free("number", least=-1, most=100),
    _free("date"),
    _free("choice"),
    _free("choice", options=("Straße", "ΟΔΟΣ", " Two  words ")),
)
DETAILS = (
    *(
        "",
        " ",
        "…",
        "7",
        "Ada",
        "  Ada \t Lovelace ",
        "Ada\nLovelace",
        "Jose\u0301",
        "李雷",
        "a\u00a0b",
        "x" * 120,
    ),
    *(
        "x" * 121,
        "x" * 200,
        "x" * 201,
        "🙂",
        "🙂🙂🙂",
        "🙂" * 200,
        "a\u200bb",
        "a\u0000b",
        "a\u202eb",
        "\ufeffAda",
    ),
    *(
        "ada@example.com",
        "ada@example",
        "ada@@example.com",
        "a b@example.com",
        "ä@exämple.de",
        "a@b.c",
        "a@b.cc",
    ),
    *(
        "a@.cc",
        "x" * 64 + "@example.com",
        "x" * 65 + "@example.com",
        "a@" + "b." * 120 + "com",
        "a@" + "b." * 127 + "com",
    ),
    *(
        "+49 30 1234567",
        "12 34",
        "1-2-3-4-5",
        "(11) 5555/0100",
        "1" * 15,
        "1" * 16,
        "1" * 15 + " " * 3 + "()",
        "٠١٢٣٤٥",
    ),
    *(
        "1,5",
        "+1.5",
        "-1",
        "-1.5",
        "100",
        "100.1",
        "1.",
        ".5",
        "1e5",
        "1_000",
        "0x10",
        "1" * 15,
        "1" * 16,
        "0.1234567",
    ),
    *(
        "2026-02-28",
        "2026-02-30",
        "2024-02-29",
        "0000-01-01",
        "0001-01-01",
        "2026-2-3",
        "20260228",
        "2026-W10-1",
    ),
    *(
        "blue",
        "DARK  blue",
        "dark blue",
        "green",
        "strasse",
        "STRASSE",
        "οδος",
        "οδοσ",
        "two WORDS",
        "abc",
        "abcdef",
    ),
)
