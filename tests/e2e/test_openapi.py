"""What any generated request is answered is what the OpenAPI documents say, and never an error of ours."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.chassis.app import Application
from services.cli.catalogue import SERVICES
from tests.e2e.routes import ENDING, ENDS_SESSIONS, INSTEAD, OF_CONSEQUENCE, VERSION, Route, caller_of, routes
from tests.e2e.stage import Stage, staged
from tests.e2e.system import System
from tests.proof import count

pytestmark = pytest.mark.real

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HTTP = [it for it in routes() if it.method != "SOCKET"]
SPENDING = {*ENDING, *OF_CONSEQUENCE, *INSTEAD, *(str(it) for it in HTTP if it.raw)}
"""Routes after which a stage is not what it was; files are limited by the hour."""
ASKED = [it for it in HTTP if str(it) not in SPENDING]
SPENT = sorted(
    (it for it in HTTP if str(it) in SPENDING), key=lambda it: (not it.raw, str(it) != ENDS_SESSIONS)
)
"""Files first, for an ended conversation takes none; then what needs a sign-in, which wrong passwords would bar."""


@pytest.fixture(scope="module")
def spent(system: System) -> Iterator[Stage]:
    """A stage that nobody needs afterwards."""
    with staged(system) as found:
        yield found


@cache
def documented(service: str) -> schemathesis.BaseSchema:
    """The service's document."""
    return schemathesis.openapi.from_dict(Application(SERVICES[service]).openapi())


def ask(stage: Stage, route: Route) -> None:
    """Sends many requests that the document allows."""
    operation = documented(route.service)[route.path][route.method]
    base = f"{stage.system.bases['gateway']}/api/{route.service}"
    who, named = caller_of(route), {**VERSION, **stage.ids, **route.instead(stage.ids)}

    @hypothesis.settings(max_examples=count(100), suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=operation.as_strategy(), is_ours=st.booleans())
    def one(case: schemathesis.Case[Any], is_ours: bool) -> None:
        if is_ours:  # Anything else that fits is as good as always unknown.
            case.path_parameters = {name: named[name] for name in route.parameters}
        answer = case.call_and_validate(base_url=base, headers=stage.headers(who), checks=CHECKS)
        if str(route) == ENDS_SESSIONS and answer.status_code < httpx.codes.BAD_REQUEST:
            stage.sign_in_again(who)

    one()


@pytest.mark.parametrize("route", ASKED, ids=str)
def test_any_request_is_answered_as_the_document_says(stage: Stage, route: Route) -> None:
    ask(stage, route)


@pytest.mark.parametrize("route", SPENT, ids=str)
def test_a_request_after_which_things_are_different_is_answered_so_as_well(
    spent: Stage, route: Route
) -> None:
    ask(spent, route)
