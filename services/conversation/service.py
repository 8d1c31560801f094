"""The conversation service, told to the chassis."""

from services.chassis.service import Service
from services.conversation.api import router
from services.conversation.consumers import REACTIONS
from services.conversation.decider import DECIDER, attachment
from services.conversation.projections import MODELS

SERVICE = Service(
    name="conversation",
    deciders=(DECIDER, attachment.DECIDER),
    models=MODELS,
    reactions=REACTIONS,
    router=router,
)
