"""docs/api.md names every route, frame, event and problem of the code, and none that is not there."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from contracts.flow import CARDS_MAX, CHOICES_MAX
from contracts.ids import derived_id
from contracts.notifier import NoticesDecided
from contracts.signals import Typing
from contracts.states import InboxRow
from services.chassis import app, reader
from services.chassis.http import PAGE_MAX
from services.conversation.commands import conversation, reply
from services.conversation.settings import ConversationSettings
from services.crm import commands as crm
from services.gateway import commands as gateway
from services.gateway.accounts.sessions import SESSIONS_MAX
from services.gateway.api import search
from services.gateway.files.receiving import (
    FILE_BYTES_MAX,
    RECEIVE_LIMIT_S,
    UPLOADS_AT_ONCE_MAX,
    UPLOADS_OF_ONE_MAX,
    UPLOADS_OF_VISITORS_AT_AN_ADDRESS_MAX,
)
from services.gateway.files.route import FILES_PER_HOUR_MAX
from services.gateway.queries import shown
from services.gateway.settings import GatewaySettings
from services.gateway.sockets import bounds, frames, viewing
from services.gateway.tables import inbox
from services.notifier.consumers.sending import payload
from services.notifier.queries import DEVICES_MAX
from services.playbook.api.playbooks import SITES_MAX
from services.playbook.decider.answers import CARDS_SHOWN_MAX
from tests.api_reference import DOCUMENT, written
from tests.api_reference.frames import SOCKETS, command_types, ends, event_types
from tests.api_reference.problems import problems
from tests.api_reference.refusals import EVERYWHERE, MEANING, NOT_BY_THE_API, OWN
from tests.e2e.routes import routes

MESSAGES = ConversationSettings.model_fields["visitor_messages_max"]
ANEW = "write it anew: python -m tests.api_reference"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
ID = derived_id("an", "id")
DECIDED = NoticesDecided(
    at=NOW,
    notice_id=ID,
    conversation_id=ID,
    visitor_id=ID,
    kind="new_message",
    about_version=1,
    known_version=1,
    occurred_at=NOW,
    expires_at=NOW,
    recipients=(),
)
TYPING = Typing(workspace_id=ID, conversation_id=ID, agent_id=ID, typing=True, at=NOW)
SENT = (
    frames.READY,
    frames.PONG,
    frames.event_frame("stream", 1, None),
    frames.rows_frame([]),
    frames.typing_frame(TYPING, for_visitor=False),
    frames.queue_frame(ID, 3),
    frames.viewing_frame(ID, {ID: "Ben"}),
    frames.editing_frame(ID, {ID: ("Ben", "welcome")}),
    frames.notice_frame(DECIDED, collapsed=False),
    frames.error_frame("not_found", "There is none.", stream="stream"),
)
"""A frame of each type that the gateway sends."""


def test_the_generated_parts_are_what_the_code_says_today() -> None:
    assert DOCUMENT.read_text() == written(), ANEW


def test_the_document_has_an_entry_for_every_route_and_for_no_other() -> None:
    headings = re.findall(r"^#### ([A-Z]+) `(/api/[^`]+)`$", DOCUMENT.read_text(), re.MULTILINE)

    there = [(it.method, f"/api/{it.service}{it.path}") for it in routes() if it.method != "SOCKET"]
    assert sorted(headings) == sorted(there), ANEW


def test_every_address_in_the_text_is_one_of_a_route() -> None:
    """Ids in it are as the routes call them; those of openapi.json and of the socket are told apart."""
    named = set(re.findall(r"/api/(\w+/[\w/{}.-]+[\w}])", DOCUMENT.read_text()))

    there = {f"{route.service}{route.path}" for route in routes()}
    assert "gateway/socket" in named
    assert named - {"gateway/socket"} <= there


def test_every_answer_and_every_field_leads_to_a_shape_that_is_told() -> None:
    text = DOCUMENT.read_text()
    headings = {_slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_every_event_type_in_the_text_is_one_that_screens_are_shown() -> None:
    named = re.findall(r"\b(?:conversation|playbook)\.[a-z_]+\.v[0-9]+", DOCUMENT.read_text())

    assert event_types() == set(named) - {"conversation.events.v1"}, ANEW


def test_an_example_of_every_frame_that_the_gateway_sends_has_its_fields() -> None:
    text = "".join(path.read_text() for path in SOCKETS.glob("*.py"))
    types = set(re.findall(r'"type": ?"(\w+)"', text))
    sent = {told["type"]: told.keys() for told in map(json.loads, SENT)}
    assert types == sent.keys(), "show here, and in the document, what this type of frame looks like"

    shown = {told["type"]: told.keys() for told in _examples() if told.get("type") in sent}
    assert shown == sent
    assert {str(told["type"]) for told in _examples() if "type" in told} - sent.keys() - {
        "/problems/held_by_another"
    } <= command_types()


def test_a_folder_has_the_fields_of_a_row_of_kind_conversation() -> None:
    """As the route says, whose answer the generated part cannot tell."""
    listed = shown({column.name: None for column in inbox.columns})

    assert listed.keys() == {*InboxRow.model_fields, "folder"} - {"workspace_id"}


def test_the_example_of_a_push_has_the_fields_of_one() -> None:
    pushed = json.loads(payload(DECIDED, ID)).keys()

    assert [told.keys() for told in _examples() if "title" in told and "type" not in told] == [pushed]


def test_every_end_of_a_socket_is_told_with_its_code_and_no_other() -> None:
    told = re.findall(r"^\| (4[0-9]{3}) \| ([^|]+) \|", DOCUMENT.read_text(), re.MULTILINE)

    named = {(int(code), reason) for code, reasons in told for reason in re.findall(r"`(\w+)`", reasons)}
    assert named == ends()


def test_every_problem_of_the_code_is_told_by_a_route_or_by_all() -> None:
    codes = {problem.code for problem in problems()}
    told = {code for by_route in OWN.values() for code in by_route.split()}

    assert told | EVERYWHERE | NOT_BY_THE_API == codes, (
        "say in tests/api_reference/refusals.py where it is told"
    )
    assert MEANING.keys() <= codes


def test_every_address_that_refusals_are_told_of_is_one_of_a_route() -> None:
    addresses = [f"{route.service}{route.path}" for route in routes()]

    assert [address for address in OWN if not any(re.match(address, one) for one in addresses)] == []


def test_the_limits_in_the_text_are_those_of_the_code() -> None:
    limits = DOCUMENT.read_text().partition("## Limits")[2].partition("## ")[0]

    for told in (
        f"{app.BODY_BYTES_MAX:,} bytes, nested {app.JSON_DEPTH_MAX} deep",
        f"a message | {conversation.TEXT_CHARS_MAX:,} characters, {MESSAGES.default} in a minute from a visitor",
        f"a canned reply | {reply.TEXT_CHARS_MAX:,} characters, a title of {reply.TITLE_CHARS_MAX}",
        f"canned replies of a workspace | {reply.REPLIES_MAX}",
        f"a note | {crm.NOTE_CHARS_MAX:,} characters, {crm.NOTES_MAX} notes",
        f"persons who turned out to be one | {crm.PERSONS_MERGED_MAX}",
        f"{FILE_BYTES_MAX:,} bytes, received within {RECEIVE_LIMIT_S} s, {FILES_PER_HOUR_MAX} an hour",
        f"at once {UPLOADS_OF_ONE_MAX} of a sender, {UPLOADS_OF_VISITORS_AT_AN_ADDRESS_MAX} of the visitors at an",
        f"{UPLOADS_AT_ONCE_MAX} in a process",
        f"in a minute {_default('visits_address_max')} from one address, {_default('visits_site_max')} to a playbook",
        f"{SESSIONS_MAX}; the oldest ends",
        f"devices of an agent | {DEVICES_MAX}",
        f"views of an agent | {gateway.VIEWS_MAX}",
        f"{PAGE_MAX} items",
        f"{frames.FRAME_BYTES_MAX:,} bytes",
        f"frames that are sent on a socket | {bounds.FRAMES_MAX} in ten seconds",
        f"{_default('sockets_caller_max')} of an agent or visitor, {_default('sockets_address_max')} of an address",
        f"streams that a socket follows | {frames.STREAMS_MAX}",
        f"agents that `viewing` or `editing` names | {viewing.AGENTS_TOLD_MAX}",
        f"what is looked for | {search.WORDS_CHARS_MAX} characters, for {reader.SEARCH_LIMIT_MS // 1_000} s at most",
        f"cards that a visit shows | {CARDS_SHOWN_MAX}",
        f"{CARDS_MAX} cards, {CHOICES_MAX} choices in a question, {SITES_MAX} sites",
    ):
        assert told in limits


def _default(setting: str) -> str:
    """What a limit of the gateway is where no variable says anything else."""
    return f"{GatewaySettings.model_fields[f'gateway_{setting}'].default:,}"


def _examples() -> Iterator[dict[str, Any]]:
    for text in re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL):
        yield json.loads(text)


def _slug(heading: str) -> str:
    """The name by which a heading is linked to."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
