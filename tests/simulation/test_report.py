"""The report knows every refusal: what its days do not meet has a test of its own."""

import re
from pathlib import Path

import pytest

from tests.api_reference.problems import problems
from tests.simulation.report import REFUSALS

TESTS = Path(__file__).parents[1]
MAY_BE_ANSWERED = "test_access.py"
"""It names what a route may answer to somebody, whether it does or not."""
OF_ANY_REQUEST = frozenset(
    {
        "bad_body", "bad_cursor", "bad_idempotency_key", "bad_text", "body_too_large", "event_too_large", "fenced",
        "forbidden", "foreign_origin", "http", "idempotency_key_reused", "invalid", "method_not_allowed", "not_built",
        "not_json", "not_utf8", "too_deep", "unavailable", "unexpected",
    }
)  # fmt: skip
"""What the edge refuses before a service is asked: days begin behind it."""
OF_SIZES_AND_RATES = frozenset(
    {
        "bad_length", "busy", "file_too_large", "too_broad", "too_many_accounts", "too_many_cards",
        "too_many_choices", "too_many_devices", "too_many_files", "too_many_merged", "too_many_messages",
        "too_many_notes", "too_many_replies", "too_many_tries", "too_many_uploads", "too_many_views", "too_many_waits",
        "too_many_visits", "too_slow", "walk_too_long",
    }
)  # fmt: skip
OF_WAYS_IN = frozenset(
    {"bad_identity", "bad_link", "bad_sign_in", "site_not_allowed", "weak_password", "wrong_password"}
)
"""Nobody signs in on a simulated day: people come with tokens."""
OF_OTHERS = frozenset(
    {
        "already_invited", "attachment_over", "behind", "contended", "dry_run_runs", "live_chat_open",
        "no_consent_asked", "no_web_push", "no_words", "not_built", "not_the_choices", "nothing_to_redo",
        "nothing_to_undo", "outcome_exists", "role_changed", "rule_leads_nowhere",
        "workspace_exists",
    }
)  # fmt: skip
"""What another key or the command line is needed for, or a setting, or more people at one thing than a day has. Nobody
looks for anything there either."""
ELSEWHERE = OF_ANY_REQUEST | OF_SIZES_AND_RATES | OF_WAYS_IN | OF_OTHERS


def test_each_refusal_of_the_code_is_met_or_tested_elsewhere_and_nothing_else_is() -> None:
    known = {problem.code for problem in problems()}

    assert known == ELSEWHERE | set(REFUSALS)
    assert not ELSEWHERE & set(REFUSALS)


@pytest.mark.parametrize("code", sorted(ELSEWHERE))
def test_what_no_day_meets_has_a_test_of_its_own(code: str) -> None:
    quoted = re.compile(rf"[\"']{code}[\"']")
    others = (path for path in TESTS.rglob("test_*.py") if path.parts[-2] != Path(__file__).parts[-2])
    others = (path for path in others if path.name != MAY_BE_ANSWERED)

    assert any(quoted.search(path.read_text()) for path in others)
