"""The read model of agents, and what is published of it."""

import pytest

from contracts.envelope import Event, Unknown
from contracts.presence import AgentLeft, AgentNamed, AgentSwitchedOnElsewhere, AgentSwitchesEnded
from contracts.states import AgentRow
from services.chassis.ports import Row
from services.presence.projections import MODELS
from services.presence.tables import agents
from tests.unit.conversation.known_rows import KnownRows
from tests.unit.presence.examples import ADA, BOB, T0, WORKSPACE, after, offline, online, recorded


def rows_after(*events: Event) -> list[Row]:
    rows = KnownRows(MODELS, [recorded(event, version) for version, event in enumerate(events, 1)])
    return list(rows.of(agents).values())


def test_an_agent_who_went_online_is_listed() -> None:
    assert rows_after(online()) == [
        {
            "workspace_id": WORKSPACE,
            "agent_id": ADA,
            "name": "Ada",
            "online": True,
            "lost": False,
            "tab": "tab-1",
            "places": [["tab-1", None]],
            "version": 1,
            "changed_at": T0,
        }
    ]


def test_an_agent_who_went_offline_keeps_name_and_tab() -> None:
    [row] = rows_after(online(), offline())

    assert (row["name"], row["tab"], row["online"]) == ("Ada", "tab-1", False)
    assert (row["version"], row["changed_at"]) == (2, after(1))


def test_an_agent_comes_back_under_the_newest_name() -> None:
    renamed = online(at=9, tab="tab-2").model_copy(update={"name": "Ada L."})

    [row] = rows_after(online(), offline(), renamed)

    assert (row["name"], row["tab"], row["online"], row["version"]) == ("Ada L.", "tab-2", True, 3)


@pytest.mark.parametrize("last", [(), (offline(at=5),)])
def test_another_name_is_in_the_row_and_since_when_they_are_what_they_are_stays(
    last: tuple[Event, ...],
) -> None:
    named = AgentNamed(agent_id=ADA, name="Augusta", at=after(9))
    [before], [row] = rows_after(online(), *last), rows_after(online(), *last, named)

    assert row == {**before, "name": "Augusta", "version": before["version"] + 1}


def test_where_they_switched_on_is_known_over_a_lost_connection_and_until_it_ends() -> None:
    also = AgentSwitchedOnElsewhere(agent_id=ADA, tab="tab-2", session_id=BOB, at=after(1))
    lost = offline(at=5).model_copy(update={"reason": "connection_lost"})
    back = online(at=9, tab="tab-2").model_copy(update={"revived": True})
    ended = AgentSwitchesEnded(agent_id=ADA, session_ids=(None,), at=after(10))

    [before], [row] = rows_after(online(), also), rows_after(online(), also, lost, back)

    assert row == {**before, "changed_at": after(9), "version": 4}
    assert row["places"] == [["tab-1", None], ["tab-2", BOB]]
    assert rows_after(online(), also, lost, back, ended) == [
        {**row, "places": [["tab-2", BOB]], "version": 5}
    ]
    assert [one["places"] for one in rows_after(online(), also, online(at=9))] == [[["tab-1", None]]]


def test_another_name_of_who_was_never_online_lists_nobody() -> None:
    assert rows_after(AgentNamed(agent_id=ADA, name="Augusta", at=T0)) == []


@pytest.mark.parametrize("before", [(), (online(),), (online(), offline())])
def test_who_has_left_has_no_row_however_often_it_is_told(before: tuple[Event, ...]) -> None:
    left = AgentLeft(agent_id=ADA, at=after(9))

    assert rows_after(*before, left) == rows_after(*before, left, left) == []


def test_an_event_of_an_unknown_type_leaves_the_row_as_it_is() -> None:
    assert rows_after(online(), Unknown(at=T0, type="presence.agent_yawned.v1", data=b"{}")) == rows_after(
        online()
    )


def test_the_row_is_published_with_its_generation() -> None:
    publishes = MODELS[0].publishes
    assert publishes is not None

    key, row = publishes.row(rows_after(online())[0], 2)

    expected = AgentRow(
        workspace_id=WORKSPACE,
        generation=2,
        version=1,
        agent_id=ADA,
        name="Ada",
        online=True,
        changed_at=T0,
    )
    assert (key, row) == (ADA, expected)
