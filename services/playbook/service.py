"""The playbook service, told to the chassis."""

from services.chassis.service import Service
from services.playbook.api import ROUTES
from services.playbook.consumers import REACTIONS
from services.playbook.decider.playbook import DECIDER as PLAYBOOK
from services.playbook.decider.visit import DECIDER as VISIT
from services.playbook.projections import MODELS
from services.playbook.queries import Flows
from services.playbook.queries.history import DryRuns
from services.playbook.settings import PlaybookSettings

SERVICE = Service(
    name="playbook",
    deciders=(PLAYBOOK, VISIT),
    models=MODELS,
    reactions=REACTIONS,
    routes=ROUTES,
    own=lambda: {"flows": Flows(), "dry_runs": DryRuns(), "settings": PlaybookSettings()},
)
