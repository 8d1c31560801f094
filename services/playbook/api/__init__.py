"""HTTP of the playbook service: playbooks and their drafts for editors, visits for their visitors."""

from services.playbook.api import drafts, playbooks, visits

ROUTES = [route for part in (playbooks, drafts, visits) for route in part.router.routes]
