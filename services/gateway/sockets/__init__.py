"""One WebSocket for each screen: exact history, then live events, row patches, and signs of life."""

from services.gateway.sockets.route import router

__all__ = ["router"]
