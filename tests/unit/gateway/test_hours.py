"""Business hours: what the workspace's stream says of them, and who reads and sets them over HTTP."""

from functools import reduce
from typing import Any

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.gateway import BusinessHoursSet
from contracts.hours import BusinessHours, OpenInterval, Week
from contracts.ids import stream
from services.chassis.decider import NotFound, Refused
from services.chassis.tokens import Caller
from services.gateway.commands import SetBusinessHours
from services.gateway.decider import workspace
from tests.spec import given
from tests.unit.gateway.examples import ADA, T0, ada, created, visitor
from tests.unit.gateway.people import Ana
from tests.unit.gateway.web import Web

NINE_TO_FIVE = (OpenInterval(opens="09:00", closes="17:00"),)
ON_MONDAYS = BusinessHours(time_zone="Europe/London", week=Week(monday=NINE_TO_FIVE))
NEVER = BusinessHours(time_zone="Europe/London", week=Week())
KNOWN = (None, ON_MONDAYS, NEVER)


def set_hours(hours: BusinessHours | None, revision: int | None = None) -> SetBusinessHours:
    return SetBusinessHours(hours=hours, revision=revision, by=ADA, at=T0)


def hours_set(revision: int, hours: BusinessHours | None) -> BusinessHoursSet:
    return BusinessHoursSet(revision=revision, hours=hours, by=ADA, at=T0)


def test_hours_are_set_changed_and_taken_back() -> None:
    first, second, third = hours_set(1, ON_MONDAYS), hours_set(2, NEVER), hours_set(3, None)

    assert given(workspace.DECIDER, created).when(set_hours(ON_MONDAYS, 0)) == [first]
    assert given(workspace.DECIDER, created, first).when(set_hours(NEVER, 1)) == [second]
    assert given(workspace.DECIDER, created, first, second).when(set_hours(None)) == [third]


def test_hours_that_are_so_already_change_nothing_whatever_was_read() -> None:
    assert given(workspace.DECIDER, created).when(set_hours(None, 7)) == []
    assert given(workspace.DECIDER, created, hours_set(1, NEVER)).when(set_hours(NEVER, 0)) == []


def test_hours_that_somebody_else_set_are_not_written_over() -> None:
    with pytest.raises(Refused) as refused:
        given(workspace.DECIDER, created, hours_set(1, NEVER)).when(set_hours(ON_MONDAYS, 0))

    assert (refused.value.status, refused.value.code) == (412, "hours_changed")
    assert refused.value.facts == {"revision": 1}


def test_only_a_workspace_has_hours() -> None:
    with pytest.raises(NotFound):
        given(workspace.DECIDER).when(set_hours(NEVER))


@prop(st.lists(st.builds(set_hours, st.sampled_from(KNOWN), st.none() | st.integers(0, 4)), max_size=8))
def test_hours_that_were_set_may_be_set_again(commands: list[SetBusinessHours]) -> None:
    state = workspace.DECIDER.evolve(workspace.DECIDER.initial, created)
    for command in commands:
        try:
            events = workspace.DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(workspace.DECIDER.evolve, events, state)
        assert workspace.DECIDER.decide(command, state) == []


HOURS = "/hours"
BODY: dict[str, Any] = {
    "time_zone": "America/Sao_Paulo",
    "week": {"monday": [{"opens": "13:00", "closes": "24:00"}, {"opens": "08:00", "closes": "12:00"}]},
    "special_days": [{"date": "2026-12-25"}],
}


async def test_what_an_owner_sets_everybody_of_the_workspace_reads(web: Web, ana: Ana) -> None:
    assert (await web.get(HOURS, ana.token)).json() == {"hours": None, "revision": 0}

    told = await web.post(HOURS, {"hours": BODY, "expected_revision": 0}, ana.token)
    assert told.json()["stream"] == stream("workspace", ana.workspace_id)

    agent = ada.model_copy(update={"workspace_id": ana.workspace_id})
    found = (await web.get(HOURS, agent)).json()
    assert found["revision"] == 1
    assert found["hours"]["time_zone"] == BODY["time_zone"]
    monday = [(one["opens"], one["closes"]) for one in found["hours"]["week"]["monday"]]
    assert monday == [("08:00", "12:00"), ("13:00", "24:00")]
    assert found["hours"]["special_days"] == [{"date": "2026-12-25", "intervals": []}]


async def test_who_read_older_hours_is_refused_and_changes_nothing(web: Web, ana: Ana) -> None:
    await web.post(HOURS, {"hours": BODY}, ana.token)

    refused = await web.post(HOURS, {"hours": None, "expected_revision": 0}, ana.token)

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["revision"]) == (412, "hours_changed", 1)
    assert (await web.get(HOURS, ana.token)).json()["revision"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "localtime"},
        {"time_zone": "../../etc/passwd"},
        {"week": {"monday": [{"opens": "12:00", "closes": "12:00"}]}},
        {"week": {"monday": [{"opens": "24:00", "closes": "24:00"}]}},
        {"week": {"monday": [{"opens": "9:00", "closes": "10:00"}]}},
        {"week": {"monday": [{"opens": "09:00", "closes": "12:00"}, {"opens": "11:59", "closes": "13:00"}]}},
        {"week": {"monday": [{"opens": f"0{hour}:00", "closes": f"0{hour}:30"} for hour in range(7)]}},
        {"week": {"someday": []}},
        {"special_days": [{"date": "2026-02-30"}]},
        {"special_days": [{"date": "2026-12-25"}, {"date": "2026-12-25"}]},
        {
            "special_days": [
                {"date": f"2026-{month:02}-{day:02}"} for month in (1, 2, 3) for day in range(1, 29)
            ]
        },
        {"note": "Closed on rainy days."},
    ],
)
async def test_hours_that_no_team_could_keep_are_refused(web: Web, ana: Ana, wrong: dict[str, Any]) -> None:
    answer = await web.post(HOURS, {"hours": {**BODY, **wrong}}, ana.token)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert (await web.get(HOURS, ana.token)).json()["revision"] == 0


@pytest.mark.parametrize(
    ("caller", "reads", "sets"),
    [
        (None, 401, 401),
        (ada, 200, 403),
        (ada.model_copy(update={"role": "editor"}), 200, 403),
        (visitor, 403, 403),
    ],
)
async def test_agents_read_hours_and_owners_set_them(
    web: Web, caller: Caller | None, reads: int, sets: int
) -> None:
    assert (await web.get(HOURS, caller)).status_code == reads
    assert (await web.post(HOURS, {"hours": None}, caller)).status_code == sets
