"""Derived ids are name-based UUIDs, whoever makes them."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived_id

NAMESPACE = UUID("6f0b1f5e-5d0c-5c55-9d3e-2f6d4e1c7a10")


@given(st.lists(st.text()))
def test_a_derived_id_is_a_version_5_uuid(parts: list[str]) -> None:
    encodable = [part.encode(errors="ignore").decode() for part in parts]

    assert derived_id(*encodable) == str(uuid5(NAMESPACE, "\x1f".join(encodable)))


def test_where_parts_begin_and_end_counts() -> None:
    assert derived_id("ab", "c") != derived_id("a", "bc")
