"""Read models of the conversation service: who is who, the inbox, canned replies."""

from services.conversation.projections.inbox import INBOX_MODEL
from services.conversation.projections.people import AGENTS_MODEL, BLOCKED_MODEL, REMOVED_MODEL
from services.conversation.projections.replies import REPLIES_MODEL

MODELS = (AGENTS_MODEL, REMOVED_MODEL, BLOCKED_MODEL, INBOX_MODEL, REPLIES_MODEL)
