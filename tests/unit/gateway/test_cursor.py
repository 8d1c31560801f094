"""One stream on one socket: whatever comes, each version is sent exactly once and in order."""

from dataclasses import dataclass, field

from hypothesis import given as prop
from hypothesis import strategies as st

from services.gateway.sockets.cursor import BUFFERED_MAX, Cursor
from services.gateway.sockets.patches import ROWS_IN_FRAME_MAX, Patches

Sent = list[tuple[int, str | None]]


def test_history_comes_before_what_happened_meanwhile() -> None:
    cursor: Cursor[str] = Cursor(after=1)

    assert cursor.live(4, "d") == []
    assert cursor.history([(2, "b"), (3, "c")]) == [(2, "b"), (3, "c")]
    assert cursor.drain() == [(4, "d")]
    assert cursor.drain() == []
    assert not cursor.reading
    assert cursor.live(5, "e") == [(5, "e")]


def test_what_is_in_both_is_sent_once() -> None:
    cursor: Cursor[str] = Cursor(after=0)
    cursor.live(1, "a")

    assert cursor.history([(1, "a")]) == [(1, "a")]
    assert cursor.drain() == []
    assert cursor.live(1, "a") == []


def test_a_jump_is_read_again() -> None:
    cursor: Cursor[str] = Cursor(after=0)
    cursor.drain()

    assert cursor.live(2, "b") == []
    assert cursor.reading
    assert cursor.history([(1, "a")]) == [(1, "a")]
    assert cursor.drain() == [(2, "b")]


def test_what_did_not_fit_into_the_buffer_is_read_again() -> None:
    cursor: Cursor[str] = Cursor(after=0)
    last = BUFFERED_MAX + 1
    for version in range(1, last + 1):
        cursor.live(version, "x")

    assert len(cursor.drain()) == BUFFERED_MAX
    assert cursor.drain() == []
    assert cursor.reading
    assert cursor.history([(last, "x")]) == [(last, "x")]
    assert cursor.drain() == []
    assert not cursor.reading


def test_a_version_of_an_unknown_type_is_told_as_nothing() -> None:
    assert Cursor[str](after=0).history([(1, "a"), (3, "c")]) == [(1, "a"), (2, None), (3, "c")]


@dataclass
class Screen:
    """A cursor between a log, its read model and a live end that repeats and loses records."""

    draw: st.DataObject
    after: int
    unknown: frozenset[int]
    appended: int
    handed: int = 0
    quiet: bool = False
    sent: Sent = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cursor: Cursor[str] = Cursor(self.after)
        self.handed = self.appended

    def item(self, version: int) -> str | None:
        return None if version in self.unknown else f"event {version}"

    def hear(self) -> None:
        """Something happens, and the live end hands it over, or loses it, or repeats an older one."""
        if self.draw.draw(st.booleans(), "append"):
            self.appended += 1
        first = 1 if self.draw.draw(st.booleans(), "repeat") else self.handed + 1
        for version in range(first, self.appended + 1):
            self.handed = max(self.handed, version)
            if not self.draw.draw(st.booleans(), "lose"):
                self.sent += self.cursor.live(version, self.item(version) or "")

    def read(self) -> None:
        """Reads history up to what was handed over before, in pages, while things go on."""
        end, position = self.handed, self.cursor.last
        while position < end:
            size = self.draw.draw(st.integers(1, 4), "page")
            page = [v for v in range(position + 1, end + 1) if v not in self.unknown][:size]
            self.sent += self.cursor.history((version, f"event {version}") for version in page)
            position = page[-1] if page else end
            self.perhaps_hear()
        while ready := self.cursor.drain():
            self.sent += ready
            self.perhaps_hear()

    def perhaps_hear(self) -> None:
        if not self.quiet and self.draw.draw(st.booleans(), "meanwhile"):
            self.hear()


@prop(st.data(), st.integers(0, 6), st.frozensets(st.integers(1, 10), max_size=3))
def test_any_interleaving_sends_each_version_once_in_order(
    data: st.DataObject, after: int, unknown: frozenset[int]
) -> None:
    screen = Screen(data, after, unknown, appended=after + data.draw(st.integers(0, 5), "before"))
    for _ in range(data.draw(st.integers(0, 8), "steps")):
        if screen.cursor.reading:
            screen.read()
        else:
            screen.hear()
    assert [version for version, _ in screen.sent] == list(range(after + 1, screen.cursor.last + 1))
    assert all((item or None) == screen.item(version) for version, item in screen.sent)

    screen.appended += 1  # A last event, of a known type, handed over: now nothing may be missing.
    screen.unknown -= {screen.appended}
    screen.handed, screen.quiet = screen.appended, True
    screen.sent += screen.cursor.live(screen.appended, f"event {screen.appended}")
    while screen.cursor.reading:
        screen.read()
    assert screen.cursor.last == screen.appended
    assert [version for version, _ in screen.sent] == list(range(after + 1, screen.appended + 1))


def test_of_each_key_the_newest_row_waits() -> None:
    patches = Patches()
    patches.put("a", "1")
    patches.put("b", "2")
    patches.put("a", "3")

    assert list(patches.take()) == ["3", "2"]
    assert not patches


def test_a_frame_has_a_limited_number_of_rows() -> None:
    patches = Patches()
    for number in range(ROWS_IN_FRAME_MAX + 1):
        patches.put(str(number), "{}")

    assert len(patches.take()) == ROWS_IN_FRAME_MAX
    assert len(patches.take()) == 1
