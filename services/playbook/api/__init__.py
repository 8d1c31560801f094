"""HTTP of the playbook service: playbooks, drafts, dry runs and funnels for editors, visits for their visitors."""

from services.playbook.api import (
    drafts,
    dry_runs,
    funnels,
    installed,
    playbooks,
    unfinished,
    versions,
    visits,
)

ROUTES = [
    route
    for part in (playbooks, drafts, installed, dry_runs, funnels, unfinished, versions, visits)
    for route in part.router.routes
]
