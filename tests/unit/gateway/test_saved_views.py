"""The views of the inbox that agents keep: their own, so many and no more, gone with their account."""

from functools import reduce
from typing import Any

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.envelope import Event, Metadata, Recorded
from contracts.gateway import AgentRemoved, ViewFilters, ViewRemoved, ViewSaved
from contracts.ids import derived_id, stream
from contracts.topics import GATEWAY_EVENTS
from services.chassis.decider import NotFound, Refused
from services.chassis.tokens import Caller
from services.gateway.commands import (
    VIEW_NAME_CHARS_MAX,
    VIEW_WORDS_CHARS_MAX,
    VIEWS_MAX,
    RemoveView,
    SaveView,
)
from services.gateway.decider import account
from services.gateway.tables import saved_views
from tests.spec import given
from tests.unit.gateway.examples import ADA, T0, WORKSPACE, invited, joined
from tests.unit.gateway.people import Ana
from tests.unit.gateway.replica import Models
from tests.unit.gateway.web import Web

ONE, TWO = derived_id("view", 1), derived_id("view", 2)
PRICES = {"name": "Prices", "folder": "mine", "filters": {"missed": True, "words": "price list"}}


def save(view_id: str = ONE, name: str = "Prices", *, new: bool = True, missed: bool = False) -> SaveView:
    return SaveView(view_id, name, "mine", ViewFilters(missed=missed), new, T0)


def saved(view_id: str = ONE, name: str = "Prices", *, missed: bool = False) -> ViewSaved:
    filters = ViewFilters(missed=missed)
    return ViewSaved(at=T0, agent_id=ADA, view_id=view_id, name=name, folder="mine", filters=filters)


removed = ViewRemoved(at=T0, agent_id=ADA, view_id=ONE)


def test_a_view_is_saved_changed_and_removed() -> None:
    there = given(account.DECIDER, invited, joined, saved())

    assert given(account.DECIDER, invited, joined).when(save()) == [saved()]
    assert there.when(save()) == []
    assert there.when(save(new=False, missed=True)) == [saved(missed=True)]
    assert there.when(save(name="Costs", new=False)) == [saved(name="Costs")]
    assert there.when(RemoveView(ONE, T0)) == [removed]


@pytest.mark.parametrize("command", [save(new=False), RemoveView(ONE, T0)])
@pytest.mark.parametrize("history", [(), (saved(TWO),), (saved(), removed)])
def test_a_view_that_is_not_there_is_not_changed(
    command: SaveView | RemoveView, history: tuple[Event, ...]
) -> None:
    with pytest.raises(NotFound):
        given(account.DECIDER, invited, joined, *history).when(command)


@pytest.mark.parametrize("history", [(), (invited,), (invited, joined, AgentRemoved(agent_id=ADA, at=T0))])
def test_who_is_not_of_the_workspace_keeps_no_views(history: tuple[Event, ...]) -> None:
    for command in (save(), RemoveView(ONE, T0)):
        with pytest.raises(NotFound):
            given(account.DECIDER, *history).when(command)


def test_an_agent_has_so_many_views_and_no_more() -> None:
    many = [saved(derived_id("view", number)) for number in range(VIEWS_MAX)]
    full = given(account.DECIDER, invited, joined, *many)

    with pytest.raises(Refused) as refused:
        full.when(save(derived_id("another")))

    assert refused.value.code == "too_many_views"
    assert full.when(save(many[3].view_id, "Costs", new=False)) == [saved(many[3].view_id, "Costs")]


def test_what_is_kept_to_decide_by_says_nothing_of_what_agents_look_for() -> None:
    state = given(account.DECIDER, invited, joined, saved(name="Ms Vera Vogel")).state

    assert "Vera" not in state.model_dump_json()


VIEWS = st.sampled_from([ONE, TWO])
COMMANDS = st.one_of(
    st.builds(save, VIEWS, st.sampled_from(["a", "b"]), new=st.booleans(), missed=st.booleans()),
    st.builds(RemoveView, VIEWS, st.just(T0)),
)


def rows_of(events: list[Event]) -> list[Any]:
    """The views as they are listed after these events of Ada's account."""
    models = Models()
    for version, event in enumerate(events, start=1):
        metadata = Metadata(WORKSPACE, f"c{version}", "c", "c", "service:test")
        told = Recorded(event, derived_id(version), event.TYPE, stream("account", ADA), version, metadata)
        models.publish(GATEWAY_EVENTS, 0, told)
    row = models.of(saved_views).get((WORKSPACE, ADA))
    return list(row["views"]) if row else []


@prop(st.lists(COMMANDS, max_size=12))
def test_whatever_is_accepted_changes_nothing_when_it_comes_again_and_is_what_is_listed(
    commands: list[SaveView | RemoveView],
) -> None:
    events: list[Event] = [invited, joined]
    state = reduce(account.DECIDER.evolve, events, account.DECIDER.initial)
    for command in commands:
        try:
            told = account.DECIDER.decide(command, state)
        except Refused:
            continue
        events += told
        state = reduce(account.DECIDER.evolve, told, state)
        try:
            assert list(account.DECIDER.decide(command, state)) == []
        except NotFound:
            assert isinstance(command, RemoveView)
    assert isinstance(state, account.Joined)
    assert [view["view_id"] for view in rows_of(events)] == [view.view_id for view in state.views]
    assert rows_of([*events, AgentRemoved(agent_id=ADA, at=T0)]) == []


async def test_views_are_ones_own(web: Web, ana: Ana) -> None:
    assert (await web.get("/account/views", ana.token)).json() == {"items": [], "version": 0}
    added = await web.post("/account/views", PRICES, ana.token)
    view_id = added.json()["ids"]["view_id"]
    changed = await web.post(f"/account/views/{view_id}", {**PRICES, "name": " Costs "}, ana.token)

    found = (await web.get("/account/views", ana.token)).json()
    filters = {"missed": True, "unread": False, "visitor_left": False, "words": "price list"}
    assert found["items"] == [{"view_id": view_id, "name": "Costs", "folder": "mine", "filters": filters}]
    assert found["version"] == changed.json()["version"]
    other = Caller(kind="agent", id=derived_id("other"), workspace_id=ana.workspace_id, role="owner")
    assert (await web.get("/account/views", other)).json()["items"] == []
    for path, body in ((view_id, PRICES), (f"{view_id}/remove", None)):
        assert (await web.post(f"/account/views/{path}", body, other)).status_code == 404
    assert (await web.post(f"/account/views/{view_id}/remove", None, ana.token)).status_code == 200
    assert (await web.get("/account/views", ana.token)).json()["items"] == []


async def test_a_view_needs_no_filters(web: Web, ana: Ana) -> None:
    await web.post("/account/views", {"name": "All", "folder": ana.agent_id}, ana.token)

    (view,) = (await web.get("/account/views", ana.token)).json()["items"]
    assert view["filters"] == {"missed": False, "unread": False, "visitor_left": False, "words": ""}


@pytest.mark.parametrize(
    "other",
    [
        *({"name": name} for name in ("", "  ", "x" * (VIEW_NAME_CHARS_MAX + 1))),
        *({"folder": folder} for folder in ("", "everything", "Mine")),
        {"filters": {"words": "x" * (VIEW_WORDS_CHARS_MAX + 1)}},
        {"filters": {"missed": "yes"}},
        {"filters": {"colour": "red"}},
        {"colour": "red"},
    ],
)
async def test_what_does_not_fit_is_refused(web: Web, ana: Ana, other: dict[str, Any]) -> None:
    assert (await web.post("/account/views", {**PRICES, **other}, ana.token)).status_code == 422


async def test_visitors_and_strangers_keep_no_views(web: Web, ana: Ana) -> None:
    visitor = Caller(kind="visitor", id=ADA, workspace_id=ana.workspace_id, visit_id=ADA)

    for caller, status in ((None, 401), (visitor, 403)):
        assert (await web.get("/account/views", caller)).status_code == status
        assert (await web.post("/account/views", PRICES, caller)).status_code == status
