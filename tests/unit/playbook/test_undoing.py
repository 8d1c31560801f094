"""Edits are undone and redone over sessions: the log is the memory."""

from functools import reduce
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.flow import Flow
from contracts.playbook import FlowEdited
from services.chassis.decider import Refused
from services.playbook.commands.playbook import EditFlow, PlaybookCommand, RedoEdit, UndoEdit
from services.playbook.decider.playbook import DECIDER
from services.playbook.decider.playbook_state import UNDO_MAX, Playbook, PlaybookState
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import AGENT, AT, TEMPLATE, created, end, flow, message
from tests.unit.playbook.test_draft_api import Editor
from tests.unit.playbook.world import World


class Drafted:
    """A playbook with all the drafts that it ever had, as its log has them."""

    def __init__(self) -> None:
        state = DECIDER.evolve(DECIDER.initial, created)
        assert isinstance(state, Playbook)
        self.state, self.log = state, [TEMPLATE]

    def do(self, command: PlaybookCommand) -> list[Any]:
        events = list(DECIDER.decide(command, self.state))
        self.log += [event.flow for event in events if isinstance(event, FlowEdited)]
        before: PlaybookState = self.state
        state = reduce(DECIDER.evolve, events, before)
        assert isinstance(state, Playbook)
        self.state = state
        return events

    def edit(self, text: str) -> None:
        said = flow("hi", hi=message("end", text), end=end)
        self.do(EditFlow(flow=said, by=AGENT, at=AT))

    def back(self) -> UndoEdit:
        return UndoEdit(**self._kept(self.state.undo))

    def forth(self) -> RedoEdit:
        return RedoEdit(**self._kept(self.state.redo))

    def _kept(self, kept: tuple[int, ...]) -> dict[str, Any]:
        of = kept[-1] if kept else None
        return {"of": of, "flow": self.log[of - 1] if of else None, "by": AGENT, "at": AT}


STEPS = st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=30)


@given(STEPS)
def test_undo_and_redo_go_along_the_drafts_and_an_edit_ends_what_could_be_redone(steps: list[str]) -> None:
    drafted = Drafted()
    past, present, future = list[Flow](), TEMPLATE, list[Flow]()
    for number, step in enumerate(steps):
        match step:
            case "edit":
                drafted.edit(str(number))
                past, present, future = [*past, present], drafted.state.draft, []
            case "undo" if past:
                drafted.do(drafted.back())
                past, present, future = past[:-1], past[-1], [*future, present]
            case "redo" if future:
                drafted.do(drafted.forth())
                past, present, future = [*past, present], future[-1], future[:-1]
            case _:
                with pytest.raises(Refused, match="There is no edit"):
                    drafted.do(drafted.back() if step == "undo" else drafted.forth())

        assert drafted.state.draft == present
        assert (len(drafted.state.undo), len(drafted.state.redo)) == (len(past), len(future))
        assert drafted.log[drafted.state.draft_at - 1] == present


@given(STEPS)
def test_an_undo_that_is_sent_at_once_again_undoes_no_more(steps: list[str]) -> None:
    drafted = Drafted()
    for number, step in enumerate(steps):
        if step == "edit":
            drafted.edit(str(number))
            continue
        command = drafted.back() if step == "undo" else drafted.forth()
        if command.of is not None:
            assert drafted.do(command) != []
            assert drafted.do(command) == []


def test_of_very_many_edits_the_last_ones_can_be_undone() -> None:
    drafted = Drafted()
    for number in range(UNDO_MAX + 5):
        drafted.edit(str(number))

    for _ in range(UNDO_MAX):
        drafted.do(drafted.back())

    assert drafted.state.undo == ()
    assert drafted.state.draft == drafted.log[5]


def test_undoing_another_edit_than_was_meant_is_stale() -> None:
    drafted = Drafted()
    drafted.edit("one")
    meant = drafted.back()
    drafted.edit("two")

    with pytest.raises(Refused) as refused:
        drafted.do(meant)

    assert refused.value.code == "playbook_changed"


@pytest.fixture
async def editor() -> Editor:
    editor = Editor(World(SERVICE))
    await editor.create()
    return editor


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def label(editor: Editor) -> str:
    playbook = await editor.get()
    told: str = playbook["draft"]["cards"]["welcome"]["choices"][0]["label"]
    return told


async def test_the_log_undoes_and_redoes_whoever_asks(editor: Editor) -> None:
    assert code(await editor.post("undo")) == (409, "nothing_to_undo")
    for told in ("One", "Two"):
        await editor.post("questions/welcome/choices/chat", {"label": told})
    editor.world.forget()

    labels = [await label(editor)]
    for step in ("undo", "undo", "redo"):
        assert (await editor.post(step)).is_success
        labels.append(await label(editor))

    assert labels == ["Two", "One", "Chat with us", "One"]
    await editor.post("questions/welcome/choices/chat", {"label": "Three"})
    assert code(await editor.post("redo")) == (409, "nothing_to_redo")


async def test_nothing_is_undone_twice_with_one_key_or_on_an_old_version(editor: Editor) -> None:
    for told in ("One", "Two"):
        await editor.post("questions/welcome/choices/chat", {"label": told})

    for _ in range(2):
        assert (await editor.post("undo", key="once")).is_success
    assert await label(editor) == "One"
    assert code(await editor.post("undo", if_match='"2"')) == (412, "playbook_changed")
    assert await label(editor) == "One"
    assert code(await Editor(editor.world).post("undo"))[0] == 404
