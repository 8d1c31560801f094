"""What browsers get: the widget's script and panel, the inbox, and what they load. All of it is public."""

from services.gateway.pages.built import built
from services.gateway.pages.route import router

__all__ = ["built", "router"]
