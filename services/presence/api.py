"""The HTTP edge: the agent's switch, and who is online."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from contracts.ids import stream
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Limit, Page
from services.presence import queries
from services.presence.commands import GoOffline, GoOnline
from services.presence.decider import DECIDER

router = APIRouter()

Tab = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class OnlineBody(Body):
    """Go online in a tab, which its client names as it likes."""

    tab: Tab


@router.post("/online")
async def go_online(ask: AgentAsk, body: OnlineBody) -> Accepted:
    """Take chats from now on, until one switches off, the connection is lost, or each session in which one did so has
    ended."""
    agent_id = ask.caller.id
    command = GoOnline(
        agent_id=agent_id,
        name=ask.caller.name,
        tab=body.tab,
        at=ask.now,
        session_id=ask.caller.session_id,
    )
    return await ask.execute(DECIDER, stream("agent", agent_id), command)


class OfflineBody(Body):
    """Go offline. With a `tab`, only as far as the agent switched on in it, or in the session of the token."""

    tab: Tab | None = None


@router.post("/offline")
async def go_offline(ask: AgentAsk, body: OfflineBody | None = None) -> Accepted:
    """Take no chats, wherever one switched on; with a `tab`, whoever switched on in another session stays online."""
    command = GoOffline(reason="switched", at=ask.now)
    if body is not None and body.tab is not None:
        command = replace(command, tab=body.tab, session_id=ask.caller.session_id)
    return await ask.execute(DECIDER, stream("agent", ask.caller.id), command)


@router.get("/agents")
async def agents(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[queries.Agent]:
    """The agents of the workspace who were ever online, by name, and who of them is now. Who was removed is none."""
    return await queries.agents_of(ask.reader, ask.workspace_id, cursor, limit)
