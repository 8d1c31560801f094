"""The socket's address: foreign origins are refused, the first frame authorises, and every end says why."""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, FastAPI, WebSocket, WebSocketDisconnect

from services.chassis.ports import Ports
from services.chassis.tokens import Caller, Verifier
from services.gateway.accounts.throttle import Places, network_of, places_in
from services.gateway.settings import GatewaySettings
from services.gateway.sockets.connection import Connection, next_frame, verified
from services.gateway.sockets.delivery import CLOSED, counted_open
from services.gateway.sockets.frames import (
    Authorise,
    Ended,
    bad_frame,
    error_frame,
    too_many_sockets,
    unauthorised,
)
from services.gateway.sockets.hub import Hub

FOREIGN_ORIGIN = 4403
AUTHORISE_WITHIN_S = 5.0
CLOSE_WITHIN_S = 5.0

router = APIRouter()


def hub_of(app: FastAPI) -> Hub:
    """The application's hub, made for its first socket."""
    if not hasattr(app.state, "hub"):
        app.state.hub = Hub(app.state.ports)
    hub: Hub = app.state.hub
    return hub


def places_of(app: FastAPI) -> Places:
    """The places of the application's sockets."""
    return places_in(app, "places", too_many_sockets)


@router.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    """One screen's socket. Browsers name their origin; clients that name none still need a token."""
    app, origin = websocket.app, websocket.headers.get("origin")
    ports: Ports = app.state.ports
    settings: GatewaySettings = ports.own["settings"]
    if origin is not None and origin not in settings.origins:
        CLOSED.labels("foreign_origin").inc()
        await websocket.close(FOREIGN_ORIGIN)  # Before the accept: the client gets a 403.
        return
    await websocket.accept()
    try:
        # Who has not authorised yet is told by the address alone.
        address, places = websocket.client.host if websocket.client else "", places_of(app)
        with places.held(f"address {network_of(address)}", settings.gateway_sockets_address_max):
            caller, first = await authorised(websocket, ports, app.state.verifier)
            who = f"{caller.workspace_id} {caller.actor}"
            with places.held(who, settings.gateway_sockets_caller_max), counted_open(caller.kind):
                await Connection(websocket, ports, app.state.verifier, hub_of(app), caller, first).run()
    except WebSocketDisconnect:
        CLOSED.labels("left").inc()
    except Ended as ended:
        CLOSED.labels(ended.reason).inc()
        await close(websocket, ended)


async def authorised(websocket: WebSocket, ports: Ports, verifier: Verifier) -> tuple[Caller, Authorise]:
    """Who is there, by the first frame. Raises Ended or WebSocketDisconnect."""
    try:
        async with asyncio.timeout(AUTHORISE_WITHIN_S):
            first = await next_frame(websocket)
    except TimeoutError:
        raise unauthorised(f"The first frame comes within {AUTHORISE_WITHIN_S:.0f} seconds.") from None
    if not isinstance(first, Authorise):
        raise bad_frame("The first frame is authorise.")
    return verified(verifier, first.token, ports), first


async def close(websocket: WebSocket, ended: Ended) -> None:
    """Says why, and closes. A client that does not read keeps nobody waiting."""
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN_S):
            if ended.detail:
                await websocket.send_text(error_frame(ended.reason, ended.detail))
            await websocket.close(ended.code, ended.reason)
