"""The conversation service, told to the chassis."""

from services.chassis.service import Service
from services.conversation.api import ROUTES
from services.conversation.consumers import REACTIONS
from services.conversation.decider import DECIDER, attachment
from services.conversation.decider.reply import REPLY
from services.conversation.decider.visitor import VISITOR
from services.conversation.projections import MODELS
from services.conversation.settings import ConversationSettings
from services.conversation.timers import watch

SERVICE = Service(
    name="conversation",
    deciders=(DECIDER, VISITOR, attachment.DECIDER, REPLY),
    models=MODELS,
    reactions=REACTIONS,
    routes=ROUTES,
    roles={"visitors": watch},
    hears_signals=True,
    own=lambda: {"settings": ConversationSettings()},
)
