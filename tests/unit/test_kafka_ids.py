"""Identifiers that we make for a broker of our own are such as its tools take."""

import re

from services.cli.infrastructure.kafka import new_id

MANY = 5_000  # One in 64 of all that are made of random bytes alone begins with a dash.


def test_no_identifier_looks_like_an_option() -> None:
    made = {new_id() for _ in range(MANY)}

    assert len(made) == MANY
    assert [one for one in made if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", one)] == []
