"""Where the cards of a flow lead: what is reached, what goes round in a circle."""

from collections.abc import Collection, Iterable, Mapping

from contracts.flow import Card, Flow, following

Leads = Mapping[str, Collection[str]]


def leads_of(flow: Flow, *, without: tuple[type[Card], ...] = ()) -> Leads:
    """Which cards may come right after which, as if cards of these kinds were not there."""
    kept = {card_id: card for card_id, card in flow.cards.items() if not isinstance(card, without)}
    return {card_id: [to for to in following(card) if to in kept] for card_id, card in kept.items()}


def backwards(leads: Leads) -> Leads:
    """The same, the other way round."""
    before: dict[str, list[str]] = {card_id: [] for card_id in leads}
    for card_id, led_to in leads.items():
        for next_ in led_to:
            before[next_].append(card_id)
    return before


def reached(begin: Iterable[str], leads: Leads) -> set[str]:
    """The cards that can be reached from these ones, themselves among them."""
    found = set(begin) & leads.keys()
    left = list(found)
    while left:
        new = set(leads[left.pop()]) - found
        found |= new
        left += new
    return found


def circling(leads: Leads) -> set[str]:
    """The cards from which a way leads back to themselves."""
    left = _between_circles(leads)
    return {card_id for card_id in left if card_id in reached(left[card_id], left)}


def _between_circles(leads: Leads) -> Leads:
    """Without the cards that nothing leads to or that lead nowhere, over and over: mostly nothing is left."""
    while True:
        led_to = {next_ for nexts in leads.values() for next_ in nexts}
        left = {card_id for card_id, nexts in leads.items() if nexts and card_id in led_to}
        if len(left) == len(leads):
            return leads
        leads = {card_id: [to for to in leads[card_id] if to in left] for card_id in left}
