"""The crm service, told to the chassis."""

from services.chassis.service import Service
from services.crm.api import router
from services.crm.consumers import REACTIONS
from services.crm.decider import DECIDER
from services.crm.projections import MODELS

SERVICE = Service(name="crm", deciders=(DECIDER,), models=MODELS, reactions=REACTIONS, router=router)
