"""Of visits that begin at the same moment in two tabs the earlier one is the first, whoever folds which one last."""

from datetime import timedelta
from itertools import permutations

from contracts.envelope import Metadata, Recorded
from contracts.ids import derived_id, stream
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.models import Rows
from services.playbook.projections.around import MODELS
from services.playbook.queries.around import first_visit_of
from tests.unit.playbook.examples import started

(MODEL,) = (model for model in MODELS if model.name == "visitors")
VISITS = [derived_id("visit", number) for number in range(3)]


def _begun(number: int) -> Recorded:
    at = started.at + timedelta(seconds=number)
    event = started.model_copy(update={"visit_id": VISITS[number], "at": at})
    metadata = Metadata("acme", "c", "c", "c", "service:test")
    return Recorded(event, derived_id(number), event.TYPE, stream("visit", VISITS[number]), 1, metadata)


async def test_the_earliest_visit_is_the_first_whoever_folds_which_one_last() -> None:
    for order in permutations(range(len(VISITS))):
        store = MemoryRows([MODEL])
        # Each is folded by a replica that has loaded before another one wrote.
        folded = [Rows(dict.fromkeys(MODEL.touches(_begun(number)))) for number in order]
        for rows, number in zip(folded, order, strict=True):
            MODEL.project(rows, _begun(number))
        for rows in folded:
            store.rows.update({key: row for key, row in rows.changed.items() if row is not None})

        assert await first_visit_of(MemoryReader(store), "acme", started.visitor_id) == VISITS[0]
        assert await first_visit_of(MemoryReader(store), "others", started.visitor_id) is None
