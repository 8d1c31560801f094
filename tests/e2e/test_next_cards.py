"""The answer to what a visitor does tells the next cards at once, as their socket does: version by version."""

from typing import Any, get_args

import pytest

from contracts.flow import Card
from tests.e2e.editing import Owner, Visit
from tests.e2e.sockets import Socket, socket
from tests.e2e.stage import Stage
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

FLOW: dict[str, Any] = {
    "start": "hello",
    "cards": {
        "hello": {"kind": "message", "text": "Hello.", "next": "menu"},
        "menu": {
            "kind": "question",
            "text": "What is it?",
            "choices": [
                {"choice_id": "name", "label": "My name", "next": "name"},
                {"choice_id": "chat", "label": "A person", "next": "live_chat"},
                {"choice_id": "leave", "label": "Nothing", "next": "end"},
            ],
        },
        "name": {
            "kind": "capture",
            "text": "Name?",
            "field": "name",
            "retry_text": "Again?",
            "next": "known",
        },
        "known": {
            "kind": "condition",
            "cases": [
                {
                    "when": [{"of": "captured", "field": "name", "compare": "known"}],
                    "next": "good",
                }
            ],
            "otherwise": "end",
        },
        "good": {"kind": "qualify", "qualified": True, "next": "lead"},
        "lead": {"kind": "action", "follow_up": "lead", "next": "menu"},
        "live_chat": {
            "kind": "live_chat",
            "online_message": "One moment.",
            "wait_time_s": 60,
            "offline_message": "Nobody is here.",
            "offline_flow": "sorry",
        },
        "sorry": {"kind": "message", "text": "Nobody is here now.", "next": "menu"},
        "end": {"kind": "end", "text": "Bye."},
    },
}
ASKS = {"privacy": {"text": "We keep it.", "asks": True}}
STEPS: list[tuple[str, Any]] = [
    ("start", {"locale": "en"}),
    ("answers", {"card_id": "menu", "choice_id": "name"}),
    ("pages", {"url": "https://www.example.com/prices"}),
    ("consent", None),
    ("details", {"card_id": "name", "value": "Ada"}),
    ("answers", {"card_id": "menu", "choice_id": "chat"}),
    ("answers", {"card_id": "menu", "choice_id": "leave"}),
]
"""The walk comes to every card; after the one to a person, reactions go on with it."""


def walk(visit: Visit) -> list[Any]:
    """The answers to all steps; each step is taken twice, with its key, and answered alike."""
    answers = []
    for number, (step, body) in enumerate(STEPS):
        if step == "answers":
            eventually_sync(lambda: visit.waits_at() == "menu", what="the question")
        told = visit.post(step, body, key=f"{visit.visit_id}-{number}")
        assert visit.post(step, body, key=f"{visit.visit_id}-{number}") == {**told, "repeated": True}
        answers.append(told)
    return answers


def heard(panel: Socket, name: str, last: int) -> dict[int, Any]:
    """The frames of a stream by version, up to this one."""
    while not any(one["type"] == "event" and one["version"] == last for one in panel.frames):
        panel.next()
    return {one["version"]: one for one in panel.frames if one["type"] == "event" and one["stream"] == name}


def test_the_walk_comes_to_every_kind_of_card() -> None:
    kinds = {str(card.model_fields["kind"].default) for card in get_args(get_args(Card)[0])}

    assert {card["kind"] for card in FLOW["cards"].values()} == kinds


def test_each_answer_tells_what_the_socket_tells(owner: Owner, stage: Stage) -> None:
    playbook_id = owner.create()
    owner.post(f"playbooks/{playbook_id}/flow", {"flow": FLOW})
    owner.post(f"playbooks/{playbook_id}/behaviour", {"behaviour": ASKS})
    owner.switch("offline")
    owner.publish(playbook_id)
    visit = owner.entered(playbook_id)
    name = f"visit-{visit.visit_id}"

    with socket(stage) as panel:
        panel.send(type="authorise", token=visit.token)
        panel.until("ready")
        answers = walk(visit)
        frames = heard(panel, name, answers[-1]["version"])

    told = [frame for answer in answers for frame in answer["frames"]]
    assert told == [frames[frame["version"]] for frame in told]
    assert {"playbook.card_shown.v1", "playbook.live_chat_requested.v1", "playbook.visit_ended.v1"} <= {
        frame["event"]["type"] for frame in told if frame["event"]
    }
    reactions = [frames[version] for version in frames.keys() - {frame["version"] for frame in told}]
    assert "playbook.offline_flow_started.v1" in {frame["event"]["type"] for frame in reactions}
    assert [answer["frames"][-1]["version"] for answer in answers] == [one["version"] for one in answers]
