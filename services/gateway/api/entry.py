"""Ways in and out: one-time links, sign-in and sign-out, visits, and tokens for sessions that count."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Request, Response
from pydantic import BaseModel, StringConstraints

from services.chassis.decider import NotFound
from services.chassis.http import Body, Unauthorised
from services.chassis.ports import Credential
from services.chassis.tokens import Caller
from services.gateway import invitations
from services.gateway.accounts import sessions, sign_in, visits
from services.gateway.accounts.identity import IDENTITY_CHARS_MAX, identity_of
from services.gateway.accounts.snippets import snippets_of
from services.gateway.accounts.standing import settings_of
from services.gateway.api.edge import (
    PUBLIC,
    AgentSession,
    Email,
    Name,
    NewPassword,
    Password,
    Secret,
    Site,
    Token,
    Uuid,
    address_of,
    agent_token,
    browser_of,
    drop_cookie,
    entered,
    ports_of,
    require_own_page,
    session_in_cookie,
    signed,
)
from services.gateway.queries import widget

router = APIRouter(tags=PUBLIC)


IdentityText = Annotated[str, StringConstraints(min_length=1, max_length=IDENTITY_CHARS_MAX)]


class EnterBody(Body):
    """`cookie`: keep the session in the browser's cookie and out of the page's reach; for our own pages alone."""

    cookie: bool = False


class RedeemBody(EnterBody):
    """A one-time link, what its new owner wants to be called, and their password."""

    link: Secret
    name: Name
    password: NewPassword


class SignInBody(EnterBody):
    """Which workspace, who, and their password."""

    workspace_id: Uuid
    email: Email
    password: Password


class ResetBody(EnterBody):
    """A one-time link to another password, and the password."""

    link: Secret
    password: NewPassword


class VisitBody(Body):
    """Which playbook is visited; an earlier session keeps the visitor the same, unless a signature said who it was.

    A frame of ours, whose own origin says nothing, tells in `site` the origin of the page that shows it. `identity` is
    the JWT by which the company's own server says who the visitor is.
    """

    workspace_id: Uuid
    playbook_id: Uuid
    site: Site | None = None
    visitor_session: Secret | None = None
    identity: IdentityText | None = None


class SessionBody(Body):
    """The session that is meant; left out, it is the one in the browser's cookie."""

    session: Secret | None = None


class VisitorSession(Token):
    """A visitor's session of one visit; shown once."""

    session: str
    visit_id: str
    visitor_id: str


class SignedOut(BaseModel):
    """Whether there was a session to end."""

    ended: bool


@router.post("/links/redeem")
async def redeem_link(request: Request, response: Response, body: RedeemBody) -> AgentSession:
    """Joins the workspace by a one-time link, sets name and password, and answers with a session."""
    _check_cookie(request, body)
    ports = ports_of(request)
    new = await invitations.redeem(
        ports, body.link, body.name, body.password, request.state.correlation_id, browser_of(request)
    )
    return entered(ports, response, new, cookie=body.cookie)


@router.post("/links/reset")
async def reset_password(request: Request, response: Response, body: ResetBody) -> AgentSession:
    """Sets another password by a one-time link, ends all sessions, and answers with a new one."""
    _check_cookie(request, body)
    ports = ports_of(request)
    new = await invitations.redeem_reset(
        ports, body.link, body.password, request.state.correlation_id, browser_of(request)
    )
    return entered(ports, response, new, cookie=body.cookie)


@router.post("/sign-in")
async def post_sign_in(request: Request, response: Response, body: SignInBody) -> AgentSession:
    """A session for an e-mail address and its password in a workspace."""
    _check_cookie(request, body)
    ports = ports_of(request)
    new = await sign_in.sign_in(
        ports, body.workspace_id, body.email, body.password, address_of(request), browser_of(request)
    )
    return entered(ports, response, new, cookie=body.cookie)


@router.post("/sign-out")
async def post_sign_out(request: Request, response: Response, body: SessionBody) -> SignedOut:
    """Ends an agent's session, with its device, tokens and sockets, or a visitor's, whose tokens run out within five
    minutes."""
    session, ports = body.session or session_in_cookie(request), ports_of(request)
    if body.session is None:
        drop_cookie(request, response)
    if session is None:
        return SignedOut(ended=False)
    ended = await sessions.sign_out(ports, session) or await visits.end_visitor_session(ports, session)
    return SignedOut(ended=ended)


@router.post("/tokens")
async def post_token(request: Request, body: SessionBody) -> Token:
    """A new token for a session that counts."""
    session, ports = body.session or session_in_cookie(request), ports_of(request)
    live = session and await sessions.live_session(ports, session)
    if live:
        return Token(**agent_token(ports, live))
    visiting = session and await visits.visitor_session(ports, session)
    if not visiting:
        raise Unauthorised("The session is over: sign in again.")
    return Token(**signed(ports, visiting, _visitor(visiting)))


@router.post("/visits", status_code=201)
async def post_visit(request: Request, body: VisitBody, later: BackgroundTasks) -> VisitorSession:
    """Gives a visitor a session for a visit to an active playbook; with an `identity`, as the one whom it names."""
    ports = ports_of(request)
    sites = await widget.sites_of(ports.reader, body.workspace_id, body.playbook_id)
    if sites is None:
        raise NotFound("playbook")
    ours = settings_of(ports).origins
    site = visits.site_of(ours, request.headers.get("origin"), body.site)
    visits.require_site(ours, sites, site)
    await visits.count_visit(ports, body.workspace_id, body.playbook_id, site, address_of(request))
    identity = body.identity and await identity_of(ports, body.workspace_id, site, body.identity)
    session, kept = await visits.start_visit(
        ports, body.workspace_id, body.playbook_id, body.visitor_session, identity or None
    )
    noting = snippets_of(ports)
    later.add_task(noting.note, ports, body.workspace_id, body.playbook_id, site, tuple(sites))
    visit_id, token = kept.claims["visit_id"], signed(ports, kept, _visitor(kept))
    return VisitorSession(session=session, visit_id=visit_id, visitor_id=kept.subject, **token)


def _check_cookie(request: Request, body: EnterBody) -> None:
    """No page but ours signs a browser in."""
    if body.cookie:
        require_own_page(request)


def _visitor(kept: Credential) -> Caller:
    claims = {name: value for name, value in kept.claims.items() if name != visits.SIGNED_BY}
    return Caller(kind="visitor", id=kept.subject, workspace_id=kept.workspace_id, **claims)
