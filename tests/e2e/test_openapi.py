"""What any generated request is answered is what the OpenAPI documents say, and never an error of ours."""

from functools import cache
from typing import Any

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
from tests.e2e.routes import ENDING, INSTEAD, OF_CONSEQUENCE, Route, caller_of, routes
from tests.e2e.stage import Stage
from tests.proof import count

pytestmark = pytest.mark.real

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LEFT_ALONE = {*ENDING, *OF_CONSEQUENCE, *INSTEAD}
"""Routes after which the stage would not be what it was."""
ASKED = [it for it in routes() if it.method != "SOCKET" and not it.raw and str(it) not in LEFT_ALONE]


@cache
def documented(service: str) -> schemathesis.BaseSchema:
    """The service's document."""
    return schemathesis.openapi.from_dict(Application(SERVICES[service]).openapi())


@pytest.mark.parametrize("route", ASKED, ids=str)
def test_any_request_is_answered_as_the_document_says(stage: Stage, route: Route) -> None:
    operation = documented(route.service)[route.path][route.method]
    base = f"{stage.system.bases['gateway']}/api/{route.service}"
    who = caller_of(route)

    @hypothesis.settings(max_examples=count(100), suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=operation.as_strategy(), is_ours=st.booleans())
    def ask(case: schemathesis.Case[Any], is_ours: bool) -> None:
        if is_ours:  # Anything else that fits is as good as always unknown.
            case.path_parameters = {name: stage.ids[name] for name in route.parameters}
        case.call_and_validate(base_url=base, headers=stage.headers(who), checks=CHECKS)

    ask()
