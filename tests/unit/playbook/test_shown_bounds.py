"""A card that asks within bounds says so to whoever shows it."""

from contracts.flow import Bounds
from contracts.playbook import CardShown
from tests.unit.playbook.examples import Played, end, flow, free


def test_a_free_field_is_shown_with_its_bounds_where_it_has_some() -> None:
    number = free("number").model_copy(update={"least": 1})
    (bounded,) = [it for it in Played(flow("ask", ask=number, end=end)).told if isinstance(it, CardShown)]
    (any_text,) = [it for it in Played(flow("ask", ask=free(), end=end)).told if isinstance(it, CardShown)]

    assert (bounded.bounds, any_text.bounds) == (Bounds(least=1), None)
