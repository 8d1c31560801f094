"""The presence service, told to the chassis."""

from services.chassis.service import Service
from services.presence.api import router
from services.presence.consumers import REACTIONS
from services.presence.decider import DECIDER
from services.presence.projections import MODELS
from services.presence.timers import run_lease

SERVICE = Service(
    name="presence",
    deciders=(DECIDER,),
    models=MODELS,
    reactions=REACTIONS,
    routes=router.routes,
    roles={"lease": run_lease},
    hears_signals=True,
)
