"""HTTP of the conversation service: conversations and their visitors."""

from services.conversation.api import conversations, visitors

ROUTES = [route for part in (conversations, visitors) for route in part.router.routes]
