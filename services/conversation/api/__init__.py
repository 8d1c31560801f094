"""HTTP of the conversation service: conversations, their visitors, and the canned replies that agents share."""

from services.conversation.api import conversations, replies, visitors

ROUTES = [route for part in (conversations, visitors, replies) for route in part.router.routes]
