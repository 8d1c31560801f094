"""Read models of the playbook service: playbooks and their versions, and how visits walk through each version."""

from services.playbook.projections import funnel, playbooks

MODELS = (*playbooks.MODELS, *funnel.MODELS)
