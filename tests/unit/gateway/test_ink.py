"""What is written on a playbook's colour can be read, whatever colour that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.pages.ink import BLACK, READABLE, WHITE, contrast, ink_on

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast("#123456", "#123456") == 1
    # The lightest grey that is readable on white, and the next one that is not.
    assert contrast("#767676", WHITE) >= READABLE > contrast("#777777", WHITE)


def test_what_the_owner_wants_stays_where_it_can_be_read() -> None:
    assert ink_on("#1f5fd6", "#fff5dd") == "#fff5dd"
    assert ink_on("#ffd000", "#ffffff") == BLACK
    assert ink_on("#7a1fa2", "#8a2fb2") == WHITE


@given(colours, colours)
def test_it_can_be_read_on_every_colour(colour: str, wanted: str) -> None:
    ink = ink_on(colour, wanted)

    assert contrast(colour, ink) >= READABLE
    assert ink in (wanted, WHITE, BLACK)
