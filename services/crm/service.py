"""The crm service, told to the chassis."""

from services.chassis.service import Service
from services.crm.api import ROUTES
from services.crm.consumers import REACTIONS
from services.crm.decider.details import DETAILS
from services.crm.decider.organization import ORGANIZATION
from services.crm.decider.outcomes import ACTIVITY, DEAL, LEAD
from services.crm.decider.person import PERSON
from services.crm.projections import MODELS

SERVICE = Service(
    name="crm",
    deciders=(DETAILS, PERSON, ORGANIZATION, LEAD, DEAL, ACTIVITY),
    models=MODELS,
    reactions=REACTIONS,
    routes=ROUTES,
)
