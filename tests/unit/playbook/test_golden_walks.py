"""The golden walks are what the decider does today, and meet everything that a walk can meet."""

import json

from tests.golden_walks import DOCUMENT, SEEN, written


def test_the_golden_walks_are_those_of_today() -> None:
    assert written() == DOCUMENT.read_text(), "write them anew: python -m tests.golden_walks"


def test_they_meet_everything() -> None:
    told = json.loads(DOCUMENT.read_text())
    cards = [card["kind"] for walk in told["walks"] for card in walk["flow"]["cards"].values()]
    steps = [step for walk in told["walks"] for step in walk["steps"]]
    seen = [one for walk in told["walks"] for one in walk["begins"]]
    seen += [one for step in steps for one in step.get("seen", [])]

    assert set(cards) == {
        "question",
        "message",
        "capture",
        "condition",
        "live_chat",
        "qualify",
        "action",
        "end",
    }
    assert {one["type"] for one in seen} == {event.TYPE for event in SEEN}
    assert {step["refused"] for step in steps if "refused" in step} >= {
        "not_waiting_for_this_card",
        "no_such_choice",
        "detail_not_valid",
        "consent_needed",
        "no_consent_asked",
    }
    assert {one["reason"] for one in seen if one["type"] == "playbook.offline_flow_started.v1"} == {
        "nobody_online",
        "wait_expired",
    }
    assert any("body" in one for one in seen)
    for kept in (form["kept"] for form in told["details"]):
        assert {value is None for _, value in kept} == {True, False}
    one_way = [
        one["condition"] for one in told["conditions"] if len({held for *_, held in one["tries"]}) == 1
    ]
    assert one_way == [{"of": "utm", "parameter": "medium", "compare": "known", "value": ""}]
