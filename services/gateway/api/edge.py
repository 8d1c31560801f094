"""What the gateway's routes share: owners, the texts of bodies, tokens, and the session in a browser's cookie."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, StringConstraints

from contracts.ids import UUID_PATTERN
from services.chassis.decider import Refused
from services.chassis.http import AgentAsk, Ask, Forbidden
from services.chassis.ports import Credential, Ports
from services.chassis.tokens import Caller, Signer
from services.gateway.accounts.sessions import LiveSession, NewSession
from services.gateway.accounts.standing import settings_of
from services.gateway.commands import (
    EMAIL_CHARS_MAX,
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
)
from services.gateway.settings import GatewaySettings

SECRET_CHARS_MAX = 128
PUBLIC: list[str | Enum] = ["public"]
"""The tag of routes that need no token."""

Secret = Annotated[str, StringConstraints(min_length=1, max_length=SECRET_CHARS_MAX)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_CHARS_MAX)]
Email = Annotated[str, StringConstraints(max_length=EMAIL_CHARS_MAX, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
NewPassword = Annotated[str, StringConstraints(min_length=PASSWORD_CHARS_MIN, max_length=PASSWORD_CHARS_MAX)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_CHARS_MAX)]
Site = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Uuid = Annotated[str, StringConstraints(pattern=UUID_PATTERN)]


async def _owner(ask: AgentAsk) -> Ask:
    if ask.caller.role != "owner":
        raise Forbidden("Only owners may do this.")
    return ask


OwnerAsk = Annotated[Ask, Depends(_owner)]


class ForeignOrigin(Refused):
    """A page that is not ours wants to use a browser's session."""

    status = 403

    def __init__(self) -> None:
        super().__init__("foreign_origin", "A browser's session is used by our own pages alone.")


class Token(BaseModel):
    """A token and when it is over; `session_expires_at`: when the session is, of which further ones are made."""

    token: str
    token_expires_at: datetime
    session_expires_at: datetime


class AgentSession(Token):
    """An agent's session; shown once, and null where it went into the browser's cookie."""

    session: str | None
    agent_id: str
    workspace_id: str


def ports_of(request: Request) -> Ports:
    """The ports of the application that was asked."""
    ports: Ports = request.app.state.ports
    return ports


def browser_of(request: Request) -> str:
    """The words by which the client names itself."""
    return request.headers.get("user-agent", "")


def address_of(request: Request) -> str:
    """The internet address that asks, as the server or a proxy that it trusts has it."""
    return request.client.host if request.client else ""


def agent_token(ports: Ports, session: NewSession | LiveSession) -> dict[str, Any]:
    """A token of the session, for what the account's stream says at this version of it."""
    of, state = session.standing, session.account
    caller = Caller(
        kind="agent",
        id=of.agent_id,
        workspace_id=of.workspace_id,
        name=state.name,
        role=state.role,
        session_id=session.credential.claims["session_id"],
    )
    return signed(ports, session.credential, caller, of.version)


def signed(ports: Ports, session: Credential, caller: Caller, account_version: int = 0) -> dict[str, Any]:
    """A token of the session for this caller."""
    signer: Signer = ports.own["signer"]()
    token, over = signer.sign(caller, ports.clock.now(), account_version)
    return {"token": token, "token_expires_at": over, "session_expires_at": session.expires_at}


def entered(ports: Ports, response: Response, new: NewSession, *, cookie: bool) -> AgentSession:
    """The answer to somebody who got in: the session in the body, or for our own pages in a cookie."""
    if cookie:
        _put_cookie(response, settings_of(ports), new.secret)
    told = None if cookie else new.secret
    of = new.standing
    return AgentSession(
        session=told, agent_id=of.agent_id, workspace_id=of.workspace_id, **agent_token(ports, new)
    )


def require_own_page(request: Request) -> None:
    """Raises ForeignOrigin unless the browser says that one of our own pages asks."""
    if request.headers.get("origin") not in settings_of(ports_of(request)).origins:
        raise ForeignOrigin


def session_in_cookie(request: Request) -> str | None:
    """The session that the browser brings along, for our own pages. Raises ForeignOrigin."""
    session = request.cookies.get(_cookie(settings_of(ports_of(request))))
    if session is None or len(session) > SECRET_CHARS_MAX:
        return None
    require_own_page(request)
    return session


def drop_cookie(request: Request, response: Response) -> None:
    """The browser forgets the session."""
    settings = settings_of(ports_of(request))
    response.delete_cookie(_cookie(settings), **_limits(settings))


def _put_cookie(response: Response, settings: GatewaySettings, session: str) -> None:
    response.set_cookie(
        _cookie(settings), session, max_age=settings.gateway_agent_session_s, **_limits(settings)
    )


def _cookie(settings: GatewaySettings) -> str:
    return "__Host-livechat" if settings.secure_cookies else "livechat"


def _limits(settings: GatewaySettings) -> dict[str, Any]:
    return {"path": "/", "secure": settings.secure_cookies, "httponly": True, "samesite": "lax"}
