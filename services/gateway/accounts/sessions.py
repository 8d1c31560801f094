"""Agents' sessions: begun, listed, made longer and ended. One counts while its account's stream has not ended its
generation.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.envelope import Metadata
from contracts.ids import derived_id
from services.chassis.credentials import hash_of, new_secret
from services.chassis.decider import NotFound
from services.chassis.ports import Credential, Ports
from services.gateway.accounts.standing import Standing, from_here, settings_of, standing, tell
from services.gateway.commands import EndSession
from services.gateway.decider import account

AGENT_SESSION = "agent_session"
JOIN_LINK, RESET_LINK = "join_link", "reset_link"
SESSIONS_MAX = 50
BROWSER_CHARS_MAX = 200
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was begun: its secret, told once, and the account that it is of."""

    secret: str
    credential: Credential
    standing: Standing
    account: account.Joined


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that counts, and its account as it is now."""

    credential: Credential
    standing: Standing
    account: account.Joined


def new_session(ports: Ports, of: Standing, state: account.Joined, browser: str) -> NewSession:
    """A session for the account; to be kept by the caller. `browser`: the words by which the client names itself."""
    secret, now = new_secret(), ports.clock.now()
    claims = {
        "session_id": ports.ids.new(),
        "generation": state.generation,
        "began_at": now.isoformat(),
        "used_at": now.isoformat(),
        "browser": browser[:BROWSER_CHARS_MAX],
    }
    over = now + timedelta(seconds=settings_of(ports).gateway_agent_session_s)
    credential = Credential(AGENT_SESSION, hash_of(secret), of.workspace_id, of.agent_id, claims, over)
    return NewSession(secret, credential, of, state)


async def keep_session(ports: Ports, new: NewSession) -> None:
    """Keeps it; of more than SESSIONS_MAX the oldest end."""
    await ports.credentials.keep(new.credential)
    of = new.standing
    kept = await ports.credentials.of(AGENT_SESSION, of.workspace_id, of.agent_id, ports.clock.now())
    for old in kept[SESSIONS_MAX:]:
        await _end(ports, old, "too_many", from_here(ports, of.workspace_id))


async def live_session(ports: Ports, secret: str) -> LiveSession | None:
    """The session with this secret, if it counts; that it was used is noted."""
    now, hash_ = ports.clock.now(), hash_of(secret)
    kept = await ports.credentials.find(AGENT_SESSION, hash_, now)
    if kept is None:
        return None
    found = await standing(ports, kept.workspace_id, kept.subject)
    if not isinstance(found.state, account.Joined) or not _counts(kept, found.state):
        return None
    if now - datetime.fromisoformat(kept.claims["used_at"]) >= NOTED_EVERY:
        await ports.credentials.note(AGENT_SESSION, hash_, {**kept.claims, "used_at": now.isoformat()})
    return LiveSession(kept, found, found.state)


def _counts(kept: Credential, state: account.Joined) -> bool:
    is_ended = kept.claims.get("session_id") in state.ended
    return not is_ended and bool(kept.claims.get("generation") == state.generation)


async def sessions_of(ports: Ports, of: Standing, state: account.Joined) -> list[Credential]:
    """The account's sessions that count, the newest first."""
    kept = await ports.credentials.of(AGENT_SESSION, of.workspace_id, of.agent_id, ports.clock.now())
    return [session for session in kept if _counts(session, state)][:SESSIONS_MAX]


async def end_session(ports: Ports, of: Standing, session_id: str, metadata: Metadata) -> None:
    """Ends one of the account's sessions, with its tokens, sockets and device. Raises NotFound."""
    kept = await ports.credentials.of(AGENT_SESSION, of.workspace_id, of.agent_id, ports.clock.now())
    session = next((one for one in kept if one.claims.get("session_id") == session_id), None)
    if session is None:
        raise NotFound("session")
    await _end(ports, session, "ended", metadata)


async def sign_out(ports: Ports, secret: str) -> bool:
    """Ends the session with this secret; answers whether there was one."""
    hash_ = hash_of(secret)
    kept = await ports.credentials.find(AGENT_SESSION, hash_, ports.clock.now())
    if kept is None:
        return await ports.credentials.end_one(AGENT_SESSION, hash_)
    await _end(ports, kept, "signed_out", from_here(ports, kept.workspace_id))
    return True


async def _end(
    ports: Ports, session: Credential, reason: Literal["signed_out", "ended", "too_many"], metadata: Metadata
) -> None:
    """Records the end, from which on the session counts no more, and deletes it; where that is cut off, it is later.

    What the account's stream has ended already is not told of again.
    """
    of = session.workspace_id, session.subject
    found = await standing(ports, *of)
    if isinstance(found.state, account.Joined) and _counts(session, found.state):
        session_id = session.claims["session_id"]
        told = replace(metadata, command_id=derived_id("session-ended", session_id))
        await tell(ports, found, EndSession(session_id, reason, ports.clock.now()), told)
    for one in await ports.credentials.of(AGENT_SESSION, *of, ports.clock.now()):
        if one.claims.get("session_id") == session.claims.get("session_id"):
            await ports.credentials.end_one(AGENT_SESSION, one.hash)


async def renew_session(ports: Ports, of: Standing, state: account.Joined, session_id: str) -> NewSession:
    """The session with all of its time before it, under another secret: the one so far is over. Raises NotFound.

    Its tokens, sockets and device go on, because its id stays. Cut off in between, both secrets count.
    """
    before = [one for one in await sessions_of(ports, of, state) if one.claims["session_id"] == session_id]
    if not before:
        raise NotFound("session")
    new = new_session(ports, of, state, "")
    claims = {**before[0].claims, "used_at": new.credential.claims["used_at"]}
    renewed = replace(new, credential=replace(new.credential, claims=claims))
    await ports.credentials.keep(renewed.credential)
    for one in before:
        await ports.credentials.end_one(AGENT_SESSION, one.hash)
    return renewed


async def clear_sessions(ports: Ports, of: Standing) -> None:
    """Deletes the sessions that the account's stream has ended; whatever began since stays."""
    now = await standing(ports, of.workspace_id, of.agent_id)
    for session in await ports.credentials.of(AGENT_SESSION, of.workspace_id, of.agent_id, ports.clock.now()):
        if not isinstance(now.state, account.Joined) or not _counts(session, now.state):
            await ports.credentials.end_one(AGENT_SESSION, session.hash)
