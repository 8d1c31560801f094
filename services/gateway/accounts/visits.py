"""Visitors' sessions, one for each visit: on which sites they begin, how many, and whose they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.chassis.credentials import hash_of, new_secret
from services.chassis.decider import Refused
from services.chassis.ports import Credential, Ports
from services.chassis.tokens import Caller
from services.gateway import queries
from services.gateway.accounts.identity import Identity
from services.gateway.accounts.identity_keys import counts
from services.gateway.accounts.standing import settings_of
from services.gateway.accounts.throttle import count_try, name_of, network_of

VISITOR_SESSION = "visitor_session"
HISTORY = timedelta(days=90)
"""How far back a visitor reads what was said in their earlier visits."""
SIGNED_BY = "kid"
"""The claim of a session that names the key with which its visitor was identified."""


class SiteNotAllowed(Refused):
    """The page that wants a visit is on none of the playbook's sites."""

    status = 403

    def __init__(self, site: str) -> None:
        super().__init__("site_not_allowed", f"The playbook may not be loaded by {site}.", site=site)


class TooManyVisits(Refused):
    """Too many visits begin from one address, or on one site; the window in which they count ends."""

    status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "too_many_visits", "Too many visits begin here: wait a while.", retry_after_s=retry_after_s
        )


def site_of(ours: Sequence[str], origin: str | None, told: str | None) -> str | None:
    """The site of the page that asks: what the browser says, or where that is our own, or nothing, what is told."""
    return origin if origin is not None and origin not in ours else told


def require_site(ours: Sequence[str], sites: Sequence[str], site: str | None) -> None:
    """Raises SiteNotAllowed where the page is on another site than these.

    A request that names no site at all comes from no page, or from one of ours: this keeps sites out, and no programs.
    """
    if site is not None and site not in ours and site not in sites:
        raise SiteNotAllowed(site)


async def count_visit(
    ports: Ports, workspace_id: str, playbook_id: str, site: str | None, address: str
) -> None:
    """Counts a visit before it is given. Raises TooManyVisits."""
    settings = settings_of(ports)
    limits = [
        (name_of("visits", "address", network_of(address)), settings.gateway_visits_address_max),
        (name_of("visits", workspace_id, playbook_id, site or ""), settings.gateway_visits_site_max),
    ]
    await count_try(ports, limits, settings.gateway_visits_window_s, TooManyVisits)


def may_read(
    caller: Caller, visit_id: str | None, visitor_id: str | None, since: datetime | None, now: datetime
) -> bool:
    """Whether the caller may read what belongs to this visit of this visitor, and was begun at `since`.

    A visitor reads what is of their own visit, and of their earlier ones as far back as HISTORY. What they do, they do
    in their own visit alone: this decides about reading and nothing else.
    """
    if caller.kind == "agent" or visit_id == caller.visit_id:
        return True
    return visitor_id == caller.id and since is not None and is_remembered(since, now)


def is_remembered(since: datetime, now: datetime) -> bool:
    """Whether a visitor still reads what was begun then."""
    return since > now - HISTORY


async def start_visit(
    ports: Ports,
    workspace_id: str,
    playbook_id: str,
    earlier_session: str | None,
    identity: Identity | None = None,
) -> tuple[str, Credential]:
    """A session for one visit. The visitor is who the identity says.

    Without one they stay the same where an earlier session of theirs still counts that needed none either: whoever
    uses the browser next is nobody that somebody else was.
    """
    claims: dict[str, Any] = {"visit_id": ports.ids.new(), "playbook_id": playbook_id}
    lifetime_s = settings_of(ports).gateway_visitor_session_s
    if identity is not None:
        visitor_id, lifetime_s = identity.visitor_id, settings_of(ports).gateway_identified_session_s
        claims |= {"known": dict(identity.known), SIGNED_BY: identity.kid}
    else:
        visitor_id = await _nameless(ports, workspace_id, earlier_session) or ports.ids.new()
    session, over = new_secret(), ports.clock.now() + timedelta(seconds=lifetime_s)
    credential = Credential(VISITOR_SESSION, hash_of(session), workspace_id, visitor_id, claims, over)
    await ports.credentials.keep(credential)
    return session, credential


async def _nameless(ports: Ports, workspace_id: str, session: str | None) -> str | None:
    """The visitor of an earlier session of this workspace that no signature began."""
    kept = session and await ports.credentials.find(VISITOR_SESSION, hash_of(session), ports.clock.now())
    known = kept and kept.workspace_id == workspace_id and SIGNED_BY not in kept.claims
    return kept.subject if kept and known else None


async def visitor_session(ports: Ports, session: str) -> Credential | None:
    """The live session of a visitor; one that a signature began lives while the key counts, and longer amid a chat."""
    kept = await ports.credentials.find(VISITOR_SESSION, hash_of(session), ports.clock.now())
    kid = kept.claims.get(SIGNED_BY) if kept else None
    if kept is None or (kid is not None and not await counts(ports, kept.workspace_id, kid)):
        return None
    return kept if kid is None else await _longer(ports, kept)


async def _longer(ports: Ports, session: Credential) -> Credential:
    """The session of somebody who was signed for: it lasts on while their chat is open and they are there.

    Half of its time over, it gets all of it again, for as long as a session of anybody may last since the chat began.
    One that was ended meanwhile stays so.
    """
    settings, now = settings_of(ports), ports.clock.now()
    lifetime = timedelta(seconds=settings.gateway_identified_session_s)
    if session.expires_at - now > lifetime / 2:
        return session
    since = await queries.chat_open_since(ports.reader, session.workspace_id, session.claims["visit_id"])
    if since is None:
        return session
    until = min(now + lifetime, since + timedelta(seconds=settings.gateway_visitor_session_s))
    if not await ports.credentials.prolong(VISITOR_SESSION, session.hash, until):
        return session
    return replace(session, expires_at=max(session.expires_at, until))


async def end_visitor_session(ports: Ports, session: str) -> bool:
    """Ends the session of a visitor; answers whether there was one."""
    return await ports.credentials.end_one(VISITOR_SESSION, hash_of(session))
