"""Read models of the crm service: the chats that outcomes may come of, their details, outcomes, who is behind."""

from services.crm.projections.chats import CONVERSATIONS_MODEL, PLAYBOOKS_MODEL, VISITS_MODEL
from services.crm.projections.details import DETAILS_MODEL
from services.crm.projections.organizations import ORGANIZATIONS_MODEL
from services.crm.projections.outcomes import OUTCOMES_MODEL
from services.crm.projections.persons import PERSONS_MODEL

MODELS = (
    CONVERSATIONS_MODEL,
    VISITS_MODEL,
    PLAYBOOKS_MODEL,
    DETAILS_MODEL,
    OUTCOMES_MODEL,
    PERSONS_MODEL,
    ORGANIZATIONS_MODEL,
)
