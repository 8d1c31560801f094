"""Every route that there is, read from the services' own tables: who may call it, what it takes, what it names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args
from urllib.parse import urlencode

import httpx
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from pydantic import BaseModel

from services.chassis.http import ACCESS
from services.cli.catalogue import SERVICES
from services.cli.demo.clients import PASSWORD
from services.gateway.api import OwnerAsk

DECLARED: Mapping[Any, str] = {**ACCESS, get_args(OwnerAsk)[1].dependency: "owner"}
"""The dependencies by which a route says who may call it; a stricter one stands later."""
LET_IN: Mapping[str, frozenset[str]] = {
    "public": frozenset({"nobody", "visitor", "agent", "editor", "owner"}),
    "participant": frozenset({"visitor", "agent", "editor", "owner"}),
    "visitor": frozenset({"visitor"}),
    "agent": frozenset({"agent", "editor", "owner"}),
    "editor": frozenset({"editor", "owner"}),
    "owner": frozenset({"owner"}),
}
"""Declared access → kinds of callers that get in."""
CHAT = {"card_id": "welcome", "choice_id": "chat"}
FLOW = {
    "start": "welcome",
    "cards": {
        "welcome": {
            "kind": "question",
            "text": "What is it?",
            "choices": [
                {"choice_id": "chat", "label": "A person, please", "next": "live_chat"},
                {"choice_id": "browse", "label": "My name", "next": "name"},
            ],
        },
        "live_chat": {
            "kind": "live_chat",
            "online_message": "One moment.",
            "wait_time_s": 60,
            "offline_message": "Nobody is here.",
            "offline_flow": "name",
        },
        "name": {"kind": "capture", "text": "Name?", "field": "name", "retry_text": "Again?", "next": "end"},
        "end": {"kind": "end", "text": "Bye."},
    },
}
"""Its question, choices and Live Chat card are called as in the template, so that edits find them in both."""
DOCUMENT = {"format": "livechat.playbook.v1", "name": "Carried", "look": {"bot_name": "Bo"}, "flow": FLOW}

PAGE_RULE = {"when": [{"of": "page", "compare": "is", "value": "/"}], "playbook_id": "{visited_playbook}"}


def device_body(device: str) -> dict[str, Any]:
    """A device whose push service nobody reaches; its keys are those of RFC 8291's own example."""
    keys = {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    }
    return {"subscription": {"endpoint": f"http://127.0.0.1:9/{device}", "keys": keys}, "label": device}


BODIES: Mapping[str, Any] = {
    "POST playbook/playbooks": {"name": "Shop"},
    "POST playbook/playbooks/import": {"document": DOCUMENT},
    "POST playbook/playbooks/{playbook_id}/name": {"name": "Shop window"},
    "POST playbook/playbooks/{playbook_id}/look": {"look": {"bot_name": "Bo", "colour": "#ff0000"}},
    "POST playbook/playbooks/{playbook_id}/rollback": {"published": 1},
    "POST playbook/playbooks/{playbook_id}/versions/{published}/restore": None,
    "POST playbook/playbooks/{playbook_id}/duplicate": {"name": "Shop, again"},
    "POST playbook/playbooks/{playbook_id}/flow": {"flow": FLOW},
    "POST playbook/playbooks/{playbook_id}/import": {"document": DOCUMENT},
    "POST playbook/playbooks/{playbook_id}/live-chat-card": {"question_id": "welcome", "label": "Sales"},
    "POST playbook/playbooks/{playbook_id}/cards/{card_id}": {"card": {"kind": "end", "text": "Bye."}},
    "POST playbook/playbooks/{playbook_id}/start": {"card_id": "welcome"},
    "POST playbook/playbooks/{playbook_id}/questions/{question_id}/choices/{choice_id}": {"label": "Ask us"},
    "POST playbook/playbooks/{playbook_id}/questions/{question_id}/order": {"choice_ids": ["browse", "chat"]},
    "POST playbook/playbooks/{playbook_id}/live-chat-cards/{live_chat_id}": {
        "online_message": "Coming.",
        "wait_time_s": 1_800,
        "offline_message": "Nobody is here.",
    },
    "POST playbook/playbooks/{playbook_id}/unfinished-chats": {"after_s": 3_600},
    "POST playbook/playbooks/{playbook_id}/dry-runs": {"visits": 10},
    "POST playbook/playbooks/{playbook_id}/sites": {"sites": ["https://www.example.com"]},
    "POST playbook/playbooks/{playbook_id}/behaviour": {"behaviour": {"hides_offline": True}},
    "POST playbook/playbooks/{playbook_id}/page-rules": {"rules": [PAGE_RULE]},
    "POST playbook/playbooks/{playbook_id}/publish": {"note": "Longer."},
    "POST playbook/visits/{visit_id}/start": {"pages": ["https://www.example.com/"], "locale": "en"},
    "POST playbook/visits/{visit_id}/answers": CHAT,
    "POST playbook/visits/{visit_id}/pages": {"url": "https://www.example.com/prices"},
    "POST playbook/visits/{visit_id}/details": {"card_id": "name", "value": "Ada"},
    "POST conversation/conversations/{conversation_id}/take": {},
    "POST conversation/conversations/{conversation_id}/assign": {
        "agent_id": "{agent}",
        "expected_holder": "{agent}",
    },
    "POST conversation/conversations/{conversation_id}/messages": {"text": "Hello!"},
    "POST conversation/conversations/{conversation_id}/read": {"up_to": 1},
    "POST conversation/conversations/{conversation_id}/block": {"reason": "Rude."},
    "POST conversation/conversations/{conversation_id}/close": {"expected_holder": "{strange_agent}"},
    "POST conversation/replies": {"shortcut": "hello", "title": "Hello", "text": "Hello {visitor_name}!"},
    "POST conversation/replies/{reply_id}": {"shortcut": "bye", "title": "Goodbye", "text": "Bye."},
    "POST presence/offline": {"tab": "t"},
    "POST presence/online": {"tab": "t"},
    "POST crm/conversations/{conversation_id}/leads": {"title": "Two, to Brazil", "note": "Call."},
    "POST crm/conversations/{conversation_id}/deals": {"title": "Two, to Brazil", "note": "Call."},
    "POST crm/conversations/{conversation_id}/activities": {"title": "Call", "kind": "call"},
    "POST crm/conversations/{conversation_id}/details/person": {"name": "Ada", "email": "ada@example.com"},
    "POST crm/conversations/{conversation_id}/details/organization": {"name": "ACME"},
    "POST crm/conversations/{conversation_id}/details/deal-value": {"value_minor": 5, "currency": "EUR"},
    "POST crm/conversations/{conversation_id}/details/notes": {"text": "Likes tea."},
    "POST crm/conversations/{conversation_id}/details/notes/{note_id}": {"text": "Likes coffee."},
    "POST crm/persons/{person_id}/merge": {"into": "{person_id}"},
    "POST gateway/links/redeem": {"link": "used-up", "name": "Ana", "password": "never be set"},
    "POST gateway/links/reset": {"link": "used-up", "password": "never be set"},
    "POST gateway/sign-in": {
        "workspace_id": "{workspace}",
        "email": "agent@example.com",
        "password": PASSWORD,
    },
    "POST gateway/sign-out": {"session": "never was one"},
    "POST gateway/account/name": {"name": "Sam"},
    "POST gateway/account/language": {"language": "pt-BR"},
    "POST gateway/account/views": {"name": "Price", "folder": "mine", "filters": {"words": "price"}},
    "POST gateway/account/views/{view_id}": {"name": "All", "folder": "closed", "filters": {}},
    "POST gateway/account/sessions/renew": {"password": "not the right one"},
    "POST gateway/account/password": {"old": "not the right one", "new": "never be set"},
    "POST gateway/agents/{agent_id}/role": {"role": "agent"},
    "POST notifier/devices": device_body("phone"),
    "POST notifier/choices": {"off": ["assigned_to_you"]},
    "POST gateway/visits": {"workspace_id": "{workspace}", "playbook_id": "{visited_playbook}"},
    "POST gateway/tokens": {"session": "{session}"},
    "POST gateway/hours": {"hours": {"time_zone": "America/Sao_Paulo", "week": {}}},
    "POST gateway/agents/invite": {"email": "new@example.com", "role": "agent"},
}
"""A body for every route that takes one; {names} stand for what is on the stage."""

INSTEAD: Mapping[str, Mapping[str, str]] = {
    "POST playbook/playbooks/{playbook_id}/archive": {"playbook_id": "doomed_playbook"},
}
"""Routes that end what others still need → what they name in its place."""

QUERIES: Mapping[str, Mapping[str, str]] = {"GET gateway/search": {"words": "hello"}}
"""What a route has to be asked with."""

OF_CONSEQUENCE = frozenset(
    f"POST conversation/conversations/{{conversation_id}}/{name}" for name in ("block", "end")
)
"""Routes after which the stage's visitor could say nothing more; proofs of their own call them in earnest."""
ENDING = frozenset(
    f"POST gateway/{path}"
    for path in (
        "sign-out",
        "account/sign-out-everywhere",
        "account/password",
        "account/sessions/renew",
        "account/sessions/{session_id}/end",
        "agents/{agent_id}/role",
        "agents/{agent_id}/remove",
        "agents/{agent_id}/reset-link",
    )
)
"""Routes after which people of the stage may not be who they were; proofs with random bodies leave them alone."""
VERSION = {"published": "1"}
"""Which version of a playbook is asked for: no id, and in many an answer."""
ENDS_SESSIONS = "POST gateway/account/sign-out-everywhere"
"""After it the caller has to sign in again."""


@dataclass(frozen=True)
class Route:
    """One route, as its service declares it. The method of a socket is SOCKET."""

    service: str
    method: str
    path: str
    access: str
    body: type[BaseModel] | None
    needs_body: bool
    parameters: tuple[str, ...]
    paged: bool

    def __str__(self) -> str:
        return f"{self.method} {self.service}{self.path}"

    @property
    def raw(self) -> bool:
        """Whether its body is no JSON."""
        return SERVICES[self.service].raw(self.method, self.path)

    @property
    def query(self) -> Mapping[str, str]:
        """What it has to be asked with."""
        return QUERIES.get(str(self), {})

    def url(self, **ids: str) -> str:
        """The address below the host, with these ids in it."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        named = {**VERSION, **ids, **self.instead(ids)}
        return f"/api/{self.service}{self.path.format_map(named)}{query}"

    def instead(self, ids: Mapping[str, str]) -> dict[str, str]:
        """What it names in another's place."""
        return {name: ids[other] for name, other in INSTEAD.get(str(self), {}).items() if other in ids}


@cache
def routes() -> tuple[Route, ...]:
    """All of them. Raises AssertionError for one that does not say who may call it."""
    return tuple(route for name, service in SERVICES.items() for route in _of(name, service.routes))


def posts() -> list[Route]:
    """Those that change something."""
    return [route for route in routes() if route.method == "POST"]


def gets() -> list[Route]:
    """Those that read."""
    return [route for route in routes() if route.method == "GET"]


def caller_of(route: Route) -> str:
    """Somebody who may call the route, so that only what is sent is wrong."""
    return next(
        who for who in ("nobody", "visitor", "agent", "editor", "owner") if who in LET_IN[route.access]
    )


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem that an answer tells, in the one form that there is."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert problem["status"] == answer.status_code
    return problem


def _of(service: str, declared: Any) -> Iterator[Route]:
    for context in iter_route_contexts(declared):
        route, path = context.original_route, context.path or ""
        if isinstance(route, APIWebSocketRoute):
            yield Route(service, "SOCKET", path, "socket", None, False, (), False)
            continue
        assert isinstance(route, APIRoute), f"{service}{path}: teach tests/e2e/routes.py this kind of route"
        query = {param.name for param in route.dependant.query_params}
        parameters = tuple(sorted(param.name for param in _all(route.dependant, "path_params")))
        for method in sorted(context.methods or ()):
            body, needed = _body(route)
            access = _access(f"{method} {service}{path}", route)
            yield Route(service, method, path, access, body, needed, parameters, "cursor" in query)


def _body(route: APIRoute) -> tuple[type[BaseModel] | None, bool]:
    field = route.body_field
    if field is None:
        return None, False
    kinds = (field.field_info.annotation, *get_args(field.field_info.annotation))
    model = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return model, field.field_info.is_required()


def _access(route: str, declared: APIRoute) -> str:
    calls = [dependant.call for dependant in _dependants(declared.dependant)]
    found = [access for call, access in DECLARED.items() if call in calls]
    if not found and "public" in declared.tags:
        return "public"
    assert found, (
        f'{route} does not say who may call it: take an …Ask of services.chassis.http, or tag it "public"'
    )
    return found[-1]


def _dependants(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner
        yield from _dependants(inner)


def _all(dependant: Any, kind: str) -> Iterator[Any]:
    seen = {param.name: param for one in (dependant, *_dependants(dependant)) for param in getattr(one, kind)}
    yield from seen.values()


def filled(body: Any, ids: Mapping[str, str]) -> Any:
    """The body with the ids for which its {names} stand."""
    match body:
        case str() if body.startswith("{"):
            return ids[body.strip("{}")]
        case dict():
            return {name: filled(value, ids) for name, value in body.items()}
        case list():
            return [filled(item, ids) for item in body]
        case _:
            return body
