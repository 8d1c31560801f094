"""Which problems a route answers with beside those of every route, and what a problem means where its text is brief."""

import re
from collections.abc import Iterator, Mapping

from tests.e2e.routes import Route

EVERYWHERE = frozenset(
    {
        "bad_body",
        "bad_cursor",
        "bad_idempotency_key",
        "bad_text",
        "body_too_large",
        "claimed",
        "contended",
        "event_too_large",
        "fenced",
        "forbidden",
        "http",
        "idempotency_key_reused",
        "invalid",
        "method_not_allowed",
        "not_found",
        "not_json",
        "not_utf8",
        "too_deep",
        "unauthorised",
        "unavailable",
        "unexpected",
    }
)
"""Of any route."""
NOT_BY_THE_API = frozenset({"workspace_exists", "outcome_exists", "not_built"})
"""Told by the command line, by the services to each other's events, and by pages alone."""

_DRAFT = r"playbook/playbooks/\{playbook_id\}/"
_CHAT = r"conversation/conversations/\{conversation_id\}/"
_DETAILS = r"crm/conversations/\{conversation_id\}/details/"
OWN: Mapping[str, str] = {
    # Ways in
    r"gateway/(links/|sign-in|account/(password|sessions/renew))": "busy",
    r"gateway/(links/|sign-in|sign-out|tokens|account/(password|sessions/renew))": "foreign_origin",
    r"gateway/links/": "bad_link",
    r"gateway/(links/|account/password)": "weak_password",
    r"gateway/(sign-in|account/(password|sessions/renew))": "too_many_tries",
    r"gateway/sign-in": "bad_sign_in",
    r"gateway/account/(password|sessions/renew)": "wrong_password",
    r"gateway/visits": "bad_identity site_not_allowed too_many_visits",
    # Reads that wait
    r"gateway/(folders/|conversations/\{conversation_id\}/transcript)": "behind too_many_waits",
    r"gateway/search": "no_words too_broad",
    # The team
    r"gateway/agents/invite": "already_invited already_joined too_many_accounts",
    r"gateway/agents/\{agent_id\}/(role|remove)": "last_owner role_changed",
    r"gateway/identity-keys$": "too_many_identity_keys",
    r"gateway/hours$": "hours_changed",
    # Views
    r"gateway/account/views$": "too_many_views",
    # Files
    r"gateway/conversations/\{conversation_id\}/files": (
        "bad_name blocked closed empty_file file_too_large files_unavailable too_many_files too_many_uploads too_slow "
        "type_not_taken"
    ),
    r"gateway/files/": "files_unavailable",
    # Conversations
    rf"{_CHAT}(take|assign|messages|read|close|end)": "closed",
    rf"{_CHAT}take": "already_assigned held_by_another agent_offline",
    rf"{_CHAT}assign": "held_by_another agent_offline",
    rf"{_CHAT}close": "held_by_another",
    rf"{_CHAT}messages": "not_holder blocked bad_length bad_attachment attachment_over too_many_messages",
    rf"{_CHAT}read": "not_holder not_there_yet",
    rf"{_CHAT}block": "bad_length",
    # Canned replies
    r"conversation/replies$": "too_many_replies",
    r"conversation/replies(/\{reply_id\})?$": "shortcut_taken",
    r"conversation/replies/": "not_author",
    # Visits
    r"playbook/visits/\{visit_id\}/start": "playbook_not_active",
    r"playbook/visits/\{visit_id\}/answers": "no_such_choice",
    r"playbook/visits/\{visit_id\}/details": "consent_needed detail_not_valid",
    r"playbook/visits/\{visit_id\}/consent": "no_consent_asked",
    r"playbook/visits/\{visit_id\}/(answers|details)": (
        "wrong_kind_of_answer not_waiting_for_this_card agent_took_over live_chat_open walk_too_long"
    ),
    # Playbooks
    rf"{_DRAFT}(?!duplicate|dry-runs)\w": "playbook_archived playbook_changed",
    rf"{_DRAFT}undo": "nothing_to_undo",
    rf"{_DRAFT}redo": "nothing_to_redo",
    rf"{_DRAFT}cards/\{{card_id\}}$": "no_such_card too_many_cards",
    rf"{_DRAFT}cards/\{{card_id\}}/delete": "card_in_use",
    rf"{_DRAFT}live-chat-card$": "too_many_cards too_many_choices",
    rf"{_DRAFT}questions/.*/order": "not_the_choices",
    rf"{_DRAFT}dry-runs": "dry_run_runs",
    rf"{_DRAFT}publish": "flow_not_walkable",
    rf"{_DRAFT}page-rules": "rule_leads_nowhere",
    rf"{_DRAFT}activate": "playbook_not_published",
    # What is known of people, and what comes of chats
    rf"{_DETAILS}(person|organization|deal-value)": "details_changed",
    rf"{_DETAILS}notes$": "too_many_notes",
    rf"{_DETAILS}notes/": "not_author",
    r"crm/persons/\{person_id\}/merge": "known_later person_merged same_person too_many_merged",
    # Devices
    r"notifier/devices$": "bad_endpoint no_web_push too_many_devices",
}
"""What an address begins with → the problems that are told there. Reads have none but those of READS."""
READS = ("files_unavailable", "behind too_many_waits", "no_words too_broad")

MEANING: Mapping[str, str] = {
    "agent_offline": "Whoever is to hold the conversation is not online.",
    "already_invited": "They are invited already, with the role that stands beside it.",
    "already_joined": "They are in the workspace already.",
    "agent_took_over": "An agent has joined: the bot is silent, and cards wait for no answer. Write a message instead.",
    "bad_endpoint": "The push service's address is none that is sent to, or the keys cannot be used.",
    "bad_identity": "The signed identity does not count; the detail says why, to who writes the program.",
    "bad_length": "A text is too long or empty.",
    "bad_name": "The header Content-Disposition cannot be read.",
    "bad_text": "A text holds the character NUL.",
    "card_in_use": "The other cards lead to this one, or every visit begins with it.",
    "claimed": "`owner`, a stream, holds what only one may hold, such as an e-mail address.",
    "closed": "The conversation is closed for good. A visitor's text is kept on the screen and offered as a new chat.",
    "consent_needed": "Show what `visit_started` tells in `privacy`; a detail is taken once the visitor agreed to it.",
    "contended": "Others kept changing the same thing; nothing was done. Send the same request again, with its key.",
    "detail_not_valid": "The value cannot be what the card asks for: show `retry_text` and let it be typed again.",
    "details_changed": "Set meanwhile by somebody else, the agent `by` or, null, the bot: show `current`.",
    "event_too_large": "What was sent is larger than the log takes.",
    "fenced": "The service's store is behind the log; an operator has to act.",
    "flow_not_walkable": "The draft cannot be published; `errors` holds each [FlowProblem](#flowproblem).",
    "forbidden": "The token is valid, and its caller may not do this.",
    "held_by_another": "Not the agent of `expected_holder` holds the conversation, but the one named; null is nobody.",
    "already_assigned": "The agent named was faster and holds the conversation.",
    "not_holder": "Only the holder may do this; the one named is it, null where nobody is.",
    "too_many_waits": "Eight reads of yours wait for versions already; let one of them come first.",
    "hours_changed": "Somebody has set the hours since; read them again. `revision` is today's.",
    "http": "Another mistake of HTTP, which the status tells.",
    "invalid": "The request does not have the right form; `errors` lists each mistake with `where` and `what`.",
    "nothing_to_redo": "No undone edit is left to be made again: nothing was undone, or somebody has edited since.",
    "nothing_to_undo": "The draft is as the playbook was made, or no edit is left of which the playbook still knows.",
    "not_found": "There is nothing of this name, or it is somebody else's.",
    "not_author": (
        "Only the author of a note may change it, only its author or an owner may remove it; a canned reply is changed "
        "and removed by its author or an owner alone."
    ),
    "not_there_yet": "The conversation does not have this version yet.",
    "rule_leads_nowhere": (
        "A rule names a playbook that is not there, was archived, or has the snippet itself; `errors` holds the number "
        "`rule` of each, and why in `detail`."
    ),
    "not_utf8": "The body is not JSON in UTF-8.",
    "outcome_exists": "Not answered to requests.",
    "workspace_exists": "Not answered to requests.",
    "person_merged": "One of the two was merged before: take `person_id` in its place.",
    "playbook_changed": "Somebody has changed the playbook since; read it again. `version` is today's.",
    "shortcut_taken": "Another canned reply of the workspace, `reply_id`, has this shortcut.",
    "site_not_allowed": "The page that shows the widget is on none of the playbook's sites.",
    "type_not_taken": "The file is of no type that is taken, by its content.",
    "unauthorised": "No token, or none that counts: get a new one; where that is refused too, sign in.",
    "unexpected": "A mistake of ours; the correlation id finds it in the logs.",
    "wrong_kind_of_answer": "The card that waits wants a choice and not a detail, or the other way round.",
}
"""Code → what it means to a client, where the text in the code is not enough."""


def of_route(route: Route) -> list[str]:
    """The problems that this route tells beside those of every route."""
    return sorted(set(_of(route)))


def _of(route: Route) -> Iterator[str]:
    for address, codes in OWN.items():
        if re.match(address, f"{route.service}{route.path}") and _tells(route, codes):
            yield from codes.split()


def _tells(route: Route, codes: str) -> bool:
    return route.method == "POST" or codes in READS
