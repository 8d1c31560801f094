"""HTTP of the playbook service: playbooks, their drafts and their funnels for editors, visits for their visitors."""

from services.playbook.api import drafts, funnels, playbooks, versions, visits

ROUTES = [route for part in (playbooks, drafts, funnels, versions, visits) for route in part.router.routes]
