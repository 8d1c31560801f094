"""Every route × everybody who might call it: who gets in, who is turned away and how, and that nothing came of it."""

from collections.abc import Mapping

import httpx
import pytest

from tests.e2e.pages import pages
from tests.e2e.routes import BODIES, ENDS_SESSIONS, LET_IN, OF_CONSEQUENCE, Route, problem_of, routes
from tests.e2e.stage import NOBODIES, Stage

pytestmark = pytest.mark.real

KINDS: Mapping[str, str] = {
    **dict.fromkeys(NOBODIES, "nobody"),
    **{who: who for who in ("visitor", "agent", "editor", "owner")},
    "other visitor": "visitor",
    "strange visitor": "visitor",
    "stranger": "owner",
}
"""Everybody who might call, and what their token makes of them. Strangers are of another workspace."""
NOT_THEIRS: Mapping[str, frozenset[str]] = {
    "playbook_id": frozenset({"stranger"}),
    "published": frozenset(),
    "card_id": frozenset(),  # Parts of a playbook, which the path names as well.
    "question_id": frozenset(),
    "choice_id": frozenset(),
    "live_chat_id": frozenset(),
    "visit_id": frozenset({"other visitor", "strange visitor", "stranger"}),
    "conversation_id": frozenset({"other visitor", "strange visitor", "stranger"}),
    "note_id": frozenset({"stranger"}),
    "reply_id": frozenset({"stranger"}),
    "person_id": frozenset({"stranger"}),
    "organization_id": frozenset({"stranger"}),
    "file_id": frozenset({"other visitor", "strange visitor", "stranger"}),
    "agent_id": frozenset({"stranger"}),
    "view_id": frozenset({"owner", "editor", "stranger"}),
    "session_id": frozenset({"agent", "editor", "stranger"}),
    "device_id": frozenset({"owner", "editor", "stranger"}),
    "kid": frozenset({"stranger"}),
    "folder": frozenset(),  # A name for a part of the caller's own inbox, whatever it says.
}
"""What a path names → who would get in, but for whom there is no such thing."""
MAY_BE_REFUSED: Mapping[str, set[str]] = {
    "POST playbook/visits/{visit_id}/consent": {"no_consent_asked"},
    "POST playbook/visits/{visit_id}/details": {"not_waiting_for_this_card", "agent_took_over"},
    "POST playbook/playbooks/{playbook_id}/live-chat-card": {"too_many_choices"},
    "POST playbook/playbooks/{playbook_id}/questions/{question_id}/order": {"not_the_choices"},
    "POST conversation/conversations/{conversation_id}/take": {"already_assigned"},
    "POST conversation/conversations/{conversation_id}/messages": {"not_holder"},
    "POST conversation/conversations/{conversation_id}/read": {"not_holder"},
    "POST conversation/conversations/{conversation_id}/close": {"held_by_another"},
    "POST conversation/replies": {"shortcut_taken"},
    "POST conversation/replies/{reply_id}": {"not_author", "not_found", "shortcut_taken"},
    "POST conversation/replies/{reply_id}/remove": {"not_author"},
    "POST crm/conversations/{conversation_id}/details/notes/{note_id}": {"not_author", "not_found"},
    "POST crm/conversations/{conversation_id}/details/notes/{note_id}/remove": {"not_author"},
    "POST crm/persons/{person_id}/merge": {"same_person"},
    "POST gateway/conversations/{conversation_id}/files": {"empty_file"},
    "POST gateway/links/redeem": {"bad_link"},
    "POST gateway/links/reset": {"bad_link"},
    "POST gateway/account/password": {"wrong_password"},
    "POST gateway/account/sessions/renew": {"wrong_password"},
    "POST gateway/account/views": {"too_many_views"},
    "POST gateway/account/views/{view_id}": {"not_found"},
    "POST gateway/account/views/{view_id}/remove": {"not_found"},
    "POST gateway/agents/invite": {"already_invited"},
    "POST gateway/identity-keys": {"too_many_identity_keys"},
}
"""What somebody who got in may be told by the domain."""
UUID_CHARS = 36
HTTP = [route for route in routes() if route.method != "SOCKET"]
PAGES = (
    "GET /",
    "GET /inbox",
    "GET /inbox/{rest:path}",
    "GET /notices.js",
    "GET /assets/{name}",
    "GET /panel/{workspace_id}/{playbook_id}",
    "GET /widget/{workspace_id}/{playbook_id}.js",
    "GET /widget/{workspace_id}/{playbook_id}/online.js",
)
"""Every page, which is the same for everybody, and tells no id of anything."""


def expected(route: Route, who: str) -> int | None:
    """The status of who is turned away; None for who gets in."""
    kind = KINDS[who]
    if kind in LET_IN[route.access]:
        foreign = any(who in NOT_THEIRS[parameter] for parameter in route.parameters)
        return httpx.codes.NOT_FOUND if foreign and route.access != "public" else None
    return httpx.codes.UNAUTHORIZED if kind == "nobody" else httpx.codes.FORBIDDEN


def has_headers(answer: httpx.Response) -> bool:
    """Whether an answer can be traced, is kept nowhere, and is taken for nothing else."""
    headers = answer.headers
    kept = (headers["cache-control"], headers["x-content-type-options"])
    return bool(headers["x-correlation-id"]) and kept == ("no-store", "nosniff")


def test_the_tables_of_this_test_know_every_route() -> None:
    unknown = [
        f"{route}: add what {{{name}}} names to NOT_THEIRS, with who must not find it"
        for route in routes()
        for name in route.parameters
        if name not in NOT_THEIRS
    ]
    bodiless = [
        f"{route}: add a body with which it can be called to BODIES"
        for route in routes()
        if route.body and str(route) not in BODIES
    ]
    gone = [
        f"{name}: there is no such route"
        for name in (*MAY_BE_REFUSED, *BODIES)
        if name not in map(str, routes())
    ]
    assert not unknown + bodiless + gone


def test_every_page_is_known_here() -> None:
    assert sorted(pages()) == sorted(PAGES), "list the page in PAGES: all that it tells, everybody is told"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_same_for_everybody_and_tells_of_nobody(stage: Stage, page: str) -> None:
    before, told = stage.appended(), set()
    ids = {"workspace_id": stage.ids["workspace"], "playbook_id": stage.ids["visited_playbook"]}
    path = page.partition(" ")[2].replace(":path", "").format_map({**ids, "rest": "team", "name": "none.js"})

    for who in KINDS:
        answer = stage.http.get(path, headers=stage.headers(who))
        assert "set-cookie" not in answer.headers, who
        assert not any(len(id_) == UUID_CHARS and id_ in answer.text for id_ in stage.ids.values()), who
        assert not any(secret in answer.text for secret in stage.secrets), who
        told.add((answer.status_code, answer.text, answer.headers.get("content-security-policy")))

    assert len(told) == 1
    assert stage.appended() == before


@pytest.mark.parametrize("route", HTTP, ids=str)
def test_who_may_not_call_is_turned_away_and_nothing_is_appended(stage: Stage, route: Route) -> None:
    before = stage.appended()

    for who in KINDS:
        status = expected(route, who)
        if status is not None:
            answer = stage.ask(route, who, stage.body(route))
            assert (answer.status_code, problem_of(answer)["status"]) == (status, status), (who, answer.text)
            assert has_headers(answer)
            assert not any(id_ in answer.text for id_ in stage.ids.values()), (who, answer.text)
            assert (answer.headers.get("www-authenticate") == "Bearer") is (status == 401)

    assert stage.appended() == before


@pytest.mark.parametrize("route", [route for route in HTTP if str(route) not in OF_CONSEQUENCE], ids=str)
def test_who_may_call_gets_in(stage: Stage, route: Route) -> None:
    for who in KINDS:
        if expected(route, who) is None:
            answer = stage.ask(route, who, stage.body(route))
            assert has_headers(answer)
            if not answer.is_success:
                assert problem_of(answer)["code"] in MAY_BE_REFUSED.get(str(route), set()), (who, answer.text)
            if str(route) == ENDS_SESSIONS:
                stage.sign_in_again(who)


def ours(stage: Stage) -> list[str]:
    """What no stranger must ever read."""
    names = ("workspace", "owner", "agent", "playbook_id", "visit_id", "visitor", "conversation_id")
    return [stage.ids[name] for name in names]


@pytest.mark.parametrize(
    "route", [route for route in HTTP if route.method == "GET" and "agent" in LET_IN[route.access]], ids=str
)
def test_a_stranger_reads_nothing_of_ours(stage: Stage, route: Route) -> None:
    for folder in ("unassigned", "closed", stage.ids["agent"], f"agent:{stage.ids['agent']}"):
        url = route.url(**{**stage.ids, "folder": folder})
        asked = stage.http.get(url, headers=stage.headers("stranger"))
        assert not any(id_ in asked.text for id_ in ours(stage)), asked.text


def test_a_conversation_is_not_assigned_to_somebody_of_another_workspace(stage: Stage) -> None:
    (assign,) = [route for route in HTTP if route.path.endswith("/assign")]
    before = stage.appended()
    body = {"agent_id": stage.ids["strange_agent"], "expected_holder": stage.ids["agent"]}

    for expected_holder in (stage.ids["agent"], None):
        answer = stage.ask(assign, "owner", {**body, "expected_holder": expected_holder})
        assert problem_of(answer)["code"] in {"agent_offline", "held_by_another"}

    assert stage.appended() == before


def test_a_playbook_is_visited_in_its_own_workspace_alone(stage: Stage) -> None:
    ids = stage.ids
    for workspace, playbook in (
        (ids["strange_workspace"], ids["visited_playbook"]),
        (ids["workspace"], ids["strange_playbook"]),
    ):
        answer = stage.http.post(
            "/api/gateway/visits", json={"workspace_id": workspace, "playbook_id": playbook}
        )
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")


def test_a_visitors_earlier_session_means_nothing_in_another_workspace(stage: Stage) -> None:
    body = {
        "workspace_id": stage.ids["strange_workspace"],
        "playbook_id": stage.ids["strange_playbook"],
        "visitor_session": stage.sessions["visitor"],
    }

    answer = stage.http.post("/api/gateway/visits", json=body)

    assert answer.json()["visitor_id"] != stage.ids["visitor"]
    stage.secrets |= {answer.json()["session"], answer.json()["token"]}
