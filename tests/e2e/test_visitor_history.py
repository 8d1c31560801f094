"""The same visitor in a later visit: reads the conversation of the earlier one, and does nothing there."""

import pytest

from tests.e2e.routes import LET_IN, Route, problem_of, routes
from tests.e2e.stage import Stage
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

OLD = {"visit_id", "conversation_id", "file_id"}
READ = {
    "GET gateway/conversations/{conversation_id}/transcript",
    "GET gateway/files/{file_id}",
}
"""What a visitor may still do with the things of an earlier visit; nothing else may be added without a decision."""
OF_THE_PAST = [
    route
    for route in routes()
    if route.method != "SOCKET" and "visitor" in LET_IN[route.access] and OLD & set(route.parameters)
]


@pytest.fixture(scope="module")
def later(stage: Stage) -> str:
    """The stage's visitor, who has come back; a token of the new visit."""
    body = {
        "workspace_id": stage.ids["workspace"],
        "playbook_id": stage.ids["visited_playbook"],
        "visitor_session": stage.sessions["visitor"],
    }
    told = stage.http.post("/api/gateway/visits", json=body).raise_for_status().json()
    assert (told["visitor_id"], told["visit_id"] != stage.ids["visit_id"]) == (stage.ids["visitor"], True)
    stage.secrets |= {told["session"], told["token"]}
    return str(told["token"])


@pytest.mark.parametrize("route", OF_THE_PAST, ids=str)
def test_things_of_an_earlier_visit_are_read_and_nothing_else(stage: Stage, later: str, route: Route) -> None:
    before = stage.appended()

    answer = stage.ask(route, "nobody", stage.body(route), authorization=f"Bearer {later}")

    if str(route) in READ:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found"), answer.text
    assert stage.appended() == before


def test_the_list_tells_what_was_in_the_earlier_visit_to_this_visitor_alone(stage: Stage, later: str) -> None:
    path, chat = "/api/gateway/visitor/conversations", stage.ids["conversation_id"]

    def listed() -> bool:
        told = stage.http.get(path, headers={"authorization": f"Bearer {later}"}).raise_for_status().json()
        return [one["visit_id"] for one in told["items"] if one["conversation_id"] == chat] == [
            stage.ids["visit_id"]
        ]

    eventually_sync(listed, within_s=120, what="the earlier conversation in the list")
    for other in ("other visitor", "strange visitor"):
        told = stage.http.get(path, headers=stage.headers(other)).raise_for_status()
        assert chat not in told.text
