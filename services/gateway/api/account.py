"""One's own account: name, password, sessions."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from contracts.gateway import Role
from contracts.look import Language
from services.chassis.http import Accepted, AgentAsk, Body, Id
from services.gateway.accounts import sessions, sign_in
from services.gateway.accounts.standing import joined, tell
from services.gateway.api.edge import (
    AgentSession,
    Name,
    NewPassword,
    Password,
    address_of,
    browser_of,
    entered,
    require_own_page,
)
from services.gateway.commands import ChooseLanguage, RenameAgent, SignOutEverywhere

router = APIRouter(prefix="/account")


class Account(BaseModel):
    """Who the caller is, and where. `language` is what they chose for the inbox; null: nothing yet."""

    agent_id: str
    workspace_id: str
    name: str
    role: Role
    language: Language | None


class NameBody(Body):
    """Another name."""

    name: Name


class LanguageBody(Body):
    """Another language."""

    language: Language


class PasswordBody(Body):
    """The password so far and the one from now on; `cookie` as for a sign-in."""

    old: Password
    new: NewPassword
    cookie: bool = False


class StayBody(Body):
    """The caller's password; `cookie` as for a sign-in."""

    password: Password
    cookie: bool = False


class Session(BaseModel):
    """A session of one's own. `browser`: the words by which the client named itself; they prove nothing."""

    session_id: str
    browser: str
    began_at: datetime
    used_at: datetime
    expires_at: datetime


class Sessions(BaseModel):
    """One's own sessions, the newest first; there are 50 at most."""

    items: list[Session]


class EndedSession(BaseModel):
    """The session that was ended."""

    session_id: str


@router.get("")
async def get_account(ask: AgentAsk) -> Account:
    """Whom the token is for: all that a page has to know which finds nothing but a cookie."""
    found, state = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    return Account(
        agent_id=found.agent_id,
        workspace_id=found.workspace_id,
        name=state.name,
        role=state.role,
        language=state.language,
    )


@router.post("/name")
async def rename(ask: AgentAsk, body: NameBody) -> Accepted:
    """Go by another name."""
    found, _ = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    done = await tell(ask.ports, found, RenameAgent(body.name, ask.now), ask.metadata, ask.fingerprint)
    return Accepted(stream=done.stream, version=done.version, repeated=done.repeated)


@router.post("/language")
async def choose_language(ask: AgentAsk, body: LanguageBody) -> Accepted:
    """Read the inbox in this language, in whichever browser."""
    found, _ = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    command = ChooseLanguage(body.language, ask.now)
    done = await tell(ask.ports, found, command, ask.metadata, ask.fingerprint)
    return Accepted(stream=done.stream, version=done.version, repeated=done.repeated)


@router.post("/password")
async def change_password(
    request: Request, response: Response, ask: AgentAsk, body: PasswordBody
) -> AgentSession:
    """Another password: all sessions, tokens and sockets so far are over; the answer holds a new session."""
    if body.cookie:
        require_own_page(request)
    agent = ask.workspace_id, ask.caller.id
    new = await sign_in.change_password(
        ask.ports,
        agent,
        body.old,
        body.new,
        address_of(request),
        browser_of(request),
        ask.metadata,
        ask.fingerprint,
    )
    return entered(ask.ports, response, new, cookie=body.cookie)


@router.get("/sessions")
async def get_sessions(ask: AgentAsk) -> Sessions:
    """One's own sessions: when they began, when they were last used, and in which browser."""
    found, state = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    kept = await sessions.sessions_of(ask.ports, found, state)
    return Sessions(items=[Session(**session.claims, expires_at=session.expires_at) for session in kept])


@router.post("/sessions/renew")
async def stay_signed_in(request: Request, response: Response, ask: AgentAsk, body: StayBody) -> AgentSession:
    """For the password, all of a session's time anew for the session of the token, under another secret."""
    if body.cookie:
        require_own_page(request)
    agent, session_id = (ask.workspace_id, ask.caller.id), ask.caller.session_id or ""
    new = await sign_in.stay_signed_in(ask.ports, agent, session_id, body.password, address_of(request))
    return entered(ask.ports, response, new, cookie=body.cookie)


@router.post("/sessions/{session_id}/end")
async def end_session(ask: AgentAsk, session_id: Id) -> EndedSession:
    """End one of one's own sessions: its tokens and sockets are over, and the device that it allowed is silent."""
    found, _ = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    await sessions.end_session(ask.ports, found, session_id, ask.metadata)
    return EndedSession(session_id=session_id)


@router.post("/sign-out-everywhere")
async def sign_out_everywhere(ask: AgentAsk) -> Accepted:
    """End all of one's sessions, tokens and sockets, this one too."""
    found, _ = await joined(ask.ports, ask.workspace_id, ask.caller.id)
    done = await tell(ask.ports, found, SignOutEverywhere(ask.now), ask.metadata, ask.fingerprint)
    await sessions.clear_sessions(ask.ports, found)
    return Accepted(stream=done.stream, version=done.version, repeated=done.repeated)
