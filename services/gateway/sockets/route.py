"""The socket's address: pages of other origins are refused before anything is accepted."""

from fastapi import APIRouter, FastAPI, WebSocket

from services.chassis.ports import Ports
from services.gateway.settings import GatewaySettings
from services.gateway.sockets.connection import serve
from services.gateway.sockets.hub import Hub

FOREIGN_ORIGIN = 4403

router = APIRouter()


def hub_of(app: FastAPI) -> Hub:
    """The application's hub, made for its first socket."""
    if not hasattr(app.state, "hub"):
        app.state.hub = Hub(app.state.ports)
    hub: Hub = app.state.hub
    return hub


@router.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    """One screen's socket. Browsers name their origin; clients that name none still need a token."""
    app, origin = websocket.app, websocket.headers.get("origin")
    ports: Ports = app.state.ports
    settings: GatewaySettings = ports.own["settings"]
    if origin is not None and origin not in settings.origins:
        await websocket.close(FOREIGN_ORIGIN)  # Before the accept: the client gets a 403.
        return
    await websocket.accept()
    await serve(websocket, ports, app.state.verifier, hub_of(app))
