"""What holds after any history of a file."""

from functools import reduce

from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.gateway import FileDropped, FileReceived, FileReleaseAsked
from contracts.ids import derived_id
from services.chassis.decider import NotFound
from services.gateway.commands import AskRelease, DropFile, FileCommand, ReceiveFile
from services.gateway.decider import file
from tests.unit.gateway.examples import ADA, CONVERSATION, VISIT, VISITOR, after

times = st.integers(0, 5).map(after)
received = st.builds(
    ReceiveFile,
    file_id=st.just(derived_id("file")),
    conversation_id=st.just(CONVERSATION),
    visit_id=st.just(VISIT),
    visitor_id=st.just(VISITOR),
    uploader=st.sampled_from([f"agent:{ADA}", f"visitor:{VISITOR}"]),
    name=st.sampled_from(["a.txt", "b.txt"]),
    content_type=st.just("text/plain"),
    size_bytes=st.integers(1, 9),
    sha256=st.just("ab" * 32),
    at=times,
)
commands = st.one_of(received, st.builds(AskRelease, at=times), st.builds(DropFile, at=times))


@prop(st.lists(commands, max_size=12))
def test_any_accepted_command_may_be_retried_and_nothing_comes_twice(history: list[FileCommand]) -> None:
    state, told = file.DECIDER.initial, list[Event]()
    for command in history:
        try:
            events = file.DECIDER.decide(command, state)
        except NotFound:
            assert isinstance(state, file.Dropped)
            continue
        state = reduce(file.DECIDER.evolve, events, state)
        told += events
        assert list(file.DECIDER.decide(command, state)) == []

    kinds = [type(event) for event in told]
    orders: tuple[list[type[Event]], ...] = (
        [FileReceived, FileReleaseAsked, FileDropped],
        [FileReceived, FileDropped],
    )
    assert any(kinds == order[: len(kinds)] for order in orders)
