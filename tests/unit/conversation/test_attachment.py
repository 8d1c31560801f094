"""A file that no message names is released once, by whichever of its conversation's commands comes first."""

from functools import reduce

from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.conversation import FileReleased
from contracts.envelope import Event
from contracts.ids import derived_id
from services.chassis.decider import TakeClaim
from services.conversation.commands.conversation import ReleaseFile
from services.conversation.decider.attachment import DECIDER, FILE
from tests.unit.conversation.examples import CONVERSATION, VISITOR, after

FILE_ID = derived_id("file")
commands = st.builds(
    ReleaseFile,
    file_id=st.just(FILE_ID),
    conversation_id=st.just(CONVERSATION),
    visitor_id=st.just(VISITOR),
    at=st.integers(0, 5).map(after),
)


@prop(st.lists(commands, min_size=1, max_size=6))
def test_any_release_may_be_retried_and_takes_the_file_once(history: list[ReleaseFile]) -> None:
    state, told = DECIDER.initial, list[Event]()
    for command in history:
        events = DECIDER.decide(command, state)
        state = reduce(DECIDER.evolve, events, state)
        told += events
        assert list(DECIDER.decide(command, state)) == []

    (released,) = told
    assert isinstance(released, FileReleased)
    assert list(DECIDER.claims(released)) == [TakeClaim(FILE, FILE_ID)]
