"""Each follow-up is made once per arrival at its card, however often and in whatever order its event is heard."""

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from contracts.crm import LeadCreated, OutcomeEvent
from contracts.envelope import Event, Metadata, Recorded
from contracts.flow import ActionCard, Flow
from contracts.playbook import FollowUpRequested
from services.chassis.decider import TakeClaim
from services.chassis.service import Order
from services.crm.consumers import to_visit
from services.playbook.decider.problems import problems
from tests.proof import count
from tests.unit.playbook.examples import LATER, VISIT
from tests.unit.playbook.test_accepted_flows import FLOWS, HISTORIES, told
from tests.unit.playbook.world import WORKSPACE


def orders(recorded: Recorded) -> Sequence[Order]:
    """What the CRM does about it; of a follow-up it asks nobody, and so it waits for nothing."""
    unused: Any = None
    reaction = to_visit(recorded, unused, LATER)
    with pytest.raises(StopIteration) as told_:
        reaction.send(None)
    found: Sequence[Order] = told_.value.value
    return found


class Made:
    """What the CRM has made so far: its streams, and the claims that keep an outcome's key to one of them."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Event]] = {}
        self.claimed: dict[tuple[str, str], str] = {}

    def hear(self, recorded: Recorded) -> None:
        """An event of a visit is handed over, for the first time or again."""
        for order in orders(recorded):
            decider, before = order.decider, self.streams.get(order.stream, [])
            new = decider.decide(order.command, reduce(decider.evolve, before, decider.initial))
            for claim in (claim for event in new for claim in decider.claims(event)):
                assert isinstance(claim, TakeClaim)
                assert self.claimed.setdefault((claim.scope, claim.key), order.stream) == order.stream
            self.streams[order.stream] = [*before, *new]

    @property
    def outcomes(self) -> list[OutcomeEvent]:
        """All that was made."""
        return [one for events in self.streams.values() for one in events if isinstance(one, OutcomeEvent)]


def recorded(event: Event, version: int) -> Recorded:
    """As it stands in the visit's stream."""
    metadata = Metadata(WORKSPACE, "c", "r", "a", "service:playbook")
    return Recorded(event, f"e{version}", event.TYPE, f"visit-{VISIT}", version, metadata)


SEARCHED = settings(max_examples=count(1_000), suppress_health_check=[HealthCheck.filter_too_much])


def makes_something(flow: Flow) -> bool:
    """Whether the flow may be published and has an action card."""
    return any(isinstance(card, ActionCard) for card in flow.cards.values()) and not problems(flow)


@SEARCHED
@given(FLOWS.filter(makes_something), HISTORIES, st.data())
def test_each_follow_up_is_made_once_however_often_it_is_handed_over(
    flow: Flow, picks: list[int], data: st.DataObject
) -> None:
    asked = [
        recorded(event, version)
        for version, event in enumerate(told(flow, picks), 1)
        if isinstance(event, FollowUpRequested)
    ]
    assume(asked)
    again = data.draw(st.lists(st.sampled_from(asked), max_size=8))
    crm = Made()

    for one in data.draw(st.permutations([*asked, *again])):
        crm.hear(one)

    arrivals = Counter((one.event.visit_id, one.event.card_id, one.event.arrival) for one in asked)  # type: ignore[attr-defined]
    assert max(arrivals.values()) == 1
    assert all(isinstance(one, LeadCreated) for one in crm.outcomes)
    assert Counter(one.outcome_key for one in crm.outcomes) == {
        f"{visit_id}/{card_id}/{arrival}": 1 for visit_id, card_id, arrival in arrivals
    }
